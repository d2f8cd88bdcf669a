import copy
import gzip
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from app import reference
from app.domain.questionnaire.reading import read_answers
from app.persistence import Session
from app.services import assessments, samples
from app.services.assessments import SavedAssessment
from app.web.render import STATIC, environment
from tests.answering import parsed, start, start_with_enough, the, words
from tests.builders import NOON
from tests.web_client import Client

# Ten and then twenty packets of 1,460 bytes: what a new connection carries in two round trips.
LARGEST_PAGE = 43_800
LARGEST_STYLE = 6 * 1024
LONGEST_SCRIPT = 60


@pytest.fixture
def version(signed_in: Client) -> str:
    project = start_with_enough(signed_in)
    response = signed_in.post(f"{project}/versions", data={"title": "First estimate"})
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


def test_a_version_is_saved_numbered_and_listed(signed_in: Client, version: str) -> None:
    assert version.endswith("/versions/1")
    hub = signed_in.page(version.removesuffix("/versions/1"))
    assert "Version 1: First estimate" in words(hub)


def test_it_reads_the_same_again(signed_in: Client, version: str) -> None:
    assert signed_in.get(version).text == signed_in.get(version).text


def test_it_says_what_it_pins(signed_in: Client, version: str) -> None:
    pins = words(signed_in.page(version), "#versions")
    for name in ("Questions", "Weights", "Facts and prices", "Engine", "seed 1"):
        assert name in pins


def test_the_blocks_come_in_the_order_in_which_a_reader_asks(
    signed_in: Client, version: str
) -> None:
    page = signed_in.page(version)
    order = [str(block["id"]) for block in page.select("section[id]")]
    wanted = ["verdict", "changes", "comparison", "cost", "stability", "demand", "assumptions"]
    assert [block for block in order if block in wanted] == wanted


def test_every_cost_line_opens_into_formula_inputs_and_sources(
    signed_in: Client, version: str
) -> None:
    page = signed_in.page(version)
    lines = page.select(".lines > details")
    assert len(lines) > 10
    for line in lines:
        assert "Formula:" in words(line, ".inside")
    sources = [cell.get_text(strip=True) for cell in page.select("td[data-head=Source]")]
    assert sources
    assert all(sources)


def test_every_chart_has_two_widths_a_description_and_a_table(
    signed_in: Client, version: str
) -> None:
    for chart in signed_in.page(version).select(".chart"):
        assert len(chart.select("svg[role=img] > desc")) == 2
        assert chart.select("details table tbody tr")


def test_a_default_that_was_used_leads_to_its_question(signed_in: Client, version: str) -> None:
    link = the(signed_in.page(version), "#assumptions .change a")
    assert signed_in.get(str(link["href"])).status_code == 200


def test_it_stays_within_what_two_round_trips_carry(signed_in: Client, version: str) -> None:
    response = signed_in.get(version)
    assert len(gzip.compress(response.content)) < LARGEST_PAGE
    styles = [str(link["href"]) for link in parsed(response).select("link[rel=stylesheet]")]
    assert [style.split("?")[0] for style in styles] == ["/static/app.css"]
    assert len(gzip.compress((STATIC / "app.css").read_bytes(), 9)) < LARGEST_STYLE
    assert len((STATIC / "app.js").read_text().splitlines()) <= LONGEST_SCRIPT


def test_answers_that_cannot_be_used_are_named_and_nothing_is_saved(signed_in: Client) -> None:
    project = start(signed_in)
    response = signed_in.post(f"{project}/versions", data={"title": "Too early"})
    assert response.status_code == 422
    page = parsed(response)
    assert words(page, "title").startswith("Error: ")
    assert "Choose at least one kind of data" in words(page, ".summary-of-errors")
    assert the(page, "#title")["value"] == "Too early"
    assert signed_in.get(f"{project}/versions/1").status_code == 404


def test_a_title_that_is_too_long_is_said_at_its_field(signed_in: Client) -> None:
    project = start_with_enough(signed_in)
    response = signed_in.post(f"{project}/versions", data={"title": "x" * 200})
    assert response.status_code == 422
    assert the(parsed(response), "#title")["aria-invalid"] == "true"


