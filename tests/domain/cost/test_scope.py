"""The scope table: every line stands in it, and it agrees with what is really charged."""

from typing import Any

import pytest

from app.domain.assessment.candidates import candidate
from app.domain.cost.ledger import LINES
from app.domain.cost.plan import costing
from app.domain.cost.scope import COSTS, NOT_PRICED
from app.domain.options import OPTIONS, Option
from tests.domain.builders import FACTS, QUESTIONS, a_large_document, a_setting

EVERY_NIGHT = {"traffic": {"shape": "steady"}, "needed_in_weeks": 2}
# Each way to pay leaves out what another one costs.
WAYS: tuple[dict[str, Any], ...] = (
    {"may_stop": True, "uplink_usd_per_month": 2_000, "standstill_usd_per_hour": 1_000},
    {"own_payment": {"way": "leased"}},
    {"own_payment": {"way": "by_use", "usd_per_gpu_hour": 4, "accelerator": "H200"}},
)


def test_what_is_left_out_is_said_with_its_reason_once() -> None:
    assert len({omission.what for omission in NOT_PRICED}) == len(NOT_PRICED)
    assert all(omission.what and omission.why for omission in NOT_PRICED)


def test_every_line_of_the_ledger_stands_in_the_table_and_no_other() -> None:
    assert {cost.line for cost in COSTS if cost.line} == set(LINES)
    assert len({cost.what for cost in COSTS}) == len(COSTS)


def test_a_cost_that_an_option_lacks_says_why() -> None:
    for cost in COSTS:
        for option in OPTIONS:
            scope = cost.of(option)
            assert (scope.status == "priced") == (not scope.why), (cost.what, option.key)


def lines_of(option: Option, way: dict[str, Any]) -> set[str]:
    document = a_large_document(**EVERY_NIGHT, **way)
    modalities = document["answers"]["modalities"]
    modalities["text"] = {**modalities["image"], "volume_per_day": 20_000_000}
    modalities["image"] |= {"megapixels": 12, "born": "edge"}
    modalities["document"] = {"volume_per_day": 3_000_000, "latency": {"p95_ms": 600_000}}
    setting = a_setting(document, worlds=20)
    plan = candidate(option, setting).plan
    assert plan is not None
    return set(costing(setting, plan).ledger.lines)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_what_is_charged_is_what_the_table_says_is_priced(option: Option) -> None:
    charged = {line for way in WAYS for line in lines_of(option, way)}
    priced = {cost.line for cost in COSTS if cost.of(option).status == "priced"}
    # a backup for shortages may bring egress, support and a second platform in a bad world
    backup = {"egress", "support", "second_platform"} if option.owned else set()
    assert charged - priced <= backup
    # where it is rented decides whether there are zones and spot machines, and how soon servers
    # stand; a split rents or buys what does not stay
    either = {"managed_api", "cloud_compute"} if option.division == "by_kind" else set()
    # what a commitment lacks is rented, where it costs less than renting all of it
    either |= {"shortage"} if option.purchase == "cheaper" else set()
    assert priced - charged <= {"between_zones", "spot", "bridge"} | either


def test_no_server_outlives_the_longest_horizon() -> None:
    longest = QUESTIONS.field("horizon_months").maximum
    assert longest is not None
    assert longest <= 12 * FACTS.figure("hardware.life_years").value
