"""Hours without service: reckoned for own servers, promised by providers, missing where not."""

import math
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assessment.candidates import candidate
from app.domain.assessment.evaluation import evaluate, reference
from app.domain.cost.ledger import Ledger, monthly_rate
from app.domain.cost.plan import Costing, costing, standstill
from app.domain.cost.setting import Setting
from app.domain.cost.standstill import (
    Standstill,
    as_promised,
    charge_standstill,
    lacking_share,
    of_own_servers,
)
from app.domain.options import OPTIONS, Option
from app.domain.worlds import Worlds
from tests.domain.builders import FACTS, LIKELY, Document, a_document, a_large_document, a_setting
from tests.domain.builders import answers_of as read

PRICED = {"standstill_usd_per_hour": 1_000, "discount_rate": 0.0, "horizon_months": 24}
AWS, AZURE = "uptime.provider.aws.zones", "uptime.provider.azure.machine"


def priced(option: str, document: Document, worlds: int = 0) -> tuple[Setting, Costing]:
    (chosen,) = (o for o in OPTIONS if o.key == option)
    setting = a_setting(document, worlds=worlds or 5)
    setting = setting if worlds else setting.likely
    plan = candidate(chosen, setting).plan
    assert plan is not None
    return setting, costing(setting, plan)


def by_every_outcome(needed: int, spares: int, up: float) -> float:
    """The expected shortage, over all ways in which servers can be up or down."""
    total = 0.0
    for states in product((0, 1), repeat=needed + spares):
        chance = math.prod(up if is_up else 1 - up for is_up in states)
        total += chance * max(0, needed - sum(states)) / needed
    return total


@given(needed=st.integers(1, 5), spares=st.integers(0, 4), up=st.floats(0.5, 1.0))
def test_the_shortage_is_that_of_all_outcomes(needed: int, spares: int, up: float) -> None:
    found = lacking_share(needed, spares, np.array([up]))
    assert found[0] == pytest.approx(by_every_outcome(needed, spares, up), abs=1e-12)


def test_a_server_without_a_spare_is_short_as_often_as_it_is_down() -> None:
    assert lacking_share(1, 0, np.array([0.989]))[0] == pytest.approx(0.011)
    assert lacking_share(1, 1, np.array([0.989]))[0] == pytest.approx(0.011**2)


@given(needed=st.integers(1, 300), spares=st.integers(0, 10), up=st.floats(0.9, 1.0))
def test_another_spare_never_makes_the_shortage_longer(needed: int, spares: int, up: float) -> None:
    one, more = (lacking_share(needed, s, np.array([up]))[0] for s in (spares, spares + 1))
    assert 0.0 <= more <= one + 1e-9


def test_own_servers_by_hand() -> None:
    """In an own data centre, over two years: its hours, and those short of a server."""
    setting, own = priced("own_site", a_document_of_few(site={"type": "own_datacentre"}))
    owned = own.plan.owned
    assert owned is not None
    found = of_own_servers(owned, 24, "own_datacentre", setting.known)
    (count,) = set(owned.servers_by_year)
    needed = count - owned.spares
    lacking = by_every_outcome(needed, owned.spares, 0.989)
    hours = 24 * 730 * (1 - 0.99741 * (1 - lacking))
    assert found.share.sum() * 730 == pytest.approx(hours)
    assert own.ledger.lines["standstill"].npv[0] == pytest.approx(hours * 1_000)
    assert not own.ledger.lines["standstill"].missing


def a_document_of_few(**answers: Any) -> Document:  # noqa: ANN401  # answers as a file has them
    document = a_large_document(**{**PRICED, "data_location": {"scope": "anywhere"}, **answers})
    document["answers"]["site"] |= {"free_kw": 5_000, "kw_per_rack": 60}
    document["answers"]["modalities"]["image"]["volume_per_day"] = 400_000
    return document


def test_a_hyperscaler_is_down_as_long_as_it_promises_for_what_runs_there() -> None:
    setting, rented = priced("hyperscaler_on_demand", a_large_document(**PRICED))
    offer = rented.plan.offer
    assert offer is not None
    assert setting.workload.is_realtime
    assert max(setting.planned[offer.accelerator]) >= 2 * offer.unit
    line = rented.ledger.lines["standstill"]
    assert line.npv[0] == pytest.approx(24 * 730 * 0.0001 * 1_000)
    assert sum(product.usd for product in line.products) == pytest.approx(line.npv[0])


def test_where_nobody_waits_nothing_is_spread_over_zones() -> None:
    document = a_large_document(**PRICED, workloads=["batch_inference"])
    _, rented = priced("hyperscaler_on_demand", document)
    offer = rented.plan.offer
    assert offer is not None
    promised = LIKELY.value(f"uptime.provider.{offer.provider}.machine")
    line = rented.ledger.lines["standstill"]
    assert line.npv[0] == pytest.approx(24 * 730 * (1 - promised) * 1_000)


def test_the_lowest_promise_counts_where_all_are_needed() -> None:
    both = as_promised([AWS, AZURE], LIKELY)
    assert both.share[0, 0] == pytest.approx(0.001)
    assert both.figures == (AZURE,)


