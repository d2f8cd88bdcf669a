"""Units never mix, neither for Python nor for the checker of types."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.demand import amounts
from app.domain.demand.amounts import Amount, GPUHours, GPUs, Unit

UNITS = [
    unit
    for unit in vars(amounts).values()
    if isinstance(unit, type) and issubclass(unit, Unit) and unit is not Unit
]
draws = st.lists(st.floats(0, 1e9), min_size=1, max_size=4).map(np.array)


@pytest.mark.parametrize(("one", "other"), list(combinations(UNITS, 2)))
def test_two_units_do_not_add_up(one: type[Unit], other: type[Unit]) -> None:
    with pytest.raises(TypeError, match="do not add up"):
        Amount(one, np.ones(1)) + Amount(other, np.ones(1))


def test_the_checker_of_types_refuses_them_as_well() -> None:
    count, hours = Amount(GPUs, np.ones(1)), Amount(GPUHours, np.ones(1))
    # Were this sum well typed, the checker would call the ignored error unused.
    with pytest.raises(TypeError):
        count + hours  # type: ignore[operator]


@given(st.sampled_from(UNITS), draws)
def test_one_unit_adds_up_world_by_world(unit: type[Unit], some: np.ndarray) -> None:
    whole = Amount(unit, some) + Amount(unit, some)
    assert whole.unit is unit
    assert whole.draws == pytest.approx(2 * some)


def test_every_unit_has_a_symbol_of_its_own() -> None:
    symbols = [unit.symbol for unit in UNITS]
    assert len(set(symbols)) == len(symbols) >= 12


def test_the_quantiles_are_those_over_the_worlds() -> None:
    assert Amount(GPUs, np.arange(101.0)).quantiles == (10, 50, 90)
