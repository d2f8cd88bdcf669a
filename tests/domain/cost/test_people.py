"""People: a platform share for everybody, machines for those who own some."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.ledger import Ledger, monthly_rate
from app.domain.cost.people import (
    charge_moving,
    charge_on_call,
    charge_second_platform,
    charge_staff,
    infrastructure_fte,
    is_on_call,
    salary_term,
)
from tests.domain.builders import LIKELY, a_document, answers_of, known

ANSWERS = answers_of(a_document(engineer_year_usd=120_000))


def flat() -> Ledger:
    return Ledger(36, monthly_rate(np.array([0.0])))


def test_who_rents_pays_for_the_platform_only() -> None:
    ledger = flat()
    charge_staff(ledger, np.zeros(36), ANSWERS, LIKELY)
    assert ledger.npv[0] == pytest.approx(0.5 * 120_000 * 3)


def test_who_owns_pays_for_the_machines_too() -> None:
    ledger = flat()
    charge_staff(ledger, np.full(36, 300.0), ANSWERS, LIKELY)
    assert ledger.npv[0] == pytest.approx((0.5 + 300 / 75) * 120_000 * 3)


@pytest.mark.parametrize(("accelerators", "fte"), [(0, 0.0), (1, 0.35), (26, 0.35), (75, 1.0)])
def test_few_machines_need_the_least_staff(accelerators: float, fte: float) -> None:
    assert infrastructure_fte(np.array([accelerators]), LIKELY)[0, 0] == pytest.approx(
        fte, abs=0.01
    )


@given(one=st.floats(0, 5_000), other=st.floats(0, 5_000), seed=st.integers(0, 99))
def test_more_machines_never_need_fewer_people(one: float, other: float, seed: int) -> None:
    fte = infrastructure_fte(np.array(sorted((one, other))), known(50, seed))
    assert (fte[:, 0] <= fte[:, 1]).all()
    assert (fte >= 0).all()


def test_a_second_platform_is_people_a_link_and_storage_kept_twice() -> None:
    ledger = flat()
    charge_second_platform(ledger, np.ones(1), np.full((1, 36), 1_000.0), ANSWERS, LIKELY)
    assert ledger.npv[0] == pytest.approx(36 * (120_000 / 12 + 1_642.5 + 0.05 * 1_000))


def test_a_second_platform_is_paid_only_in_worlds_that_need_it() -> None:
    over = known(3)
    ledger = Ledger(12, monthly_rate(np.zeros(3)))
    charge_second_platform(ledger, np.array([1.0, 0.0, 1.0]), np.ones((3, 12)), ANSWERS, over)
    assert (ledger.npv > 0).tolist() == [True, False, True]


def test_the_salary_says_where_it_is_from() -> None:
    assert salary_term(ANSWERS).source is None, "it was answered"
    default = salary_term(answers_of(a_document()))
    assert default.value == 225_000
    assert default.source is not None


# ---- on call, and moving in and out ------------------------------------------------------------


@pytest.mark.parametrize("shape", ["steady", "spiky"])
def test_who_waits_at_night_needs_somebody_on_call(shape: str) -> None:
    answers = answers_of(a_document(traffic={"shape": shape}))
    assert is_on_call(answers, is_realtime=True)
    assert not is_on_call(answers, is_realtime=False)


@pytest.mark.parametrize("shape", ["business_hours", "batch_windows"])
def test_quiet_nights_need_nobody(shape: str) -> None:
    answers = answers_of(a_document(traffic={"shape": shape}))
    assert not is_on_call(answers, is_realtime=True)


def test_being_on_call_is_paid_by_the_week_and_for_own_machines_twice() -> None:
    ledger = flat()
    charge_on_call(ledger, 2, LIKELY)
    assert ledger.npv[0] == pytest.approx(2 * 540 * 365 / 7 * 3)


def test_setting_up_is_paid_first_and_leaving_last() -> None:
    ledger = flat()
    parts = ["migration.self_hosted_weeks", "migration.second_platform_weeks"]
    charge_moving(ledger, parts, "exit.supplier_weeks", ANSWERS, LIKELY)
    week = 120_000 / 52
    assert ledger.cash[0, 0] == pytest.approx((12 + 8) * week)
    assert ledger.cash[0, -1] == pytest.approx(4 * week)
    assert ledger.npv[0] == pytest.approx(24 * week)
    assert sum(p.usd for p in ledger.lines["migration"].products) == pytest.approx(24 * week)


def test_where_no_supplier_is_left_nothing_is_paid_for_leaving() -> None:
    ledger = flat()
    charge_moving(ledger, ["migration.managed_api_weeks"], None, ANSWERS, LIKELY)
    assert ledger.npv[0] == pytest.approx(4 * 120_000 / 52)
    assert not ledger.cash[0, 1:].any()
