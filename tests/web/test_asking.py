"""Answer these next: on the task list and on each section, by what an answer is worth."""

import pytest
from bs4 import BeautifulSoup

from tests.answering import (
    THE_OTHER_CORE,
    answer_every_core_question,
    fill_in,
    parsed,
    start,
    the,
    words,
)
from tests.web_client import Client


@pytest.fixture
def project(signed_in: Client) -> str:
    """A project whose core is answered but for what keeps a must-have waiting."""
    project = start(signed_in)
    answer_every_core_question(signed_in, project)
    return project


def listed(page: BeautifulSoup) -> list[str]:
    return [str(link["href"]) for link in page.select("[aria-labelledby=next-title] ol a")]


def test_it_is_computed_on_demand_and_leads_to_each_question(
    signed_in: Client, project: str
) -> None:
    before = signed_in.page(project)
    assert listed(before) == []
    action = str(the(before, "#next form")["action"])
    answer = signed_in.post(action)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{project}#next"
    hub = signed_in.page(project)
    links = listed(hub)
    assert 1 <= len(links) <= 3
    for link in links:
        address, _, anchor = link.partition("#")
        assert parsed(signed_in.get(address)).select_one(f"#{anchor}") is not None
    assert "from 2,000 variations" in words(hub, "#next")
    assert the(hub, ".actions a.quiet")["href"] == links[0], "after the core: what is worth most"


def test_every_section_shows_the_same_and_answering_moves_nothing_but_what_is_answered(
    signed_in: Client, project: str
) -> None:
    signed_in.post(f"{project}/next")
    links = listed(signed_in.page(project))
    assert listed(signed_in.page(f"{project}/questions/goals")) == links
    fill_in(signed_in, project, "site", THE_OTHER_CORE["site"])
    assert listed(signed_in.page(project)) == links
    fill_in(signed_in, project, "security", {**THE_OTHER_CORE["security"], "zero_retention": "no"})
    after = signed_in.page(project)
    assert "Answers have changed since" in words(after, "#next")
    assert not any(link.endswith("#q-zero-retention") for link in listed(after))


def test_without_a_volume_it_leads_to_what_must_be_put_right(signed_in: Client) -> None:
    project = start(signed_in)
    assert signed_in.page(project).select_one("#next") is None, "the core comes first"
    answer = signed_in.post(f"{project}/next")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{project}/check"
