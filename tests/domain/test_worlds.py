"""Worlds: shared, seeded, and the same whoever asks first."""

from collections.abc import Callable
from zlib import crc32

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.worlds import Array, Range, Worlds, likely_world
from tests.domain.builders import EVERY_MODALITY, a_decided_document, a_setting, assessed

A_RANGE = Range(1.0, 2.0, 5.0)
CONCENTRATION = np.array([0.1, 1.0, 3.0])

Draw = Callable[[Worlds], Array]
EVERY_DRAW: dict[str, Draw] = {
    "normal": lambda w: w.normal("x"),
    "uniform": lambda w: w.uniform("x"),
    "positive": lambda w: w.positive("x", A_RANGE),
    "signed": lambda w: w.signed("x", Range(-1.0, 0.0, 2.0)),
    "share": lambda w: w.share("x", Range(0.2, 0.5, 0.9)),
    "simplex": lambda w: w.simplex("x", CONCENTRATION),
}
every_draw = pytest.mark.parametrize("draw", EVERY_DRAW.values(), ids=EVERY_DRAW)
seeds = st.integers(0, 2**63)
positive_ranges = st.tuples(st.floats(1e-6, 1e9), st.floats(1.0, 100.0), st.floats(1.0, 100.0)).map(
    lambda t: Range(t[0] / t[1], t[0], t[0] * t[2])
)


@every_draw
@given(seed=seeds, few=st.integers(1, 60), more=st.integers(0, 60))
def test_the_first_worlds_are_the_same_whatever_the_count(
    draw: Draw, seed: int, few: int, more: int
) -> None:
    np.testing.assert_array_equal(draw(Worlds(few, seed)), draw(Worlds(few + more, seed))[:few])


@every_draw
def test_other_inputs_do_not_move_an_input(draw: Draw) -> None:
    alone = draw(Worlds(50, 7))
    after = Worlds(50, 7)
    after.normal("a")
    after.positive("b", A_RANGE)
    after.simplex("c", CONCENTRATION)
    np.testing.assert_array_equal(draw(after), alone)


@every_draw
def test_another_seed_is_another_family_of_worlds(draw: Draw) -> None:
    assert not np.array_equal(draw(Worlds(50, 1)), draw(Worlds(50, 2)))


@given(value=positive_ranges)
def test_the_likely_world_has_the_median_exactly(value: Range) -> None:
    assert likely_world().positive("x", value)[0] == value.likely
    assert likely_world().signed("x", value)[0] == value.likely


@pytest.mark.parametrize("value", [A_RANGE, Range(0.5, 0.5, 4.0), Range(1.0, 3.0, 3.0)], ids=str)
@pytest.mark.parametrize("shape", ["positive", "signed"])
def test_low_and_high_are_the_tenth_and_ninetieth_percentile(value: Range, shape: str) -> None:
    draws = getattr(Worlds(200_000, 3), shape)("x", value)
    assert np.percentile(draws, [10, 50, 90]) == pytest.approx(
        [value.low, value.likely, value.high], rel=0.02
    )


@given(value=positive_ranges, seed=seeds)
def test_a_positive_quantity_stays_positive(value: Range, seed: int) -> None:
    assert (Worlds(50, seed).positive("x", value) > 0).all()


def test_a_positive_quantity_of_zero_is_zero() -> None:
    assert Worlds(4, 1).positive("x", Range(0.0, 0.0, 0.0)).tolist() == [0.0] * 4


def test_a_positive_quantity_may_be_as_low_as_zero() -> None:
    draws = Worlds(2_000, 1).positive("x", Range(0.0, 1.0, 10.0))
    assert np.isfinite(draws).all()
    assert (draws >= 0).all()
    assert np.median(draws) == pytest.approx(1.0, rel=0.1)


def test_a_signed_quantity_may_be_negative() -> None:
    draws = Worlds(2_000, 1).signed("x", Range(-0.2, 0.0, 0.4))
    assert draws.min() < -0.2
    assert draws.max() > 0.4


@given(likely=st.floats(0, 1), below=st.floats(0, 2), above=st.floats(0, 2), seed=seeds)
def test_a_share_lies_between_none_and_all(
    likely: float, below: float, above: float, seed: int
) -> None:
    draws = Worlds(50, seed).share("x", Range(likely - below, likely, likely + above))
    assert ((draws >= 0) & (draws <= 1)).all()


