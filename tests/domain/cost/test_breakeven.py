"""The month from which owning has cost no more, and stays so."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.domain.cost.breakeven import breakeven_month
from app.domain.worlds import Array

payments = arrays(np.float64, (1, 25), elements=st.floats(0, 1e6))


def month(own: list[float], other: list[float]) -> float:
    return float(breakeven_month(np.array([own]), np.array([other]))[0])


def test_a_purchase_is_paid_back_by_what_it_saves() -> None:
    own = [100.0, *[1.0] * 12, 0.0]
    other = [0.0, *[21.0] * 12, 0.0]
    assert month(own, other) == 5  # 100 / (21 - 1)


def test_what_is_cheaper_from_the_start_has_paid_off_at_once() -> None:
    assert month([1.0, 1.0, 1.0, 0.0], [2.0, 2.0, 2.0, 0.0]) == 0


def test_what_never_catches_up_never_pays_off() -> None:
    assert month([100.0, *[5.0] * 12, 0.0], [0.0, *[6.0] * 12, 0.0]) == np.inf


def test_a_lead_that_is_lost_again_does_not_count() -> None:
    assert month([10.0, 0, 0, 90.0, 0, 0, 0], [0, 20.0, 0, 0, 0, 100.0, 0]) == 5


def test_what_follows_the_horizon_does_not_make_it_pay_off() -> None:
    assert month([100.0, 0, 0, 0, -60.0], [0, 20.0, 20.0, 20.0, 0]) == np.inf


def test_it_may_pay_off_in_the_last_month() -> None:
    assert month([60.0, 0, 0, 0, 0], [0, 20.0, 20.0, 20.0, 0]) == 3


@given(own=payments, other=payments)
def test_from_that_month_on_owning_leads(own: Array, other: Array) -> None:
    found = breakeven_month(own, other)[0]
    lead = np.cumsum(other - own, axis=1)[0, :-1]
    if np.isfinite(found):
        assert (lead[int(found) :] >= 0).all()
        assert found == 0 or lead[int(found) - 1] < 0
    else:
        assert lead[-1] < 0


@given(own=payments, other=payments, discount=st.floats(0, 1e5))
def test_a_cheaper_purchase_never_pays_off_later(own: Array, other: Array, discount: float) -> None:
    cheaper = own.copy()
    cheaper[:, 0] -= discount
    assert breakeven_month(cheaper, other)[0] <= breakeven_month(own, other)[0]
