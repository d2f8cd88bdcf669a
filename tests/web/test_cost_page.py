"""The cost page: decision figures, what moves them, and what the totals hold."""

import copy
from typing import Any

import pytest

from app import reference
from app.domain.cost.scope import COSTS
from app.domain.questionnaire.reading import read_answers
from app.reports.words import percent
from app.services import assessments, samples
from app.services.assessments import SavedAssessment
from app.services.projects import Project
from app.web.pages.cost_detail import CostPage, cost_page, surface_cell
from tests.answering import start_with_enough, words
from tests.builders import NOON
from tests.web_client import Client


@pytest.fixture
def version(signed_in: Client) -> str:
    project = start_with_enough(signed_in)
    response = signed_in.post(f"{project}/versions", data={"title": "First estimate"})
    return str(response.headers["location"])


def test_the_result_leads_to_it_and_it_leads_back(signed_in: Client, version: str) -> None:
    (link,) = signed_in.page(version).select(f"#cost a[href='{version}/cost']")
    page = signed_in.page(str(link["href"]))
    assert words(page, "h1") == "What it costs"
    assert page.select(f"main a[href='{version}']")
    for part in ("totals", "decision", "items", "tornado", "levels", "surface", "scope", "lines"):
        assert page.select(f"#{part} h2"), part
    assert len(page.select("#tornado svg[role=img] > desc")) == 2
    assert len(page.select("#scope tbody tr")) == len(COSTS)


def test_a_sample_has_one_as_well(client: Client) -> None:
    with client.database.writing() as db:
        samples.ensure(db, reference.load(), worlds=200, now=NOON)
    page = client.page("/sample/contact_centre/cost")
    assert page.select("#decision details[open]")
    assert client.get("/sample/nothing/cost").status_code == 404


# ---- what it says --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    data = reference.load()
    answered = read_answers(reference.sample("hospital_group"), data.questions)
    return assessments.compute(answered, data, worlds=200)


@pytest.fixture(scope="module")
def page(result: dict[str, Any]) -> CostPage:
    return page_of(result)


def page_of(result: dict[str, Any]) -> CostPage:
    project = Project(7, "A project", "", None, None, None, NOON)
    saved = SavedAssessment(project, 1, "", NOON, "Bo", {}, result, 1, 1, "sha256:", "7", 1)
    return cost_page(saved, back="/projects/7/versions/1")


def test_every_option_is_held_against_the_four_ways_to_rent(page: CostPage) -> None:
    for decision in page.decisions:
        assert len(decision.rows) == 4
        assert sum(row.is_cheapest for row in decision.rows) == 1
    (open_one,) = (d for d in page.decisions if d.is_open)
    assert "a year whether it is used or not" in open_one.server


def test_what_has_no_figure_has_a_reason(page: CostPage) -> None:
    (cloud,) = (d for d in page.decisions if d.key == "hyperscaler_on_demand")
    assert cloud.server == ""
    for row in cloud.rows:
        assert row.rate == "none: nothing is bought"
        assert row.payback == "none: nothing is bought"
        assert row.use == "none: nothing is owned"


def test_one_option_is_the_safest_and_those_ruled_out_say_so(page: CostPage) -> None:
    (safest,) = (row for row in page.totals if row.is_safest)
    assert not safest.is_ruled_out
    assert any(row.is_ruled_out for row in page.totals), "a hybrid has nothing to rent here"
    assert {row.option for row in page.items} == {
        row.title for row in page.totals if not row.is_ruled_out
    }


def test_at_most_ten_bars_are_drawn_and_the_rest_is_in_the_table(page: CostPage) -> None:
    assert page.tornado is not None
    drawn = {rect.title for rect in page.tornado.drawings[0].rects}
    assert 1 <= len(drawn) <= 10
    assert len(page.tornado.table.rows) > 10


def test_the_scope_says_priced_missing_or_why_not(page: CostPage) -> None:
    rows = {row.what: row.cells for row in page.scope}
    egress = {
        head: cell.status
        for head, cell in zip(page.heads, rows["Data leaving the cloud"], strict=True)
    }
    assert egress["Specialist GPU cloud"] == "missing", "Nebius publishes no price"
    assert egress["Hyperscaler, on demand"] == "priced"
    assert egress["Own servers on your own site"] == "not applicable"
    every = [cell for cells in rows.values() for cell in cells]
    assert all(cell.why for cell in every if cell.status != "priced")


def test_a_cell_of_the_surface_names_the_cheaper_side() -> None:
    own, rent, missing = (
        surface_cell(80.0, 100.0),
        surface_cell(100.0, 50.0),
        surface_cell(None, 50.0),
    )
    assert (own.who, own.by, own.owned_wins) == ("own", "20% less", True)
    assert (rent.who, rent.by, rent.owned_wins) == ("rent", "50% less", False)
    assert (missing.who, missing.owned_wins) == ("no data", False)


def test_levels_say_how_each_part_of_the_load_costs_least(result: dict[str, Any]) -> None:
    bands = [
        {
            "title": "Own servers",
            "paid": "owned",
            "from": 0.0,
            "to": 41.2,
            "most_hours": 1.0,
            "least_hours": 0.46,
            "work": 0.71,
            "usd_per_year": 812_345.0,
        },
        {
            "title": "Specialist",
            "paid": "on_demand",
            "from": 41.2,
            "to": 96.0,
            "most_hours": 0.46,
            "least_hours": 0.0001,
            "work": 0.29,
            "usd_per_year": 402_000.0,
        },
    ]
    levels = {"accelerator": "H200", "bands": bands}
    page = page_of({**result, "figures": {**result["figures"], "levels": levels}})
    assert page.levels is not None
    assert page.levels.accelerator == "H200"
    owned, rented = page.levels.rows
    assert (owned.how, owned.option, owned.work) == ("own", "Own servers", percent(0.71))
    assert owned.hours == f"{percent(1.0)} to {percent(0.46)} of the hours"
    assert rented.how == "rent by the hour"
    assert page_of({**result, "figures": {**result["figures"], "levels": None}}).levels is None


def test_the_surface_has_a_cell_for_each_volume_and_price(page: CostPage) -> None:
    assert page.surface is not None
    assert {len(row) for _, row in page.surface.rows} == {len(page.surface.prices)}


def test_a_version_of_an_older_engine_says_that_it_has_none(result: dict[str, Any]) -> None:
    kept = {k: v for k, v in result.items() if k not in ("figures", "tornado", "surface", "scope")}
    page = page_of(kept)
    assert page.is_old
    assert page.tornado is None
    assert page.surface is None
    assert not page.totals
    assert page.cost_sheets


def test_each_way_to_pay_for_own_servers_is_shown_and_one_is_the_cheapest(page: CostPage) -> None:
    own = next(sheet for sheet in page.cost_sheets if sheet.key == "own_site")
    assert [way.title for way in own.ways] == ["Bought", "Leased to the end of the plan"]
    bought, leased = own.ways
    assert (bought.is_chosen, leased.is_chosen) == (True, False)
    assert bought.is_cheapest != leased.is_cheapest
    assert leased.at_once == "nothing"
    assert bought.total == own.likely, "what the lines add up to"


def test_a_way_to_pay_says_at_least_where_a_price_is_missing(result: dict[str, Any]) -> None:
    short = copy.deepcopy(result)
    for option in short["options"]:
        option["at_least"] = True
    for sheet in page_of(short).cost_sheets:
        assert all(way.total.startswith("at least ") for way in sheet.ways)