@given(parts=st.lists(st.floats(0.05, 50), min_size=2, max_size=12), seed=seeds)
def test_the_parts_of_a_simplex_sum_to_one(parts: list[float], seed: int) -> None:
    draws = Worlds(30, seed).simplex("x", np.array(parts))
    assert (draws >= 0).all()
    assert draws.sum(axis=1) == pytest.approx(np.ones(30))


def test_a_simplex_has_the_mean_of_its_concentration() -> None:
    draws = Worlds(50_000, 2).simplex("x", CONCENTRATION)
    assert draws.mean(axis=0) == pytest.approx(CONCENTRATION / CONCENTRATION.sum(), abs=5e-3)


def test_a_held_input_stays_at_its_median() -> None:
    worlds = Worlds(20, 1).varying_only(["y"])
    assert (worlds.positive("x", A_RANGE) == A_RANGE.likely).all()
    assert (worlds.signed("x", A_RANGE) == A_RANGE.likely).all()
    assert (worlds.uniform("x") == 0.5).all()
    assert (worlds.normal("x") == 0.0).all()
    mean = CONCENTRATION / CONCENTRATION.sum()
    assert worlds.simplex("x", CONCENTRATION) == pytest.approx(np.tile(mean, (20, 1)))


def test_what_still_varies_has_the_same_draws() -> None:
    every = Worlds(20, 1)
    some = every.varying_only(lambda name: name == "y")
    np.testing.assert_array_equal(some.normal("y"), every.normal("y"))


def test_the_first_worlds_never_outnumber_all() -> None:
    assert Worlds(20, 1).first(5).count == 5
    assert Worlds(20, 1).first(500).count == 20


def test_an_input_that_was_seen_can_be_drawn_again() -> None:
    worlds = Worlds(20, 1)
    positive = worlds.positive("p", A_RANGE)
    signed = worlds.signed("s", Range(-1.0, 0.0, 1.0))
    assert set(worlds.seen) == {"p", "s"}
    np.testing.assert_array_equal(worlds.redrawn("p"), positive)
    np.testing.assert_array_equal(worlds.redrawn("s"), signed)


@given(value=positive_ranges, factor=st.floats(1e-3, 1e3))
def test_a_scaled_range_keeps_its_shape(value: Range, factor: float) -> None:
    assume(value.likely * factor > 0)
    scaled = value.scaled(factor)
    assert scaled.low <= scaled.likely <= scaled.high
    assert scaled.high / scaled.likely == pytest.approx(value.high / value.likely)


def test_no_two_inputs_of_a_project_share_a_stream() -> None:
    document = a_decided_document({m: {"volume_per_day": 1_000} for m in EVERY_MODALITY})
    assessed(document, worlds=20)
    setting = a_setting(document, worlds=20)
    setting.stored_gb  # noqa: B018  # draws what the demand needs
    setting.fitting_fleet("H100")
    names = {
        *setting.worlds.seen,
        *setting.facts.figures,
        *setting.answers.questions.fields(EVERY_MODALITY),
    }
    names |= {
        f"price.{what}.{p}" for what in ("specialist", "jump") for p in setting.facts.providers
    }
    assert len({crc32(name.encode()) for name in names}) == len(names)


def test_a_walk_along_other_inputs_keeps_its_spread_and_is_held_with_its_own_name() -> None:
    worlds = Worlds(20_000, 3)
    alone = worlds.walk("w", 24, 0.9, 0.1)
    along = worlds.walk("w", 24, 0.9, 0.1, {"a": 0.5, "b": -0.3})
    np.testing.assert_allclose(along.std(axis=0), alone.std(axis=0), rtol=0.03)
    for name, r in (("a", 0.5), ("b", -0.3), ("w", 0.0)):
        found = np.corrcoef(along[:, -1], worlds.normal(name))[0, 1]
        assert found == pytest.approx(r, abs=0.02), name
    held = worlds.varying_only({"a"})
    assert not held.walk("w", 24, 0.9, 0.1, {"a": 0.5}).any()


def test_an_input_is_drawn_once_and_cannot_be_changed_by_whoever_asked() -> None:
    worlds, spread = Worlds(20, 1), Range(1, 2, 4)
    drawn = worlds.positive("a", spread)
    assert worlds.positive("a", spread) is drawn
    with pytest.raises(ValueError, match="read-only"):
        drawn *= 2.0
    assert worlds.positive("a", Range(1, 3, 4)) is not drawn
    assert worlds.first(5).positive("a", spread).tolist() == drawn[:5].tolist()
