"""The what-if page: the address is the state, the form works without a script."""

import pytest
from bs4 import BeautifulSoup

from app.domain.assessment.what_if import OptionThen
from app.persistence import Session
from app.persistence import assessments as rows
from app.reference import load
from app.services import samples
from app.web.pages.what_if import difference
from tests.answering import ENOUGH, fill_in, start_with_enough, the, words
from tests.builders import NOON, a_snapshot
from tests.web_client import Client

questions = load().questions
VOLUME = "modalities.image.volume_per_day"


@pytest.fixture
def version(signed_in: Client) -> str:
    project = start_with_enough(signed_in)
    return str(signed_in.post(f"{project}/versions").headers["location"])


def form(page: BeautifulSoup) -> dict[str, str]:
    """What the form sends: its numbers, and not its sliders."""
    return {str(tag["name"]): str(tag["value"]) for tag in page.select("#drivers input[name]")}


def test_the_result_leads_to_it_and_it_back(signed_in: Client, version: str) -> None:
    address = f"{version}/what-if"
    assert signed_in.page(version).select_one(f"a[href='{address}']") is not None
    page = signed_in.page(address)
    assert page.select_one(f"a[href='{version}']") is not None
    assert "Nothing is moved yet" in words(page, "#outcome")


def test_each_driver_is_a_number_a_slider_and_what_was_saved(
    signed_in: Client, version: str
) -> None:
    page = signed_in.page(f"{version}/what-if")
    found = page.select(".driver")
    assert 5 <= len(found) <= 8
    for driver in found:
        number, slider = the(driver, "input[type=text]"), the(driver, "input[type=range]")
        assert number["value"] == slider["value"]
        low, now, high, step = (float(str(slider[k])) for k in ("min", "value", "max", "step"))
        assert low <= now <= high
        steps = (now - low) / step
        assert steps == pytest.approx(round(steps), abs=1e-6)
        assert (number["data-twin"], slider["data-twin"]) == (slider["id"], number["id"])
        assert not slider.has_attr("name")


def test_sending_the_form_as_it_is_moves_nothing(signed_in: Client, version: str) -> None:
    page = signed_in.page(f"{version}/what-if")
    again = signed_in.get(f"{version}/what-if", params=form(page))
    assert "Nothing is moved yet" in again.text


def test_a_moved_driver_is_shown_with_what_follows(signed_in: Client, version: str) -> None:
    page = signed_in.page(f"{version}/what-if?{VOLUME}=80000&price.rented=50")
    assert form(page)[VOLUME] == "80000"
    said = words(page, "#outcome")
    assert "40,000 images/day → 80,000 images/day" in said
    assert "0% → +50%" in said
    assert "As saved" in said
    back = [str(link["href"]) for link in page.select("#outcome li a")]
    assert back == [f"{version}/what-if?price.rented=50", f"{version}/what-if?{VOLUME}=80000"]
    assert words(page, "#link").endswith(f"{version}/what-if?{VOLUME}=80000&price.rented=50")
    assert "cannot be saved" in said


def test_what_is_out_of_range_is_said_at_its_field_and_stays_typed(
    signed_in: Client, version: str
) -> None:
    answer = signed_in.get(f"{version}/what-if?price.rented=-95&{VOLUME}=50000")
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    [wrong] = page.select(".has-error")
    assert "-95 % is not possible here" in wrong.get_text(" ")
    assert form(page)["price.rented"] == "-95"
    assert form(page)[VOLUME] == "50000"
    assert the(wrong, "input[type=text]")["aria-invalid"] == "true"


def test_a_must_have_that_fails_now_is_named(signed_in: Client) -> None:
    project = start_with_enough(signed_in)
    most = {"ceilings.capex_usd.likely": "3 000 000"}
    section = questions.section_keys["ceilings.capex_usd"]
    fill_in(signed_in, project, section, {**ENOUGH.get(section, {}), **most})
    fill_in(signed_in, project, "site", {"site.type": "own_datacentre"})
    version = signed_in.post(f"{project}/versions").headers["location"]
    said = words(signed_in.page(f"{version}/what-if?{VOLUME}=900000000"), "#outcome")
    assert "is ruled out now: " in said
    assert "The same must-haves" not in said


def test_moved_answers_are_kept_and_lead_to_the_check(signed_in: Client, version: str) -> None:
    page = signed_in.page(f"{version}/what-if?{VOLUME}=80000")
    the(page, f"button[formmethod=post][formaction='{version}/what-if']")
    answer = signed_in.post(f"{version}/what-if", data=form(page))
    project = version.partition("/versions/")[0]
    assert (answer.status_code, answer.headers["location"]) == (303, f"{project}/check")
    section = signed_in.page(f"{project}/questions/modalities")
    chosen = section.select_one(f"input[name='{VOLUME}.evidence'][value='what-if']")
    assert chosen is not None
    assert chosen.has_attr("checked")


def test_where_no_answer_is_moved_nothing_is_kept(signed_in: Client, version: str) -> None:
    answer = signed_in.post(f"{version}/what-if", data={"price.rented": "50"})
    assert answer.status_code == 422
    assert "Prices are not answers" in answer.text


def test_an_older_engine_is_told_so(signed_in: Client, version: str, db: Session) -> None:
    project = version.partition("/versions/")[0]
    rows.keep(db, int(project.rpartition("/")[2]), a_snapshot(), by=None, at=NOON)
    page = signed_in.page(f"{project}/versions/2/what-if")
    assert "by engine version 0.1.0" in words(page, ".note")
    assert not page.select("form#drivers")


def test_a_sample_is_tried_by_everybody_and_kept_by_nobody(client: Client, db: Session) -> None:
    samples.ensure(db, load(), worlds=50, now=NOON)
    page = client.page("/sample/contact_centre/what-if?price.api=-50")
    assert "0% → −50%" in words(page, "#outcome")
    assert not page.select("button[formmethod]")
    assert client.post("/sample/contact_centre/what-if").status_code == 405


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((100, False), (1_300, False), "+USD 1,200"),
        ((1_300, True), (100, True), "−USD 1,200"),
        ((100, False), (1_300, True), "at least +USD 1,200"),
        ((1_300, True), (100, False), "at most −USD 1,200"),
        ((100, False), (100.4, True), "no change"),
    ],
)
def test_a_price_that_is_missing_on_one_side_makes_the_difference_a_bound(
    before: tuple[float, bool], after: tuple[float, bool], said: str
) -> None:
    old, new = (
        OptionThen("x", "X", "cloud", usd, at_least=at_least, failed={})
        for usd, at_least in (before, after)
    )
    assert difference(old, new) == said
    assert difference(None, new) == "no data"
