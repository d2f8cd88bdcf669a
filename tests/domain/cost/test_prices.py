"""Price paths: jumps of list prices, walks of specialists', and commitments that stay."""

import numpy as np
import pytest

from app.domain.cost.prices import price_path, renewed
from app.domain.worlds import Array
from tests.domain.builders import a_document, a_setting, known

WORLDS = 20_000
YEARS = 35.5 / 12  # the middle of the last of 36 months


def cuts_of(path: Array) -> Array:
    """Relative falls from month to month, the first month against today, flattened."""
    before = np.concatenate([np.ones((len(path), 1)), path[:, :-1]], axis=1)
    result: Array = 1 - path / before
    return result


# ---- list prices -------------------------------------------------------------------------------


def test_a_list_price_never_rises_and_never_reaches_nothing() -> None:
    path = price_path("hyperscaler", "aws", known(WORLDS), 60)
    assert (np.diff(path, axis=1) <= 0).all()
    assert (path > 0).all()
    assert path.max() == 1.0


def test_a_list_price_is_cut_in_as_many_worlds_as_a_poisson_process_says() -> None:
    over = known(WORLDS)
    path = price_path("hyperscaler", "aws", over, 36)
    rate = over.worlds.positive("price.jump_rate", over.range("price.jump_rate_per_year"))
    expected = (1 - np.exp(-rate * YEARS)).mean()
    noise = np.sqrt(expected * (1 - expected) / WORLDS)
    assert (path[:, -1] < 1).mean() == pytest.approx(expected, abs=4 * noise)


def test_it_may_be_cut_again_and_the_mean_number_is_rate_times_years() -> None:
    over = known(WORLDS)
    path = price_path("hyperscaler", "aws", over, 60)
    rate = over.worlds.positive("price.jump_rate", over.range("price.jump_rate_per_year"))
    # in a month with a fall there is one cut, or rarely two: count falls, then allow for pairs
    falls = (cuts_of(path) > 0).sum(axis=1)
    mean = (rate * 59.5 / 12).mean()
    assert falls.max() > 1
    assert falls.mean() == pytest.approx(mean, rel=0.04)


def test_a_cut_is_a_fifth_to_nearly_a_half_and_a_third_on_average() -> None:
    sizes = cuts_of(price_path("hyperscaler", "aws", known(WORLDS), 36))
    single = sizes[(sizes > 0) & (sizes <= 0.45)]
    assert single.min() >= 0.20
    # the mean of a triangle is that of its corners
    assert single.mean() == pytest.approx((0.20 + 0.33 + 0.45) / 3, abs=0.003)
    # two cuts in one month are rare
    assert (sizes > 0.4501).sum() < 0.02 * (sizes > 0).sum()


def test_the_price_falls_at_once_and_not_smoothly() -> None:
    path = price_path("hyperscaler", "aws", known(WORLDS), 36)
    unmoved = (np.diff(path, axis=1) == 0).mean()
    assert unmoved > 0.97, "in nearly every month nothing happens"


def test_a_cut_is_the_provider_s_and_two_providers_cut_apart() -> None:
    over = known(WORLDS)
    aws, again = (price_path("hyperscaler", "aws", over, 36) for _ in range(2))
    azure = price_path("hyperscaler", "azure", over, 36)
    np.testing.assert_array_equal(aws, again)
    one, other = aws[:, -1] < 1, azure[:, -1] < 1
    both = (one & other).mean()
    # together only as often as chance and the shared rate make it
    rate = over.worlds.positive("price.jump_rate", over.range("price.jump_rate_per_year"))
    assert both == pytest.approx(((1 - np.exp(-rate * YEARS)) ** 2).mean(), abs=0.01)


def test_more_worlds_begin_with_the_same_ones() -> None:
    for kind in ("hyperscaler", "specialist"):
        few, many = (price_path(kind, "x", known(n), 36) for n in (50, 500))
        np.testing.assert_array_equal(few, many[:50])


# ---- specialists' prices -----------------------------------------------------------------------


def test_specialist_prices_wander_both_ways_and_are_drawn_back() -> None:
    logs = np.log(price_path("specialist", "nebius", known(WORLDS), 60))
    keep = np.sqrt(1 - (0.08 / 0.28) ** 2)
    for month in (1, 12, 36, 59):
        spread = 0.08 * np.sqrt((1 - keep ** (2 * month)) / (1 - keep**2))
        assert logs[:, month].std() == pytest.approx(spread, rel=0.03)
    assert logs[:, 59].std() < 0.28, "the long-run spread is not passed"
    assert np.median(logs[:, 59]) == pytest.approx(0, abs=0.01)
    own = 0.08 * np.sqrt(1 - 0.4**2 - 0.4**2)
    assert np.diff(logs, axis=1).std() == pytest.approx(own, rel=0.03), "the rest moves evenly"
    assert not logs[:, 0].any(), "the first month is paid at today's price"


def test_rents_are_dear_where_servers_are_and_where_they_resell_well() -> None:
    over = known(WORLDS)
    logs = np.log(price_path("specialist", "nebius", over, 60))
    for key in ("server.price_factor", "residual.at_month_36"):
        for month in (1, 12, 59):
            together = np.corrcoef(logs[:, month], over.worlds.normal(key))[0, 1]
            assert together == pytest.approx(0.4, abs=0.02), (key, month)


def test_providers_share_the_market_and_move_apart_in_the_rest() -> None:
    over = known(WORLDS)
    one, other = (np.log(price_path("specialist", p, over, 12)) for p in ("lambda", "nebius"))
    shared = np.corrcoef(one[:, -1], other[:, -1])[0, 1]
    assert shared == pytest.approx(0.4**2 + 0.4**2, abs=0.03)


def test_in_the_likely_world_no_price_moves() -> None:
    over = a_setting(a_document()).likely.known
    for kind in ("hyperscaler", "specialist"):
        np.testing.assert_array_equal(price_path(kind, "x", over, 60), np.ones((1, 60)))


# ---- commitments -------------------------------------------------------------------------------


def test_a_commitment_keeps_its_price_while_the_list_falls() -> None:
    path = price_path("hyperscaler", "aws", known(WORLDS), 36)
    assert (path[:, -1] < 1).any()
    np.testing.assert_array_equal(renewed(path, 3), np.ones_like(path))


def test_a_new_term_is_paid_at_the_price_of_its_first_day() -> None:
    path = price_path("hyperscaler", "aws", known(WORLDS), 36)
    paid = renewed(path, 1)
    np.testing.assert_array_equal(paid[:, :12], 1.0)
    for month in range(12, 36):
        np.testing.assert_array_equal(paid[:, month], path[:, 12 * (month // 12)])
