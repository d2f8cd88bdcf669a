"""What a plain statistical model makes of the same cases, each left out once.

If the engine did no better than this, its arithmetic would add nothing to the answers.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.domain.cases import Case
from app.domain.options import FAMILIES, Family
from app.domain.worlds import Array

# Ridge penalty on the coefficients, chosen beforehand and not by the score: one unit, which
# keeps three dozen coefficients from following 84 rows.
_PENALTY = 1.0
_STEPS = 400
_RATE = 0.5

_CLOSED = (
    "organisation_size",
    "workload",
    "data_sensitivity",
    "load_profile",
    "growth",
    "existing_datacentre",
    "team_skill",
    "latency_need",
)


def leave_one_out(cases: Sequence[Case], *, with_drivers: bool = True) -> tuple[Family, ...]:
    """What a multinomial logistic regression on all other cases says of each, in their order.

        minimise  -sum_i log softmax(x_i B)[y_i] + penalty/2 |B|^2

    Inputs are those that the back-test may use, one column for each value that occurs, unknown
    being a value of its own, and one for each driver. Gradient descent with fixed steps.

    Args:
        with_drivers: use the drivers too, as the engine does with priorities.

    Validity: two decisions and more cases than two.
    """
    inputs = features(cases, with_drivers=with_drivers)
    decided = np.array([FAMILIES.index(case.decision) for case in cases])
    said = []
    for left_out in range(len(cases)):
        others = np.arange(len(cases)) != left_out
        fitted = _fit(inputs[others], decided[others])
        said.append(FAMILIES[int(np.argmax(inputs[left_out] @ fitted))])
    return tuple(said)


def features(cases: Sequence[Case], *, with_drivers: bool = True) -> Array:
    """One row per case: a column of ones, its closed attributes and its drivers, as 0 and 1."""
    columns = [np.ones(len(cases))]
    for name in _CLOSED:
        found = [str(getattr(case, name)) for case in cases]
        columns += [np.array([float(v == value) for v in found]) for value in sorted(set(found))]
    drivers = {driver for case in cases for driver in case.drivers} if with_drivers else set()
    for driver in sorted(drivers):
        columns.append(np.array([float(driver in case.drivers) for case in cases]))
    result: Array = np.stack(columns, axis=1)
    return result


def _fit(inputs: Array, decided: NDArray[np.intp]) -> Array:
    rows, columns = inputs.shape
    wanted = np.eye(len(FAMILIES))[decided]
    fitted = np.zeros((columns, len(FAMILIES)))
    for _ in range(_STEPS):
        scores = inputs @ fitted
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        off = odds / odds.sum(axis=1, keepdims=True) - wanted
        fitted -= _RATE * (inputs.T @ off + _PENALTY * fitted) / rows
    return fitted
