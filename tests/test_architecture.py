"""The rules no linter knows. Each failure says what to do instead."""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import meta

from app.web import pages
from app.web.pages.base import Page
from app.web.render import TEMPLATES, environment

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "app").rglob("*.py"))
DOMAIN = sorted((ROOT / "app" / "domain").rglob("*.py"))
TEMPLATE_NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))

LONGEST_FUNCTION = 50
NOT_FOR_THE_DOMAIN = {
    "asyncio", "ctypes", "http", "logging", "multiprocessing", "os", "pathlib", "random",
    "secrets", "shutil", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading",
    "time", "urllib", "uuid",
}  # fmt: skip
FOR_THE_DOMAIN = {"app", "numpy", "scipy"} | set(sys.stdlib_module_names) - NOT_FOR_THE_DOMAIN


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DOMAIN, ids=_name)
def test_the_domain_needs_only_python_and_numbers(path: Path) -> None:
    for imported in _imports(path):
        top = imported.split(".")[0]
        assert top in FOR_THE_DOMAIN, f"{imported}: let the caller pass in what this would bring"
        assert top != "app" or imported.startswith("app.domain"), f"{imported} is a layer above"


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_function_is_longer_than_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = _lines_of_body(node)
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines: tell it in parts"


def _lines_of_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_nobody_commits_but_the_request(path: Path) -> None:
    assert ".commit(" not in path.read_text(), "the request's transaction commits, once"


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_names_say_what_a_module_is_about(path: Path) -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert path.stem not in vague, "name it by the idea it holds"


@pytest.mark.parametrize("path", DOMAIN, ids=_name)
def test_every_module_of_the_domain_has_tests(path: Path) -> None:
    if path.name == "__init__.py" and not _has_code(path):
        return
    stem = path.parent.name if path.name == "__init__.py" else path.stem
    mirrored = path.relative_to(ROOT / "app").with_name(f"test_{stem}.py")
    assert (ROOT / "tests" / mirrored).exists(), f"write tests/{mirrored}"


def _has_code(path: Path) -> bool:
    code = (ast.FunctionDef, ast.ClassDef)
    return any(isinstance(node, code) for node in ast.parse(path.read_text()).body)


# ---- pages and templates ---------------------------------------------------------------------


def _pages() -> list[type[Page]]:
    for module in pkgutil.walk_packages(pages.__path__, f"{pages.__name__}."):
        importlib.import_module(module.name)
    return sorted(
        (page for page in _subclasses(Page) if page.__module__.startswith(pages.__name__)),
        key=lambda page: page.__name__,
    )


def _subclasses(page: type[Page]) -> Iterator[type[Page]]:
    for below in page.__subclasses__():
        yield below
        yield from _subclasses(below)


@pytest.mark.parametrize("page", _pages())
def test_a_page_and_its_template_name_each_other(page: type[Page]) -> None:
    first_line = (TEMPLATES / page.template).read_text().splitlines()[0]
    assert first_line == f"{{#- Context: {page.__name__} -#}}", f"first line of {page.template}"


@pytest.mark.parametrize("page", _pages())
def test_a_template_uses_exactly_what_its_page_declares(page: type[Page]) -> None:
    source = (TEMPLATES / page.template).read_text()
    used = meta.find_undeclared_variables(environment().parse(source)) - {"frame", "asset"}
    assert used == {field.name for field in fields(page)}


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_every_template_compiles(name: str) -> None:
    environment().get_template(name)


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_a_template_is_a_page_a_component_or_the_frame(name: str) -> None:
    templates_of_pages = {page.template for page in _pages()}
    is_known = name == "base.html" or name.startswith("components/") or name in templates_of_pages
    assert is_known, "a piece of one page is a block in it; a piece of several is a macro"


FORBIDDEN = {
    r"\|\s*safe\b": "escaping is never switched off",
    r"autoescape\s+false": "escaping is never switched off",
    r"\sstyle\s*=": "the content security policy forbids inline styles",
    r"<style\b": "the content security policy forbids inline styles",
    r"<script(?![^>]*\ssrc=)": "the content security policy forbids inline scripts",
    r"\son[a-z]+\s*=": "the content security policy forbids inline scripts",
    r"hx-on": "the content security policy forbids inline scripts",
    r"\bjs:": "the content security policy forbids inline scripts",
    r"=\s*[\"']https?://": "a page asks nobody but us; links to sources come from the data",
}


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_templates_keep_to_the_content_security_policy(name: str) -> None:
    source = (TEMPLATES / name).read_text()
    for pattern, reason in FORBIDDEN.items():
        assert re.findall(pattern, source) == [], reason