def test_a_version_that_is_not_there_is_a_page_that_is_not_there(
    signed_in: Client, version: str
) -> None:
    assert signed_in.get(version.replace("/1", "/99", 1)).status_code == 404
    assert signed_in.get(f"{version}7").status_code == 404


# ---- what the page says of results that are not like the first ---------------------------------


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    data = reference.load()
    document: dict[str, Any] = reference.sample("contact_centre")
    document["answers"]["priorities"] = ["speed", "scalability", "cost"]  # for a clear cloud
    answers = read_answers(document, data.questions)
    return assessments.compute(answers, data, worlds=200)


class Shown:
    """The sample's page with another result in it."""

    def __init__(self, client: Client, result: dict[str, Any], patch: pytest.MonkeyPatch) -> None:
        self.client, self.result, self.patch = client, copy.deepcopy(result), patch
        with client.database.alone() as session:
            samples.ensure(session, reference.load(), worlds=200, now=NOON)

    def page(self) -> BeautifulSoup:
        real = samples.saved

        def saved(db: Session, key: str) -> SavedAssessment:
            return replace(real(db, key), result=self.result)

        with self.patch.context() as patch:
            patch.setattr(samples, "saved", saved)
            return self.client.page("/sample/contact_centre")


@pytest.fixture
def shown(client: Client, result: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Shown:
    return Shown(client, result, monkeypatch)


def test_a_clear_result_names_the_option_and_how_often_it_is_best(shown: Shown) -> None:
    shown.result["recommended"] |= {"label": "clear", "share_of_worlds": 0.84}
    shown.result["families"]["cloud"]["share_of_worlds"] = 0.84
    page = shown.page()
    assert words(page, "h1").startswith("Cloud fits best: ")
    said = words(page, "#verdict")
    assert "A cloud option is best in 84 of 100 variations" in said
    best = shown.result["recommended"]["option"]
    own = next(o for o in shown.result["options"] if o["key"] == best)["rank_shares"][0]
    assert f"this one in {own * 100:.0f}." in said
    assert "best outside cloud" in said.lower()
    assert "runner-up" not in said.lower()


def test_a_leaning_result_shows_two_families_as_equals(shown: Shown) -> None:
    shown.result["recommended"] |= {"label": "leaning", "share_of_worlds": 0.6}
    page = shown.page()
    assert words(page, "h1").startswith("Leaning towards cloud")
    assert len(page.select(".equals > div")) == 2
    assert words(page, ".equals .tag") == "preferred"
    assert "this label was right about half the time" in words(page, "#verdict")
    assert not page.select(".compare .leads")


def test_too_close_to_call_prefers_nothing(shown: Shown) -> None:
    shown.result["recommended"] |= {"label": "too_close_to_call", "share_of_worlds": 0.5}
    page = shown.page()
    assert words(page, "h1").startswith("Too close to call: cloud or ")
    assert len(page.select(".equals > div")) == 2
    assert not page.select(".equals .tag, .compare .leads")


def test_a_second_opinion_is_a_line_under_the_answer(shown: Shown) -> None:
    shown.result["recommended"] |= {"label": "clear"}
    for row in shown.result["second_opinion"]:
        row["agrees"] = row["leads"] == shown.result["recommended"]["option"]
    line = the(shown.page(), "#verdict #second-opinion")
    assert "other methods" in words(line, ".tag")
    assert "PROMETHEE II" in line.get_text()


def test_a_version_from_before_the_second_opinion_still_reads(shown: Shown) -> None:
    del shown.result["second_opinion"]
    page = shown.page()
    assert not page.select("#second-opinion")
    assert page.select("#comparison")


def test_nothing_left_puts_what_was_ruled_out_first(shown: Shown) -> None:
    failed = {
        "id": "V13",
        "title": "Investment ceiling",
        "owner": "finance",
        "message": "USD 320,000 is needed.",
        "because": ["ceilings.capex_usd"],
        "smallest_change": "Raise the ceiling to USD 320,000.",
        "modality": [],
        "zone": "",
    }
    for option in shown.result["options"]:
        option |= {"feasible": False, "score": None, "rank_shares": [], "failed": [failed]}
    shown.result |= {"recommended": None, "why": [], "flips": [], "ask_next": []}
    page = shown.page()
    assert words(page, "h1") == "No option meets every must-have"
    assert [str(b["id"]) for b in page.select("section[id]")][:2] == ["verdict", "ruled-out"]
    assert "Raise the ceiling to USD 320,000." in words(page, "#ruled-out")
    assert not page.select("#comparison, #cost, svg[role=img]")


def test_where_nothing_fits_the_least_to_give_up_is_said(shown: Shown) -> None:
    rule = {
        "id": "V13",
        "title": "Investment ceiling",
        "owner": "finance",
        "message": "USD 320,000 is needed.",
        "because": ["ceilings.capex_usd"],
        "smallest_change": "Raise the ceiling to USD 320,000.",
        "modality": [],
        "zone": "",
    }
    shown.result["relaxations"] = [
        {
            "rules": [rule],
            "changes": [{"path": "ceilings.capex_usd", "value": 320_000}],
            "options": [{"key": "own_site", "title": "Own servers"}],
        }
    ]
    page = shown.page()
    assert "the least you would have to give up" in words(page, "#give-up")
    assert words(page, "#give-up h3") == "Own servers"
    assert "Raise the ceiling to USD 320,000." in words(page, "#give-up")


def test_a_missing_price_is_never_a_zero(shown: Shown) -> None:
    option = next(o for o in shown.result["options"] if o["feasible"])
    line = option["cost_lines"][0]
    line |= {"missing": True, "usd": None, "p10": None, "p90": None}
    option["at_least"] = True
    page = shown.page()
    assert "missing, not counted" in words(page, "#cost")
    assert "at least USD" in words(page, "#comparison")
    assert "a price is missing, ranked as USD" in words(page, "#comparison")


def test_no_break_even_is_said_in_words(shown: Shown) -> None:
    owned = next(o for o in shown.result["options"] if o["breakeven"])
    owned["breakeven"] |= {"month": None, "share_of_worlds": 0.02, "reason": "never"}
    page = shown.page()
    assert "no break-even" in words(page, "#chart-cash")
    assert not page.select("#chart-cash .even")


def test_a_break_even_is_marked_with_its_range(shown: Shown) -> None:
    for option in shown.result["options"]:
        option["breakeven"] = None
    owned = next(
        o for o in shown.result["options"] if o["family"] == "on_premises" and o["feasible"]
    )
    owned["breakeven"] = {
        "against": "Specialist, on demand",
        "month": {"p10": 14, "p50": 21, "p90": 30},
        "share_of_worlds": 0.8,
        "reason": "",
    }
    page = shown.page()
    assert "month 21 (14 to 30)" in words(page, "#chart-cash h3")
    assert len(page.select("#chart-cash .even")) == 2


def test_the_share_of_variance_from_unanswered_questions_is_printed(shown: Shown) -> None:
    shown.result["defaults"]["share_of_variance"] = 0.37
    assert "37% of the variance" in words(shown.page(), "#changes")


def test_what_is_not_priced_is_listed(shown: Shown) -> None:
    listed = words(shown.page(), "#assumptions")
    assert all(row["what"] in listed for row in shown.result["not_priced"])


@pytest.mark.parametrize("paths", [("may_buy",), ("may_buy", "ceilings.capex_usd")])
def test_each_link_to_an_answer_says_which(paths: tuple[str, ...]) -> None:
    addresses = dict.fromkeys(paths, "/somewhere")
    asked = {"may_buy": "May hardware be bought?", "ceilings.capex_usd": "Is there a limit?"}
    template = environment().from_string(
        '{% from "components/result.html" import answer_links %}'
        "{{ answer_links(rule, addresses, asked) }}"
    )
    rule = {"paths": paths, "title": "Investment ceiling"}
    drawn = template.render(rule=rule, addresses=addresses, asked=asked)
    found = BeautifulSoup(drawn, "html.parser").select("a")
    assert [a.get_text() for a in found] == [f"Change the answer: {asked[path]}" for path in paths]
    assert len(BeautifulSoup(drawn, "html.parser").select(".hidden")) == (len(paths) == 1)


def test_the_links_of_a_version_name_the_questions(signed_in: Client, version: str) -> None:
    links = [a.get_text() for a in signed_in.page(version).select("#ruled-out a")]
    assert links
    assert all(link.startswith("Change the answer: ") and link.endswith("?") for link in links)
