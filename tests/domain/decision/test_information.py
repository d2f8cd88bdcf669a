"""What finding out is worth: nothing for noise, something for a driver."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision.information import input_effect
from app.domain.worlds import Array


def synthetic(seed: int = 1, worlds: int = 20_000) -> tuple[Array, Array, Array]:
    """The problem of the decision study, section 1.8: a driver and pure noise, two options."""
    random = np.random.default_rng(seed)
    driver, noise = random.standard_normal((2, worlds))
    scored = np.stack(
        [0.52 + 0.0 * driver, 0.50 + 0.06 * driver + 0.02 * random.standard_normal(worlds)], axis=1
    )
    return driver, noise, scored


def test_noise_is_worth_nothing_and_a_driver_something() -> None:
    driver, noise, scored = synthetic()
    assert input_effect(noise, scored).value == pytest.approx(0.0, abs=1e-6)
    assert input_effect(noise, scored).changes_winner == 0
    effect = input_effect(driver, scored)
    assert effect.value > 0.01
    # the winner changes where 0.06 z > 0.02, above z = 1/3: 37 % of the worlds, to a bin
    assert effect.changes_winner == pytest.approx(0.37, abs=0.1)
    assert effect.upward
    assert effect.turns_to == 1
    assert effect.turns_at == pytest.approx(1 / 3, abs=0.3)


def test_the_gain_is_that_of_knowing() -> None:
    # E[max(0, N(m, s))] - max(0, m) in closed form, at m = -0.02, s = 0.06, for a perfect test
    driver, _, scored = synthetic(worlds=200_000)
    m, s = -0.02, 0.06
    density = np.exp(-0.5 * (m / s) ** 2) / np.sqrt(2 * np.pi)
    from scipy.stats import norm  # noqa: PLC0415  # the oracle of one test

    expected = m * norm.cdf(m / s) + s * density
    assert input_effect(driver, scored).value == pytest.approx(expected, rel=0.1)


def test_a_turn_below_is_told_as_below() -> None:
    driver, _, scored = synthetic()
    effect = input_effect(-driver, scored)
    assert not effect.upward
    assert effect.turns_at == pytest.approx(-1 / 3, abs=0.3)


def test_an_input_that_does_not_vary_is_worth_nothing() -> None:
    _, _, scored = synthetic()
    effect = input_effect(np.ones(20_000), scored)
    assert (effect.value, effect.changes_winner, effect.turns_at) == (0.0, 0.0, None)


@given(seed=st.integers(0, 2**32), options=st.integers(2, 4))
def test_knowing_is_never_worth_less_than_nothing(seed: int, options: int) -> None:
    random = np.random.default_rng(seed)
    effect = input_effect(random.random(500), random.random((500, options)))
    assert effect.value >= 0
    assert 0 <= effect.changes_winner <= 1
    assert (effect.turns_at is None) == (effect.turns_to is None)


def test_knowing_is_worth_at_most_what_knowing_everything_is() -> None:
    driver, _, scored = synthetic()
    everything = scored.max(axis=1).mean() - scored.mean(axis=0).max()
    assert input_effect(driver, scored).value <= everything
