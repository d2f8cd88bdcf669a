"""The page behind a result: bars that add up, any rival, every count with its error."""

import pytest
from bs4 import BeautifulSoup

from app.persistence import Session
from app.reference import load
from app.services import samples
from app.web.pages.why import why_page
from tests.answering import parsed, start_with_enough, the, words
from tests.builders import NOON
from tests.web_client import Client


@pytest.fixture
def version(signed_in: Client) -> str:
    project = start_with_enough(signed_in)
    response = signed_in.post(f"{project}/versions", data={"title": "First estimate"})
    return str(response.headers["location"])


def shown_points(page: BeautifulSoup) -> list[float]:
    cells = page.select("#chart-why tbody td")
    return [float(cell.get_text(strip=True).replace("−", "-")) for cell in cells]


def test_the_result_leads_to_it_and_it_back(signed_in: Client, version: str) -> None:
    link = the(signed_in.page(version), "#stability a")
    assert link["href"] == f"{version}/why"
    page = signed_in.page(f"{version}/why")
    assert page.select_one(f"a[href='{version}']") is not None


def test_the_bars_that_are_shown_add_up_to_the_margin_against_any_rival(
    signed_in: Client, version: str
) -> None:
    page = signed_in.page(f"{version}/why")
    keys = [str(option["value"]) for option in page.select("#rival option")]
    assert len(keys) >= 3
    for key in keys:
        page = signed_in.page(f"{version}/why?rival={key}")
        assert the(page, "#rival option[selected]")["value"] == key
        margin = sum(shown_points(page))
        said = words(page, "#why > p")
        assert f"is {abs(margin):.1f} of 100 points {'ahead' if margin >= 0 else 'behind'}" in said


def test_an_unknown_rival_is_the_usual_one(signed_in: Client, version: str) -> None:
    usual = the(signed_in.page(f"{version}/why"), "#rival option[selected]")
    page = signed_in.page(f"{version}/why?rival=nobody")
    assert the(page, "#rival option[selected]")["value"] == usual["value"]


def test_every_bar_leads_to_the_answers_behind_it(signed_in: Client, version: str) -> None:
    page = signed_in.page(f"{version}/why")
    bars = page.select("#chart-why svg a")
    assert bars
    for bar in bars:
        row = the(page, str(bar["href"]))
        assert row.name == "tr"
    answers = page.select("#why tbody details a")
    assert answers
    for answer in {str(link["href"]) for link in answers}:
        address, _, anchor = answer.partition("#")
        assert parsed(signed_in.get(address)).select_one(f"#{anchor}") is not None, answer


def test_counts_are_printed_with_their_error(signed_in: Client, version: str) -> None:
    page = signed_in.page(f"{version}/why")
    assert "standard error of at most 2.2 of 100" in words(page, "#sure")  # of 500
    cells = page.select("#sure td[data-head=First]")
    assert cells
    assert all("±" in cell.get_text() for cell in cells)
    assert "You would choose" in words(page, "#sure ul")


def test_a_sample_shows_it_to_everybody_without_a_way_to_change_answers(
    client: Client, db: Session
) -> None:
    samples.ensure(db, load(), worlds=200, now=NOON)
    page = client.page("/sample/contact_centre/why")
    assert page.select("#why tbody details li")
    assert not page.select("#why tbody details a")
    assert not page.select("a[href^='/projects/']")


def test_a_version_that_was_saved_before_says_so(db: Session) -> None:
    samples.ensure(db, load(), worlds=200, now=NOON)
    saved = samples.saved(db, "hospital_group")
    for key in ("rivals", "robustness", "open_questions", "stop", "worth_knowing"):
        del saved.result[key]
    page = why_page(saved, load().questions, rival="", back="/x", may_change=False)
    assert page.picks == ()
    assert page.chart is None
    assert page.rest == page.error == ""
