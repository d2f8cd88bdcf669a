"""The load-duration rule against a solver that sees every hour, and against a published table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from app.domain.cost.load_duration import Tier, envelope, units_to_own
from app.domain.worlds import Array

HOURS = 24
NODE = 8.0


def loads(most: float = 40.0) -> st.SearchStrategy[Array]:
    """Hourly loads of a day with a base, a daily wave and peaks, fractions included."""
    hourly = st.lists(st.floats(0.0, most, width=32), min_size=HOURS, max_size=HOURS)
    return hourly.map(lambda load: np.round(load, 3)).filter(lambda load: load.max() > 0.01)


def level_hours(load: Array, unit: float = 1.0) -> Array:
    """Hours of work that the k-th unit would do, k = 1, 2, ..., shape (levels,); falls with k.

    sum_h min(max(load_h - (k - 1) * unit, 0), unit)
    """
    starts = unit * np.arange(int(np.ceil(load.max() / unit)))
    result: Array = np.clip(load[None, :] - starts[:, None], 0.0, unit).sum(axis=1)
    return result


def rule_usd(load: Array, fixed: float, variable: float, price: float, unit: float) -> float:
    """What the base of the rule and the rent above it cost, worked out hour by hour."""
    owned = units_to_own(level_hours(load, unit), fixed, price - variable)
    base = np.minimum(load, owned * unit).sum()
    return float(owned * fixed + variable * base + price * (load.sum() - base))


def solver_usd(load: Array, fixed: float, variable: float, price: float, unit: float) -> float:
    """The mixed-integer programme: whole units to own, and how each hour is served.

    min fixed * n + variable * sum_h own_h + price * sum_h rent_h
    own_h <= unit * n,  own_h + rent_h >= load_h
    """
    count = load.size
    cost = np.concatenate([[fixed], np.full(count, variable), np.full(count, price)])
    eye, none = np.eye(count), np.zeros((count, count))
    within = np.hstack([np.full((count, 1), -unit), eye, none])
    served = np.hstack([np.zeros((count, 1)), eye, eye])
    found = milp(
        cost,
        constraints=[
            LinearConstraint(within, -np.inf, 0.0),
            LinearConstraint(served, load, np.inf),
        ],
        integrality=np.concatenate([[1.0], np.zeros(2 * count)]),
        bounds=Bounds(0.0, np.inf),
        options={"mip_rel_gap": 0.0},
    )
    assert found.success
    return float(found.fun)


@pytest.mark.parametrize("unit", [1.0, NODE])
@settings(max_examples=15)
@given(
    load=loads(),
    fixed=st.floats(1.0, 200.0),
    variable=st.sampled_from([0.0, 0.11, 1.9]),
    saving=st.floats(0.1, 12.0),
)
def test_the_rule_is_the_optimum_of_the_solver(
    unit: float, load: Array, fixed: float, variable: float, saving: float
) -> None:
    price = variable + saving
    by_rule = rule_usd(load, fixed * unit, variable, price, unit)
    by_solver = solver_usd(load, fixed * unit, variable, price, unit)
    assert by_rule == pytest.approx(by_solver, rel=1e-6)


@settings(max_examples=50)
@given(load=loads(), unit=st.sampled_from([1.0, 3.0, NODE]))
def test_the_levels_share_out_all_the_work_and_each_has_less_than_the_one_below(
    load: Array, unit: float
) -> None:
    hours = level_hours(load, unit)
    assert hours.sum() == pytest.approx(load.sum())
    assert (np.diff(hours) <= 1e-9).all()


@settings(max_examples=50)
@given(load=loads(), fixed=st.floats(1.0, 400.0), saving=st.floats(0.1, 12.0))
def test_a_base_never_costs_more_than_all_rented_or_all_owned(
    load: Array, fixed: float, saving: float
) -> None:
    rented = saving * load.sum()
    owned = fixed * np.ceil(load.max())
    assert rule_usd(load, fixed, 0.0, saving, 1.0) <= min(rented, owned) + 1e-6


def test_whole_nodes_by_hand() -> None:
    # Four hours in which 4, 8, 12 and 20 accelerators are wanted; nodes of eight.
    # First node: 4 + 8 + 8 + 8 = 28 hours, second: 0 + 0 + 4 + 8 = 12, third: 4.
    hours = level_hours(np.array([4.0, 8.0, 12.0, 20.0]), 8.0)
    assert hours.tolist() == [28.0, 12.0, 4.0]
    # At USD 3 saved an hour the nodes save 84, 36 and 12: at 30 a node, two are worth it.
    assert units_to_own(hours, 30.0, 3.0) == 2
    assert units_to_own(hours, 90.0, 3.0) == 0
    assert units_to_own(hours, 10.0, 3.0) == 3


def test_owning_is_never_worth_it_where_renting_costs_no_more_than_running() -> None:
    assert units_to_own(np.array([8760.0]), 1.0, 0.0) == 0
    assert units_to_own(np.array([8760.0]), 1.0, -1.0) == 0


# ---- the table of the design ---------------------------------------------------------------------

# One accelerator of an 8 x H200 node: USD 192,000 a year for the node, USD 0.86 an hour to run it.
FIXED, VARIABLE = 192_000 / 8, 0.86 / 8
# A load with the mean (41), 95th percentile (71) and peak (156) that the table states, and the
# shares of hours that it prints: (up to this many accelerators, hours in which all of them work).
STEPS = (
    (1, 8760.0),
    (26, 8375.6),
    (27, 7071.8),
    (29, 6839.4),
    (31, 5745.1),
    (39, 5383.4),
    (47, 3082.0),
    (53, 2620.8),
    (71, 686.9),
    (102, 437.0),
    (156, 1.0),
)


def table_hours() -> Array:
    upto = [0, *(end for end, _ in STEPS)]
    widths = np.diff(upto)
    return np.repeat([hours for _, hours in STEPS], widths)


@pytest.mark.parametrize(
    ("price", "base", "owned_share", "hybrid", "all_cloud"),
    [
        (2.50, 0, 0.00, 900, 900),
        (3.50, 26, 0.61, 1_143, 1_259),
        (4.29, 31, 0.70, 1_241, 1_544),
        (7.91, 47, 0.88, 1_492, 2_846),
        (10.60, 53, 0.93, 1_584, 3_814),
    ],
)
def test_the_table_of_the_design_comes_out(
    price: float, base: int, owned_share: float, hybrid: int, all_cloud: int
) -> None:
    hours = table_hours()
    assert hours.sum() / 8760 == pytest.approx(41, abs=0.1)
    owned = units_to_own(hours, FIXED, price - VARIABLE)
    done = hours[:owned].sum()
    usd = owned * FIXED + VARIABLE * done + price * (hours.sum() - done)
    assert owned == base
    assert done / hours.sum() == pytest.approx(owned_share, abs=0.0051)
    # The design rounds fixed and running cost too: a thousandth of the sum.
    assert usd / 1e3 == pytest.approx(hybrid, rel=1e-3)
    assert price * hours.sum() / 1e3 == pytest.approx(all_cloud, abs=1)
    assert (156 * FIXED + VARIABLE * hours.sum()) / 1e3 == pytest.approx(3_784, rel=1e-3)


# ---- several ways to pay -------------------------------------------------------------------------


def tiers_usd(load: Array, tiers: list[Tier]) -> float:
    """The linear programme: capacity of each tier, and how each hour is served.

    min sum_j fixed_j * x_j + sum_jh variable_j * y_jh
    y_jh <= x_j,  sum_j y_jh >= load_h
    """
    count, ways = load.size, len(tiers)
    cost = np.concatenate(
        [[tier.fixed for tier in tiers], *(np.full(count, tier.variable) for tier in tiers)]
    )
    within = np.zeros((ways * count, cost.size))
    served = np.zeros((count, cost.size))
    for j in range(ways):
        rows = slice(j * count, (j + 1) * count)
        columns = slice(ways + j * count, ways + (j + 1) * count)
        within[rows, j] = -1.0
        within[rows, columns] = np.eye(count)
        served[:, columns] = -np.eye(count)
    found = linprog(
        cost,
        A_ub=np.vstack([within, served]),
        b_ub=np.concatenate([np.zeros(ways * count), -load]),
        method="highs",
    )
    assert found.fun is not None
    return float(found.fun)


def five_tiers(prices: tuple[float, float, float, float, float]) -> list[Tier]:
    """Owned, reserved for three years and for one, on demand, and spot.

    A reservation is paid around the clock and costs nothing to use; spot is paid by the hour,
    what is lost to interruptions included.
    """
    own, three, one, demand, spot = prices
    return [
        Tier("owned", HOURS * own, 0.11),
        Tier("reserved_3y", HOURS * three, 0.0),
        Tier("reserved_1y", HOURS * one, 0.0),
        Tier("on_demand", 0.0, demand),
        Tier("spot", 0.0, spot),
    ]


@settings(max_examples=15)
@given(load=loads(), prices=st.tuples(*[st.floats(0.2, 12.0)] * 5))
def test_the_envelope_of_the_tiers_is_the_optimum_of_the_linear_programme(
    load: Array, prices: tuple[float, float, float, float, float]
) -> None:
    tiers = five_tiers(prices)
    by_level = sum(band.usd for band in envelope(load, tiers))
    assert by_level == pytest.approx(tiers_usd(load, tiers), rel=1e-6)


def test_the_base_is_owned_the_shoulder_reserved_and_the_peak_rented() -> None:
    # Of 48 hours 4 want twelve accelerators, 20 more want six, all others four.
    load = np.concatenate([np.full(4, 12.0), np.full(20, 6.0), np.full(24, 4.0)])
    # Owned: 96 + 0.11 an hour. Reserved: 57.6. On demand: 3 an hour.
    # Level 0-4, 48 h: 101.28 owned, 57.60 reserved, 144 on demand.
    # Level 4-6, 24 h: 57.60 reserved, 72 on demand. Level 6-12, 4 h: 12 on demand.
    tiers = [Tier("owned", 96.0, 0.11), Tier("reserved", 57.6, 0.0), Tier("on_demand", 0.0, 3.0)]
    bands = envelope(load, tiers)
    assert [(b.tier, b.start, b.end) for b in bands] == [
        ("reserved", 0.0, 6.0),
        ("on_demand", 6.0, 12.0),
    ]
    assert sum(b.usd for b in bands) == pytest.approx(6 * 57.6 + 6 * 4 * 3.0)
    assert sum(b.hours for b in bands) == pytest.approx(load.sum())
