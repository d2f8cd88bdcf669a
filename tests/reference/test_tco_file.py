"""Buy-or-rent files: what ships, what the larger published set gives, and what is refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from app import reference
from app.domain.errors import InvalidAnswers
from app.domain.validation.tco import TcoCase, TcoComputed, computed
from app.reference import tco_file
from app.reference.tco_file import INCONSISTENT, Scenario
from app.services import validating
from tests.domain.prices.builders import TODAY

SHIPPED = tco_file.shipped()
PUBLISHED = next(
    (p for p in Path(__file__).resolve().parents[3].glob("*/facts/tco_published.yaml")), None
)


def _case(scenario: Scenario) -> TcoCase:
    assert scenario.case is not None, scenario.notes
    return scenario.case


def _read(text: str) -> Scenario:
    (found,) = tco_file.read(f"scenarios: [{text}]")
    return found


@pytest.mark.parametrize("scenario", SHIPPED, ids=lambda s: s.id)
def test_a_shipped_study_comes_out_as_printed_unless_it_contradicts_itself(
    scenario: Scenario,
) -> None:
    case = _case(scenario)
    assert case.published
    assert computed(case).holds(case) is (scenario.kind != INCONSISTENT)


@pytest.mark.parametrize("scenario", SHIPPED, ids=lambda s: s.id)
def test_a_shipped_study_says_where_it_comes_from_and_what_it_leaves_out(
    scenario: Scenario,
) -> None:
    assert scenario.url.startswith("https://")
    for words in (scenario.title, scenario.as_of, scenario.evidence, scenario.left_out):
        assert words
    for step in scenario.restored:
        assert step.source
        assert step.as_of


def test_every_inconsistent_study_is_flagged() -> None:
    offers = reference.load().facts.offers
    lines = {line.id: line for line in validating.tco(offers, TODAY)}
    for scenario in SHIPPED:
        if scenario.kind == INCONSISTENT:
            assert lines[scenario.id].flags
    keys = [flag.key for flag in lines["lp2368-a-azure-on-demand"].flags]
    assert keys == [
        "power_below_nameplate", "implied_pue", "comparator_not_lowest", "old_price",
    ]  # fmt: skip


def test_four_hours_a_day_become_six_to_twenty() -> None:
    (study,) = (s for s in SHIPPED if s.id == "lp2368-b-hours-per-day")
    assert computed(_case(study)).figures["breakeven_hours_per_day"] == pytest.approx(
        4.28, abs=0.01
    )
    shares = [computed(step.case).figures["breakeven_utilisation"] or 0 for step in study.restored]
    # Azure, AWS, Crusoe, Nebius: 6.3, 8.4, 15.7 and 19.4 hours a day in the design's own table
    assert [24 * share for share in shares] == pytest.approx([6.3, 8.4, 15.7, 19.4], rel=0.03)


def test_the_month_of_720_hours_and_the_year_of_8760_in_one_rate() -> None:
    # Lenovo LP2368, configurations B and D: 12 % a year by 8,760 hours, 1,500 a month by 720
    for capex, maintenance in ((277_897.75, 3.80), (461_567.5, 6.32)):
        owned = f"{{capex_usd: {capex}, maintenance_share_per_year: 0.12, residual_share: 1}}"
        case = _case(_read(f"{{id: b, years: 1, owned: {owned}}}"))
        assert computed(case).figures["owned_usd_per_hour"] == pytest.approx(maintenance, rel=2e-3)
    case = _case(
        _read(
            "{id: c, hours: 720, hours_per_month: 720, hours_per_year: 8640, "
            "owned: {colocation_usd_per_month: 1500}}"
        )
    )
    assert computed(case).figures["owned_usd_per_hour"] == pytest.approx(2.08, rel=2e-3)


# ---- the larger published set ------------------------------------------------------------------


def _form(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """A published scenario in the form of a file; None for one that is no purchase or rent."""
    given, printed = row["inputs"], row["outputs"]
    name = row["id"]
    months = {"hours_per_month": 720} if name.startswith("lp2225") else {}
    form: dict[str, Any] = {"id": name, **months}
    if "onprem_opex_usd_hr" in given:
        form["owned"] = {
            "capex_usd": given["capex_usd"], "opex_usd_per_hour": given["onprem_opex_usd_hr"],
        }  # fmt: skip
    if "cloud_usd_hr" in given:
        form["cloud"] = {"usd_per_hour": given["cloud_usd_hr"]}
    if "lifetime_hours" in given:
        form["hours"] = given["lifetime_hours"]
        form["throughput_tokens_per_second"] = given["throughput_tok_s"]
    if name == "lp2225-llama31-training":
        form["hours"] = given["gpu_hours"] / given["gpus_per_instance"]
    if name == "37signals-compute-exit":
        form |= {"years": 5, "cloud": {"usd_per_hour": given["cloud_before_usd_yr"] / 8760}}
        form["owned"] = {
            "capex_usd": given["hardware_usd"], "other_usd_per_year": given["cloud_after_usd_yr"],
        }  # fmt: skip
    if name == "nextplatform-gpu-rental":
        blend = sum(share * given["instance_usd_hr"][term] for term, share in given["mix"].items())
        machines = given["gpus"] / given["gpus_per_instance"]
        form |= {"years": given["years"], "cloud": {"usd_per_hour": blend * machines}}
    if name == "internet2-hpc-core-hour":
        form |= {"years": given["years"]}
        form["owned"] = {"capex_usd": given["server_usd"] / given["cores"]}
    form["published"] = {
        ours: printed[theirs] for theirs, ours in _NAMES.items() if theirs in printed
    }
    return form if form["published"] else None


_NAMES = {
    "breakeven_hours": "breakeven_hours",
    "breakeven_months_24x7": "breakeven_months",
    "breakeven_months": "breakeven_months",
    "training_cost_usd": "cloud_total_usd",
    "onprem_usd_hr": "owned_usd_per_hour",
    "onprem_usd_per_mtok": "owned_usd_per_mtok",
    "cloud_usd_per_mtok": "cloud_usd_per_mtok",
    "savings_frac": "saving_share",
    "five_year_saving_usd_min": "saving_usd",
    "four_year_revenue_usd": "cloud_total_usd",
    "server_usd_core_hr": "owned_usd_per_hour",
}
# Computed by single functions instead: tests above, and tests/domain/cost/test_figures.py.
_NOT_A_PURCHASE_OR_RENT = {
    "lp2368-B-h200-opex-parts", "lp2368-D-b300-opex-parts", "gpu-forward-price",
}  # fmt: skip


@pytest.mark.skipif(PUBLISHED is None, reason="the larger published set is not on this machine")
def test_every_full_strength_study_of_the_larger_set_comes_out_as_printed() -> None:
    assert PUBLISHED is not None
    every = yaml.safe_load(PUBLISHED.read_text("utf-8"))["scenarios"]
    full = {row["id"]: row for row in every if row["test_strength"] == "full"}
    forms = {key: _form(row) for key, row in full.items() if key not in _NOT_A_PURCHASE_OR_RENT}
    assert None not in forms.values()
    found = tco_file.read(yaml.safe_dump({"scenarios": list(forms.values())}))
    for scenario in found:
        case = _case(scenario)
        result = computed(case)
        checks = full[scenario.id]["checks"]
        for theirs, ours in _NAMES.items():
            if theirs in checks and theirs in full[scenario.id]["outputs"]:
                _agrees(case, result, ours, checks[theirs])


def _agrees(case: TcoCase, result: TcoComputed, figure: str, check: Mapping[str, Any]) -> None:
    """As near to what was printed as the set's own recomputation, and equal to that."""
    value = result.figures[figure]
    assert value == pytest.approx(check["recomputed"], rel=1e-4), (case.id, figure)
    assert abs(result.error(case, figure) or 0) <= check["rel_error"] + 1e-4, (case.id, figure)


