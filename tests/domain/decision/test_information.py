"""What finding out is worth: nothing for noise, something for a driver."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision.information import NO_EFFECT, input_effect, joint_effect
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
    assert input_effect(noise, scored) == NO_EFFECT
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


def a_close_call(seed: int, worlds: int = 20_000) -> tuple[Array, Array]:
    """Noise that nothing depends on, and two families that are equal on average."""
    random = np.random.default_rng(seed)
    return random.standard_normal(worlds), 0.5 + 0.1 * random.standard_normal((worlds, 2))


def test_what_does_nothing_is_worth_nothing_even_in_a_close_call() -> None:
    # The largest of two noisy means is above either: without the test of chance, each of these
    # would seem to be worth about 0.0013 and to change the winner in half of the worlds.
    assert [input_effect(*a_close_call(seed)) for seed in range(100)] == [NO_EFFECT] * 100


def test_a_driver_is_found_in_a_close_call() -> None:
    found = 0
    for seed in range(20):
        driver, scored = a_close_call(seed)
        scored[:, 1] += 0.01 * driver
        found += input_effect(driver, scored).value > 0.002
    assert found == 20


def two_drivers(worlds: int = 50_000, seed: int = 2) -> tuple[list[Array], Array]:
    """A lead that is the product of two inputs: neither alone says who is ahead."""
    random = np.random.default_rng(seed)
    one, other = random.standard_normal((2, worlds))
    lead = 0.05 * one * other + 0.02 * random.standard_normal(worlds)
    return [one, other], np.stack([np.full(worlds, 0.5), 0.5 + lead], axis=1)


def test_two_inputs_may_be_worth_together_what_neither_is_alone() -> None:
    draws, scored = two_drivers()
    assert [input_effect(draw, scored).value for draw in draws] == [0.0, 0.0]
    # E[max(0, 0.05 x y)] = 0.05 E|x y|/2 = 0.05 (2/pi)/2 in closed form, for both known exactly
    assert joint_effect(draws, scored).value == pytest.approx(0.05 / np.pi, rel=0.1)


def test_of_inputs_that_add_up_both_together_are_worth_most() -> None:
    random = np.random.default_rng(4)
    draws = list(random.standard_normal((3, 50_000)))
    lead = 0.04 * draws[0] + 0.03 * draws[1] + 0.02 * random.standard_normal(50_000)
    scored = np.stack([np.full(50_000, 0.5), 0.5 + lead], axis=1)
    together = joint_effect(draws, scored).value
    # E[max(0, N(0, s))] = s / sqrt(2 pi), with s = sqrt(0.04^2 + 0.03^2) = 0.05
    assert together == pytest.approx(0.05 / np.sqrt(2 * np.pi), rel=0.05)
    assert together > max(input_effect(draw, scored).value for draw in draws)


def test_one_input_that_varies_is_as_it_is_alone_and_none_is_nothing() -> None:
    driver, _, scored = synthetic()
    still = np.ones(20_000)
    assert joint_effect([driver, still], scored) == input_effect(driver, scored)
    assert joint_effect([still], scored) == joint_effect([], scored) == NO_EFFECT


def test_inputs_that_do_nothing_are_worth_nothing_together() -> None:
    random = np.random.default_rng(6)
    for seed in range(50):
        noise, scored = a_close_call(seed)
        assert joint_effect([noise, random.random(20_000)], scored) == NO_EFFECT
