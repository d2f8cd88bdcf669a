"""The tests that are handed over with the code: they speak of what it declares.

No provider is here to run them with; `make check` in the folder does, after one `terraform init`.
"""

import re

import pytest

from app.blueprints.folder import files
from tests.blueprints import terraform
from tests.blueprints.scenes import a_plan, a_site

FOLDERS = {
    "plan.tftest.hcl": files(a_plan(has_jobs=True)),
    "plan_link.tftest.hcl": files(a_plan(kind="hybrid", site=a_site(), has_jobs=True)),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_exactly_one_of_them_is_in_a_folder(name: str) -> None:
    tests = [path for path in FOLDERS[name] if path.endswith(".tftest.hcl")]
    assert tests == [f"cloud-aws/terraform/tests/{name}"]


@pytest.mark.parametrize("name", FOLDERS)
def test_they_give_and_name_variables_that_are_declared(name: str) -> None:
    text, code = _parts(name)
    declared = set(terraform.variables(code))
    body = terraform.parse(text)
    given = [block for block in body.blocks if block.kind == "variables"]
    given += [b for run in body.blocks for b in run.body.blocks if b.kind == "variables"]
    assert {key for block in given for key in block.body.arguments} <= declared
    assert set(re.findall(r"\bvar\.(\w+)", text)) <= declared


@pytest.mark.parametrize("name", FOLDERS)
def test_they_ask_for_outputs_and_resources_that_are_there(name: str) -> None:
    text, code = _parts(name)
    whole = "\n".join(code.values())
    for output in re.findall(r"\boutput\.(\w+)", text):
        assert f'output "{output}"' in whole
    for kind, resource in re.findall(r"\b(aws_\w+)\.(\w+)", text):
        assert f'resource "{kind}" "{resource}"' in whole


@pytest.mark.parametrize("name", FOLDERS)
def test_they_make_up_only_what_is_made_or_read(name: str) -> None:
    text, code = _parts(name)
    used = {kind for _, kind in terraform.types_used(code)}
    assert set(re.findall(r'mock_(?:data|resource) "(\w+)"', text)) <= used


@pytest.mark.parametrize("name", FOLDERS)
def test_they_expect_no_failure_of_what_stands_on_a_refused_value(name: str) -> None:
    """Terraform leaves out a check that reads a variable which failed its own."""
    text, _ = _parts(name)
    expected = re.findall(r"expect_failures = \[(.+)\]", text)
    assert expected == ["var.region", "var.gpu_machines_most"]


def _parts(name: str) -> tuple[str, dict[str, str]]:
    folder = FOLDERS[name]
    code = {path: text for path, text in folder.items() if path.endswith(".tf")}
    return folder[f"cloud-aws/terraform/tests/{name}"], code