def test_what_ships_covers_every_full_strength_purchase_or_rent() -> None:
    assert len([s for s in SHIPPED if s.kind != INCONSISTENT]) >= 10


# ---- reading strictly --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("{id: a, cloud: {usd_per_hour: 1}, capex: 5}", "unknown_input:capex"),
        ("{id: a, cloud: {usd_per_hours: 1}}", "unknown_input:usd_per_hours"),
        ("{id: a, published: {profit: 1}}", "unknown_input:profit"),
        ("{id: a, check: {colour: 1}}", "unknown_input:colour"),
        ("{id: a, cloud: {usd_per_hour: -1}}", "invalid_input:usd_per_hour"),
        ("{id: a, cloud: {usd_per_hour: .nan}}", "invalid_input:usd_per_hour"),
        ("{id: a, cloud: {usd_per_hour: .inf}}", "invalid_input:usd_per_hour"),
        ("{id: a, cloud: {usd_per_hour: '1'}}", "invalid_input:usd_per_hour"),
        ("{id: a, cloud: {usd_per_hour: true}}", "invalid_input:usd_per_hour"),
        ("{id: a, cloud: 5}", "invalid_input:cloud"),
        ("{id: a, years: 0}", "invalid_input:years"),
        ("{id: a, years: 5, months: 60}", "invalid_input:months"),
        ("{id: a, hours_per_day: 25}", "invalid_input:hours_per_day"),
        ("{id: a, hours_per_day: 0}", "invalid_input:hours_per_day"),
        ("{id: a, owned: {pue: 0.9}}", "invalid_input:pue"),
        ("{id: a, owned: {residual_share: 20}}", "invalid_input:residual_share"),
        ("{id: a, discount_rate: 8}", "invalid_input:discount_rate"),
        ("{id: a, published: {saving_usd: 0}}", "invalid_input:saving_usd"),
        ("{id: a, restored: [{title: x}]}", "invalid_input:restored"),
        ("{id: a, restored: 5}", "invalid_input:restored"),
    ],
)
def test_a_mistake_leaves_its_scenario_uncomputed_and_says_what_would_be_right(
    text: str, note: str
) -> None:
    found = _read(text)
    assert found.case is None
    assert found.notes[0] == note
    assert len(found.notes[1]) > 20


