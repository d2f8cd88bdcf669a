"""No page speaks to its reader in the names that the code has for things."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup

from app import reference
from app.reference import SAMPLES
from app.services import samples
from app.web.pages.answer_words import unit_in_words
from app.web.pages.sources import KINDS
from tests.answering import answer_every_core_question, fill_in, start
from tests.builders import NOON
from tests.web_client import Client

_SNAKE = re.compile(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+")
_SECTIONS = tuple(section.key for section in reference.load().questions.sections)
# What a provider calls its machine is its name, and a source's address is its address.
_NAMES = re.compile(r"Standard_\w+|\S*[/.=]\S*")


def raw_names(page: BeautifulSoup) -> set[str]:
    """What on the page reads like a key: also what only a screen reader says."""
    for tag in page.select("script, code, textarea"):
        tag.decompose()
    said = [page.get_text(" "), *(str(tag["aria-label"]) for tag in page.select("[aria-label]"))]
    return set(_SNAKE.findall(_NAMES.sub(" ", " ".join(said))))


def test_a_unit_is_said_as_a_person_says_it() -> None:
    questions = reference.load().questions
    kinds = [option.key for option in questions.modality_options]
    units = {field.unit for field in questions.fields(kinds).values()}
    assert "images/day" in units
    said = {unit_in_words(unit) for unit in units}
    assert {"images a day", "USD a month", "megapixels", "weeks"} <= said
    assert not [unit for unit in said if "/" in unit or "_" in unit]


@pytest.fixture
def every_address(signed_in: Client) -> Iterator[str]:
    """Each page of a project with every kind of data and two saved versions, and the others."""
    project = start(signed_in)
    answer_every_core_question(signed_in, project)
    saved = signed_in.post(f"{project}/versions", data={"title": "First"}).headers["location"]
    fill_in(signed_in, project, "site", {"site.type": "own_datacentre"})
    signed_in.post(f"{project}/versions", data={"title": "Second"})
    kinds = [option.key for option in reference.load().questions.modality_options]
    fill_in(signed_in, project, "workload", {"modalities": kinds, "traffic.shape": "spiky"})
    with signed_in.database.alone() as session:
        samples.ensure(session, reference.load(), worlds=200, now=NOON)
    return iter(
        [
            *("/", "/projects", "/sample", "/cases", "/cases/backtest", "/account", "/teams"),
            *("/admin/people", "/admin/weights", "/admin/weights/new", "/admin/cases"),
            *("/admin/audit", "/sign-in", "/nothing-here", project, f"{project}/check", saved),
            f"{project}/share",
            f"{project}/compare",
            f"{project}/compare/moved?from=1&to=2",
            *(f"{project}/questions/{section}" for section in _SECTIONS),
            *(f"/sample/{key}" for key in SAMPLES),
            *(f"/cases/{case.id}" for case in reference.load().cases),
            *(f"/sources?kind={kind}" for kind in KINDS),
        ]
    )


def test_no_page_says_a_key(signed_in: Client, every_address: Iterator[str]) -> None:
    found = {}
    for address in every_address:
        response = signed_in.get(address)
        if names := raw_names(BeautifulSoup(response.text, "html.parser")):
            found[address] = names
    assert found == {}
