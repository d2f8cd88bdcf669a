"""Any sizing case computed with the functions and figures that an assessment uses.

A case is worked out twice: in the likely world, and over many for the tenth and ninetieth
percentile. What a case leaves open takes what an assessment would take, and a note says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.domain.demand.training import checkpoint_gb
from app.domain.errors import MissingFact
from app.domain.facts import Facts
from app.domain.known import Known
from app.domain.validation.cases import CannotCompute, Given, SizingCase, insufficient
from app.domain.validation.serving_case import processor_rate, serving
from app.domain.validation.training_case import training, training_memory
from app.domain.worlds import Array, Worlds, likely_world

Verdict = Literal["within", "covered", "flagged", "missed", "not computed", "no figure to compare"]
Calculation = Callable[[Known], Array]

WORLDS = 2_000
SEED = 1
_BYTES = {"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15}
_SERVED = ("audio_hours", "images", "requests", "videos")


@dataclass(frozen=True)
class Computed:
    """What came out of one case.

    Attributes:
        predicted: in the unit of the case, in the likely world; None where not computed.
        p10, p90: over the worlds; equal to `predicted` where nothing is uncertain.
        flags: machine words; notes: sentences.
    """

    case: SizingCase
    predicted: float | None
    p10: float | None
    p90: float | None
    flags: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def error(self) -> float | None:
        """Computed over published, less 1; None where one of them is missing."""
        if self.predicted is None or not self.case.published:
            return None
        return self.predicted / self.case.published - 1

    @property
    def is_covered(self) -> bool:
        """Whether the published value lies between the tenth and the ninetieth percentile."""
        published = self.case.published
        if published is None or self.p10 is None or self.p90 is None:
            return False
        return self.p10 <= published <= self.p90

    @property
    def verdict(self) -> Verdict:
        """How it stands against what was published.

        `within` the tolerance; `covered` by the range though not within; `flagged` as bound by
        the processor; `missed`. Only a stress case may be other than within.
        """
        if self.predicted is None:
            return "not computed"
        if self.error is None or self.case.tolerance is None:
            return "no figure to compare"
        if abs(self.error) <= self.case.tolerance:
            return "within"
        if self.is_covered:
            return "covered"
        return "flagged" if "cpu_bound" in self.flags else "missed"


def computed(cases: Sequence[SizingCase], facts: Facts, worlds: int = WORLDS) -> list[Computed]:
    """Every case, in order; one that cannot be computed says why and stops no other.

    Args:
        facts: with the accelerators that the cases name.
    """
    likely = Known(facts, likely_world())
    return [_computed(case, likely, Known(facts, Worlds(worlds, SEED))) for case in cases]


def _computed(case: SizingCase, likely: Known, over: Known) -> Computed:
    try:
        given = Given(case.inputs)
        calculation = _calculation(case, given, likely.facts)
        point, spread = calculation(likely), calculation(over)
    except CannotCompute as cannot:
        return Computed(case, None, None, None, cannot.flags, cannot.sentences)
    except MissingFact as missing:
        return Computed(case, None, None, None, ("no_data",), (str(missing),))
    low, high = np.quantile(spread, (0.1, 0.9))
    notes = [f"Not used: {', '.join(given.unused())}."] if given.unused() else []
    return Computed(
        case,
        float(point[0]),
        float(low),
        float(high),
        tuple(given.flags),
        (*given.notes, *notes),
    )


def _calculation(case: SizingCase, given: Given, facts: Facts) -> Calculation:
    rules: Mapping[str, Callable[[str, Given, Facts], Calculation]] = {
        "gpu_hours": _gpu_hours,
        "throughput": _throughput,
        "storage": _storage,
        "memory": _memory,
    }
    if case.metric not in rules:
        raise CannotCompute(
            (f"unknown_metric:{case.metric}",),
            (f"metric must be one of {', '.join(rules)}, not {case.metric!r}.",),
        )
    return rules[case.metric](case.unit, given, facts)


def _gpu_hours(unit: str, given: Given, facts: Facts) -> Calculation:
    """Accelerator-hours of a run, or of serving a stated volume."""
    if not unit.endswith(("h", "hours", "hour")):
        raise _strange_unit(unit, "accelerator-hours, such as A100-h")
    phase = given.word("phase")
    volumes = [name for name in _SERVED if given.has(name)]
    if phase in ("train", "fine_tune") or (not phase and not volumes):
        return training(given, facts)
    if not volumes:
        raise insufficient(f"one of {', '.join(_SERVED)}")
    volume = given.number(volumes[0])
    # An hour of audio is 3,600 of the seconds that the rate counts.
    units = 3600.0 * volume if volumes[0] == "audio_hours" else volume
    served = serving(given, facts)
    return lambda known: units / served.units_per_second(known) / 3600.0


def _throughput(unit: str, given: Given, facts: Facts) -> Calculation:
    """Items per second of one accelerator, one copy of the model, or one processor."""
    what, _, rest = unit.partition("/")
    if given.has("vcpu") and not given.has("gpu"):
        per_second = processor_rate(given)
        seconds = _seconds(unit, rest or "s")
        return lambda known: seconds * per_second(known)
    served = serving(given, facts)
    if what.strip().endswith("real time"):
        return served.units_per_second
    period, _, each = rest.partition("/")
    factor = _seconds(unit, period) * served.per_request(what.strip())
    if each.lower() not in ("gpu", "accelerator"):
        factor *= served.copies
    return lambda known: factor * served.units_per_second(known)


def _storage(unit: str, given: Given, _: Facts) -> Calculation:
    """Bytes of images, of a checkpoint, or of vectors."""
    scale = _bytes(unit)
    if given.has("images", "megapixels"):
        pixels = given.number("images") * given.number("megapixels") * 1e6
        if given.has("bits_per_pixel"):
            return _exactly(pixels * given.number("bits_per_pixel") / 8 / scale)
        return lambda known: pixels * known.positive("storage.bits_per_pixel") / 8 / scale
    if given.has("vectors", "dim"):
        numbers = given.number("vectors") * given.number("dim")
        return lambda known: _full(
            numbers * known.value("embedding.bytes_per_dimension") / scale, known
        )
    if given.has("params"):
        parameters = given.number("params")
        if given.has("bytes_per_param"):
            return _exactly(parameters * given.number("bytes_per_param") / scale)
        return lambda known: checkpoint_gb(parameters, known) / scale
    raise insufficient("images with megapixels, params, or vectors with dim")


def _memory(unit: str, given: Given, _: Facts) -> Calculation:
    """Memory of a search index, of training, or of the weights that are served."""
    scale = _bytes(unit)
    if given.has("vectors", "dim"):
        numbers = given.number("vectors") * given.number("dim")
        return lambda known: (
            numbers
            * known.value("embedding.bytes_per_dimension")
            * known.positive("embedding.memory_factor")
            / scale
        )
    if given.has("params", "bytes_per_param"):
        return _exactly(given.number("params") * given.number("bytes_per_param") / scale)
    if given.word("phase") in ("train", "fine_tune"):
        gigabytes = training_memory(given)
        return lambda known: 1e9 * gigabytes(known) / scale
    if given.has("params", "bytes_per_weight"):
        weights = given.number("params") * given.number("bytes_per_weight")
        return lambda known: _full(weights * known.value("memory.weights_overhead") / scale, known)
    raise insufficient(
        "vectors with dim, or params with bytes_per_param, bytes_per_weight or phase"
    )


def _exactly(value: float) -> Calculation:
    return lambda known: _full(value, known)


def _full(value: float, known: Known) -> Array:
    return np.full(known.worlds.count, value)


def _bytes(unit: str) -> float:
    if unit not in _BYTES:
        raise _strange_unit(unit, f"one of {', '.join(_BYTES)}")
    return _BYTES[unit]


def _seconds(unit: str, period: str) -> float:
    """Seconds in the period of a rate."""
    known = {"s": 1.0, "min": 60.0, "h": 3600.0, "day": 86_400.0}
    if period not in known:
        raise _strange_unit(unit, "something a second, min, h or day: images/s, videos/min")
    return known[period]


def _strange_unit(unit: str, wanted: str) -> CannotCompute:
    return CannotCompute((f"unknown_unit:{unit}",), (f"unit must be {wanted}, not {unit!r}.",))