def test_one_mistake_stops_no_other_scenario() -> None:
    text = "scenarios: [{id: a, what: 1}, {id: b, hours: 10, cloud: {usd_per_hour: 2}}]"
    bad, good = validating.tco((), TODAY, tco_file.read(text))
    assert bad.computed.notes[0] == "unknown_input:what"
    assert good.computed.figures["cloud_total_usd"] == 20.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "neither YAML nor JSON"),
        ("a: 1", "whose key scenarios holds a list"),
        ("scenarios: []", "whose key scenarios holds a list"),
        ("scenarios: [5]", "It must be a mapping."),
        ("scenarios: [{years: 5}]", "It has no id"),
        ("scenarios: [{id: a}, {id: a}]", "stands in it twice"),
        ("scenarios: [{id: a, id: b}]", "stands twice"),
        ("scenarios: !!python/object:os.system {}", "neither YAML nor JSON"),
        ("[" * 5_000, "neither YAML nor JSON"),
    ],
)
def test_what_is_no_file_of_scenarios_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidAnswers, match=message):
        tco_file.read(text)


def test_a_tolerance_may_stand_beside_the_figures_or_among_them() -> None:
    beside = "{id: a, tolerance_pct: 5, published: {saving_usd: 3}}"
    among = "{id: a, published: {saving_usd: 3, tolerance_pct: 5}}"
    assert _case(_read(beside)).tolerance == _case(_read(among)).tolerance == 0.05
    assert _case(_read(among)).published == {"saving_usd": 3}


def test_hours_follow_from_years_and_months_by_the_scenarios_own_lengths() -> None:
    assert _case(_read("{id: a, years: 2, hours_per_year: 8640}")).hours == 17_280
    assert _case(_read("{id: a, months: 3, hours_per_month: 720}")).hours == 2_160
    assert _case(_read("{id: a, hours: 7}")).hours == 7
