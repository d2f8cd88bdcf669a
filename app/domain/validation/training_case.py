"""The training runs among the cases: which arithmetic, which family, how much around it."""

from collections.abc import Callable
from typing import cast

import numpy as np

from app.domain.demand.training import Family, Method, TrainingWork, gpu_hours, memory_gb
from app.domain.facts import Facts
from app.domain.known import Known
from app.domain.validation.accelerators import accelerator
from app.domain.validation.cases import Given, insufficient
from app.domain.worlds import Array, Range

_LANGUAGE, _ADAPTER, _NETWORK = 6.0, 4.0, 3.0


def training(given: Given, facts: Facts) -> Callable[[Known], Array]:
    """Accelerator-hours of a run."""
    flop, usual = _arithmetic(given)
    family = _family(given, usual)
    on = accelerator(given, facts)
    is_tuned = given.word("stack") == "vendor"
    overhead = _overhead(given)

    def hours(known: Known) -> Array:
        work = TrainingWork(np.full(known.worlds.count, flop), family, is_tuned)
        return gpu_hours(work, on, known, overhead=overhead(known))

    return hours


def training_memory(given: Given) -> Callable[[Known], Array]:
    """GB that a run needs over all accelerators."""
    billions = given.number("params") / 1e9
    method = given.word("method")
    if not method:
        is_adapter = given.word("mfu_family") == "lora"
        method = "lora" if is_adapter else "full"
        given.notes.append(f"The method is not stated: {method}.")
    return lambda known: memory_gb(billions, cast("Method", method), known)


def _arithmetic(given: Given) -> tuple[float, Family]:
    """FLOP of the run, and the family that such a run usually belongs to."""
    if given.has("unet_fwd_tflop"):
        forward = given.number("unet_fwd_tflop") * 1e12
        return _network(given, forward), "diffusion"
    if given.has("fwd_gflop_per_sample"):
        forward = given.number("fwd_gflop_per_sample") * 1e9
        return _network(given, forward), "contrastive"
    if given.has("params", "samples", "tokens_per_sample"):
        each = _multiplier(given) * given.number("params") * given.number("tokens_per_sample")
        each += 1e9 * given.number_or("vision_gflop", 0.0)
        return given.number("samples") * each, "vlm_sft"
    if given.has("params", "tokens"):
        multiplier = _multiplier(given)
        flop = multiplier * given.number("params") * given.number("tokens")
        return flop, "lora" if multiplier == _ADAPTER else "dense_llm"
    raise insufficient(
        "params with tokens, params with samples and tokens_per_sample, or samples with "
        "fwd_gflop_per_sample or unet_fwd_tflop"
    )


def _network(given: Given, forward: float) -> float:
    return given.number_or("flop_multiplier", _NETWORK) * forward * given.number("samples")


def _multiplier(given: Given) -> float:
    """FLOP per parameter and token."""
    for name in ("flop_multiplier_llm", "flop_multiplier"):
        if given.has(name):
            return given.number(name)
    return _LANGUAGE if given.word("method") in ("", "full") else _ADAPTER


def _family(given: Given, usual: Family) -> Family:
    if given.has("mfu_family"):
        return cast("Family", given.word("mfu_family"))
    given.notes.append(f"The kind of training (mfu_family) is not stated: {usual}.")
    return usual


def _overhead(given: Given) -> Callable[[Known], Array]:
    """What a published run took around the run itself.

    Nobody says whether a total counts failed and repeated runs: likely it does not, and at
    most it is as much as the high end of a whole programme. A fine-tuning run is one run.
    """
    if given.has("programme_overhead"):
        stated = given.number("programme_overhead")
        return lambda known: np.full(known.worlds.count, stated)
    if given.word("phase") == "fine_tune":
        return lambda known: np.ones(known.worlds.count)
    key = "training.programme_overhead"

    def up_to_a_programme(known: Known) -> Array:
        return known.worlds.positive(key, Range(1.0, 1.0, known.range(key).high))

    return up_to_a_programme