def test_without_a_promise_it_is_missing_and_ranks_as_the_lowest_published() -> None:
    ledger = Ledger(12, monthly_rate(np.array([0.0])))
    answers = read(a_document(standstill_usd_per_hour=1_000))
    charge_standstill(ledger, as_promised([AWS, "uptime.vendor.openai"], LIKELY), answers, LIKELY)
    line = ledger.lines["standstill"]
    assert line.missing
    assert line.npv[0] == 0.0
    assert line.products == ()
    assert ledger.ranked_npv[0] == pytest.approx(8_760 * 0.01 * 1_000)


def test_parts_count_by_their_share_of_the_work() -> None:
    one = Standstill(np.full((2, 1), 0.1), np.zeros((2, 1)), ("a",))
    other = Standstill(np.full((2, 3), 0.2), np.full((2, 3), 0.4), ("a", "b"))
    both = Standstill.of_parts([np.array([0.25, 1.0]), np.array([0.75, 0.0])], [one, other])
    assert both.share == pytest.approx(np.array([[0.175] * 3, [0.1] * 3]))
    assert both.unpromised == pytest.approx(np.array([[0.3] * 3, [0.0] * 3]))
    assert both.figures == ("a", "b")


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_every_option_has_the_line_or_says_that_it_is_missing(option: Option) -> None:
    document = a_large_document(**PRICED, needed_in_weeks=2)
    modalities = document["answers"]["modalities"]
    modalities["image"] |= {"born": "edge", "megapixels": 12}
    modalities["document"] = {"volume_per_day": 3_000_000, "latency": {"p95_ms": 600_000}}
    setting, found = priced(option.key, document, worlds=20)
    line = found.ledger.lines["standstill"]
    lost = standstill(setting, found)
    assert ((lost.share + lost.unpromised) > 0.0).all()
    assert ((lost.share + lost.unpromised) < 0.05).all()
    assert line.missing == bool(lost.unpromised.any())
    assert (line.npv + line.stand_in > 0).all()


def test_a_dearer_hour_makes_no_option_cheaper_and_nothing_else_dearer() -> None:
    cheap, dear = a_large_document(**PRICED), a_large_document(**PRICED)
    dear["answers"]["standstill_usd_per_hour"] = 3_000
    for option in ("own_site", "colocation", "hyperscaler_on_demand", "specialist_cloud"):
        setting, one = priced(option, cheap, worlds=20)
        other = costing(a_setting(dear, worlds=20), one.plan)
        less, more = one.ledger.lines["standstill"], other.ledger.lines["standstill"]
        assert more.npv + more.stand_in == pytest.approx(3 * (less.npv + less.stand_in))
        rest = one.ledger.ranked_npv - less.npv - less.stand_in
        assert other.ledger.ranked_npv - more.npv - more.stand_in == pytest.approx(rest)
        assert setting.worlds.count == 20


def test_a_ceiling_on_what_is_spent_is_not_about_it() -> None:
    dearest = []
    for usd in (1, 100_000_000):
        setting = a_setting(a_large_document(**PRICED | {"standstill_usd_per_hour": usd}), 20)
        (own,) = (o for o in OPTIONS if o.key == "own_site")
        found = evaluate(candidate(own, setting), setting, reference([], setting))
        assert found.money is not None
        dearest.append(found.money.dearest_month)
    assert dearest[0] == pytest.approx(dearest[1], rel=1e-6)


def test_a_promise_that_nobody_makes_leaves_no_ceiling_open() -> None:
    """What is lost has no bill, so no bill is missing."""
    ceilings = {"capex_usd": 1e10, "opex_usd_per_month": 1e9}
    document = a_large_document(**PRICED, ceilings=ceilings)
    large = tuple(f"uptime.provider.{key}." for key in ("aws", "azure", "gcp"))
    silent = {k: f for k, f in FACTS.figures.items() if not k.startswith(large)}
    (rented,) = (o for o in OPTIONS if o.key == "hyperscaler_on_demand")
    setting = Setting(read(document), replace(FACTS, figures=silent), Worlds(20, 1))
    found = evaluate(candidate(rented, setting), setting, reference([], setting))
    assert found.money is not None
    assert [line.key for line in found.money.lines if line.missing] == ["standstill"]
    assert {v.outcome for v in found.verdicts if v.rule == "V14"} == {"pass"}


def test_the_first_bill_is_what_is_paid() -> None:
    ledger = Ledger(12, monthly_rate(np.array([0.0])))
    ledger.monthly("storage", np.full((1, 1), 70.0))
    ledger.loss("standstill", np.full((1, 1), 900.0), np.zeros((1, 1)))
    assert ledger.first_bill == pytest.approx(70.0)
    assert ledger.npv[0] == pytest.approx(12 * 970.0)


def test_a_very_large_fleet_lacks_what_its_mean_says() -> None:
    """Of 9,003 servers down 2 % of the time 180 are down, far beyond three spares."""
    (lacking,) = lacking_share(9_000, 3, np.array([0.98]))
    assert lacking == pytest.approx((9_003 * 0.02 - 3) / 9_000)
