"""Answer these next: on the task list and on each section, by what an answer is worth."""

import pytest
from bs4 import BeautifulSoup

from app.services.projects import Project
from app.web.pages.blocks import Draft
from app.web.pages.questions import by_worth, section_page, way_through
from tests.answering import (
    THE_OTHER_CORE,
    answer_every_core_question,
    fill_in,
    parsed,
    start,
    the,
    words,
)
from tests.builders import NOON
from tests.domain.builders import QUESTIONS
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


def order(page: BeautifulSoup) -> list[str]:
    return [str(shown["id"]) for shown in page.select(".question, .gated[id]")]


def test_after_the_core_questions_stand_by_their_worth_and_stay_there_while_one_answers(
    signed_in: Client, project: str
) -> None:
    address = f"{project}/questions/workload"
    usual = order(signed_in.page(address))
    signed_in.post(f"{project}/next")
    page = signed_in.page(address)
    by_worth = order(page)
    assert sorted(by_worth) == sorted(usual)
    assert by_worth != usual
    core = [shown.select_one(".optional") is None for shown in page.select(".question")]
    assert core == sorted(core, reverse=True), "the core stays first"
    posted = {"asked": "interruptible_share", "interruptible_share.likely": "40"}
    signed_in.fragment("POST", f"{project}/answers", data=posted)
    assert order(signed_in.page(address)) == by_worth, "what is answered does not jump away"
    switch = str(the(page, "#order a")["href"])
    back = signed_in.page(switch)
    assert order(back) == usual
    assert back.select("#order") == []


def test_what_is_worth_most_comes_first_and_what_is_worth_nothing_in_the_usual_order() -> None:
    project = Project(1, "A project", "", None, None, None, NOON)
    way, draft = way_through(project), Draft({}, {}, {})
    page = section_page(project, QUESTIONS, draft, "money", way, window="w", now=NOON)
    usual = [block.id for block in page.blocks]
    first = ["engineer_year_usd", "discount_rate"]
    sorted_page = by_worth(page, first)
    ids = ["q-engineer-year", "q-discount-rate"]
    rest = [key for key in usual if key not in ids]
    assert [block.id for block in sorted_page.blocks] == ids + rest
    assert sorted_page.usual_order.endswith("/questions/money?order=usual")
    assert by_worth(page, []) is page, "without a result nothing moves and nothing is said"
