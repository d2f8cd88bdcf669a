"""The free figures of sizing fitted to what was published, with each run left out in turn.

Utilisation: the median of what the runs of a family imply, so that one odd run moves nothing.
Roofline: the two efficiencies, in steps of 0.02, with the least mean error in logarithms.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.demand.serving import roofline_seconds
from app.domain.demand.training import gpu_hours, utilisation, utilisation_key
from app.domain.known import Known
from app.domain.validation.published import PublishedRate, PublishedRun
from app.domain.worlds import Array, Range

# Below 0.4 a stack is not tuned, above 1 there is nothing.
_STEPS = tuple(round(0.40 + 0.02 * n, 2) for n in range(31))
_PAIRS = tuple(itertools.product(_STEPS, _STEPS))
_COMPUTE, _BANDWIDTH = "roofline.compute_efficiency", "roofline.bandwidth_efficiency"


@dataclass(frozen=True)
class RunError:
    """One run: computed over published, less 1, in three ways.

    Attributes:
        implied: utilisation at which the published hours come out.
        shipped: with the figure in force; fitted: with the median of its family;
        left_out: with the median of the family's other runs.
    """

    run: PublishedRun
    implied: float
    shipped: float
    fitted: float
    left_out: float


@dataclass(frozen=True)
class RateError:
    """One benchmark: computed over published, less 1.

    Attributes:
        left_out: fitted to the other tuned ones; for one that was held out, to all of them.
    """

    rate: PublishedRate
    shipped: float
    fitted: float
    left_out: float


@dataclass(frozen=True)
class RooflineFit:
    """The fitted efficiencies, and every benchmark against them."""

    compute: float
    bandwidth: float
    errors: tuple[RateError, ...]


def median_error(errors: Sequence[float]) -> float:
    """Median of the sizes of relative errors."""
    return float(np.median(np.abs(errors)))


def within_factor_two(errors: Sequence[float]) -> int:
    """How many are at least half and at most twice what was published."""
    return sum(0.5 <= 1 + error <= 2 for error in errors)


# ---- training ----------------------------------------------------------------------------------


def run_errors(runs: Sequence[PublishedRun], likely: Known) -> tuple[RunError, ...]:
    """Every run against the figures in force, the fit, and the fit without it.

    Args:
        likely: the facts in the likely world, with every accelerator of `runs`.
    """
    implied = {run.key: _implied(run, likely) for run in runs}
    return tuple(_run_error(run, runs, implied, likely) for run in runs)


def family_medians(runs: Sequence[PublishedRun], likely: Known) -> dict[str, float]:
    """Family → median of the utilisation that its runs imply."""
    families = dict.fromkeys(run.work.family for run in runs)
    implied = {run.key: _implied(run, likely) for run in runs}
    return {
        family: float(np.median([implied[r.key] for r in runs if r.work.family == family]))
        for family in families
    }


def _implied(run: PublishedRun, likely: Known) -> float:
    """Utilisation at which the engine's own formula gives the published hours."""
    used = float(utilisation(run.work, likely)[0])
    hours = float(gpu_hours(run.work, likely.accelerator(run.accelerator), likely)[0])
    return used * hours / run.gpu_hours


def _run_error(
    run: PublishedRun, runs: Sequence[PublishedRun], implied: Mapping[str, float], likely: Known
) -> RunError:
    family = [r for r in runs if r.work.family == run.work.family]
    mine = implied[run.key]
    others = [implied[r.key] for r in family if r.key != run.key]
    return RunError(
        run=run,
        implied=mine,
        shipped=mine / float(utilisation(run.work, likely)[0]) - 1,
        fitted=mine / float(np.median([implied[r.key] for r in family])) - 1,
        left_out=mine / float(np.median(others)) - 1,
    )


# ---- serving -----------------------------------------------------------------------------------


def roofline_fit(rates: Sequence[PublishedRate], likely: Known) -> RooflineFit:
    """The efficiencies fitted to the tuned rates, and every rate against them.

    Args:
        likely: the facts in the likely world, with every accelerator of `rates`.
    """
    table = np.array([_log_errors(rates, _with(likely, *pair)) for pair in _PAIRS])
    tuned = [n for n, rate in enumerate(rates) if rate.is_tuned]
    shipped = _log_errors(rates, likely)
    best = _best(table, tuned)
    without = [_best(table, [m for m in tuned if m != n]) for n in range(len(rates))]
    errors = (
        RateError(
            rate,
            float(np.expm1(shipped[n])),
            float(np.expm1(table[best, n])),
            float(np.expm1(table[without[n], n])),
        )
        for n, rate in enumerate(rates)
    )
    return RooflineFit(*_PAIRS[best], tuple(errors))


def _best(table: Array, chosen: Sequence[int]) -> int:
    """Row with the least mean size of the chosen columns."""
    return int(np.argmin(np.abs(table[:, chosen]).mean(axis=1)))


def _with(likely: Known, compute: float, bandwidth: float) -> Known:
    at = likely.assuming(_COMPUTE, Range(compute, compute, compute))
    return at.assuming(_BANDWIDTH, Range(bandwidth, bandwidth, bandwidth))


def _log_errors(rates: Sequence[PublishedRate], known: Known) -> Array:
    """Logarithm of computed over published, shape (rates,)."""
    return np.array([np.log(tokens_per_second(r, known) / r.tokens_per_second) for r in rates])


def tokens_per_second(rate: PublishedRate, known: Known) -> float:
    """Tokens written per second and accelerator, as the engine computes them."""
    on = known.accelerator(rate.accelerator)
    seconds = roofline_seconds(rate.work, on, rate.copies, known)
    return float(rate.work.tokens_out[0] / seconds[0])


# ---- both --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FamilyFit:
    """The utilisation of one family: in force with its range, and fitted to so many runs."""

    family: str
    runs: int
    in_force: Range
    median: float


@dataclass(frozen=True)
class Fits:
    """Everything that was fitted, beside what is in force.

    Attributes:
        compute, bandwidth: the roofline's efficiencies in force.
    """

    runs: tuple[RunError, ...]
    families: tuple[FamilyFit, ...]
    roofline: RooflineFit
    compute: float
    bandwidth: float


def fits(runs: Sequence[PublishedRun], rates: Sequence[PublishedRate], likely: Known) -> Fits:
    """Both fits, made anew.

    Args:
        likely: the facts in the likely world, with every accelerator of `runs` and `rates`.
    """
    medians = family_medians(runs, likely)
    of = {family: [run for run in runs if run.work.family == family] for family in medians}
    return Fits(
        runs=run_errors(runs, likely),
        families=tuple(
            FamilyFit(family, len(of[family]), _in_force(of[family][0], likely), median)
            for family, median in medians.items()
        ),
        roofline=roofline_fit(rates, likely),
        compute=likely.value(_COMPUTE),
        bandwidth=likely.value(_BANDWIDTH),
    )


def _in_force(run: PublishedRun, likely: Known) -> Range:
    return likely.range(utilisation_key(run.work))
