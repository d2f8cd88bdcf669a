"""How many accelerator-seconds one item takes, and whether the model fits.

Two ways to know. *Table*: somebody measured the class of model on the accelerator, or on
another one from which the rate is scaled by the published specifications. *Roofline*: a
language or vision-language model is bound by compute while it reads and by memory bandwidth
while it writes.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.domain.errors import MissingFact
from app.domain.facts import Accelerator, ModelClass, Throughput
from app.domain.known import Known
from app.domain.worlds import Array, Range

Quality = Literal["measured", "modelled"]
_LARGEST_BATCH = 512
_LARGEST_REPLICA = 8
_GB = 1e9
_TERA = 1e12


@dataclass(frozen=True)
class TokenWork:
    """What a language or vision-language model does for one request.

    Attributes:
        tokens_in, tokens_out: per request, shape (worlds,).
        vision_tokens: the part of `tokens_in` that a vision encoder made, shape (worlds,).
        target_ms: 95th percentile of the response asked for; None for no target.
        context_tokens: what one request fills of the cache in the likely world; decides, with
            the weights, on how many accelerators a copy stands.
        stack: `vendor`, `oss` or `reference`: how well the serving software is tuned.
        at_once: the most requests that one copy is given together.
    """

    model: ModelClass
    precision: str
    tokens_in: Array
    tokens_out: Array
    vision_tokens: Array
    target_ms: float | None = None
    context_tokens: float = 0.0
    stack: str = "oss"
    at_once: float = _LARGEST_BATCH


@dataclass(frozen=True)
class TableWork:
    """What a model class of the throughput table does for one item.

    Attributes:
        units: units of the table's rate in one item (seconds of audio, images), a number or
            an array of shape (worlds,).
        memory_gb: what the model occupies on an accelerator.
        slots: requests that one copy serves side by side; None for what speech servers do.
        window: part of an item that is answered at once: half a minute of speech.
        stack: `vendor`, `oss` or `reference`: how well the serving software is tuned.
    """

    workload: str
    units: float | Array
    memory_gb: float
    slots: int | None = None
    window: float = 1.0
    stack: str = "oss"


Work = TokenWork | TableWork


@dataclass(frozen=True)
class Replica:
    """One running copy of a model.

    Attributes:
        accelerators: how many one copy needs, a power of two.
        memory_share: accelerators' worth of memory that its weights fill, > 0.
        slots: requests that it serves side by side.
    """

    accelerators: int
    memory_share: float
    slots: int


def bytes_per_weight(precision: str, known: Known) -> float:
    """Bytes per weight at `precision` (bf16, fp8 or int4)."""
    return known.value(f"precision.{precision}")


def replica(work: Work, accelerator: Accelerator, known: Known) -> Replica | None:
    """The smallest copy of the model that fits; None where eight accelerators do not hold it.

        overhead * weights + kv * context <= usable * memory * n,  n in {1, 2, 4, 8}

    with the cache of one request, so that a longer clip never needs less.

    Source: overhead 1.2 after the Qwen2.5-VL model card, usable 0.9 is vLLM's default.
    """
    needed_gb = _needed_gb(work, known)
    usable_gb = known.value("memory.usable") * accelerator.memory_gb
    count = 1
    while needed_gb > usable_gb * count:
        count *= 2
        if count > _LARGEST_REPLICA:
            return None
    return Replica(count, needed_gb / usable_gb, _slots(work, accelerator, count, known))


def _needed_gb(work: Work, known: Known) -> float:
    if isinstance(work, TableWork):
        return work.memory_gb
    weights_gb = work.model.billions * bytes_per_weight(work.precision, known)
    cache_gb = work.model.kv_bytes_per_token * work.context_tokens / _GB
    return known.value("memory.weights_overhead") * weights_gb + cache_gb


def _slots(work: Work, accelerator: Accelerator, count: int, known: Known) -> int:
    """Requests side by side in the first world."""
    if isinstance(work, TableWork):
        return work.slots or round(known.value("queue.table_slots"))
    return int(batch(work, accelerator, count, known)[0])


def batch(work: TokenWork, accelerator: Accelerator, count: int, known: Known) -> Array:
    """Requests served together, in [1, 512], shape (worlds,).

    As many as the memory holds, and no more than still meet the latency target:

        memory: (usable * memory * n - weights) / (kv * (tokens_in + tokens_out))
        target: queue factor * (B * read + tokens_out * (weights + B * cache) / (eta_b * BW * n))
                <= share of the target that the network leaves

    While one request stays, each of the B places is filled once more, so that B prompts are read
    (Little's law: B = rate * time in the system).
    """
    usable = known.value("memory.usable") * accelerator.memory_gb * _GB * count
    held = (usable - weight_bytes(work, known)) / (
        work.model.kv_bytes_per_token * (work.tokens_in + work.tokens_out)
    )
    if work.target_ms is not None:
        held = np.minimum(held, _batch_within(work.target_ms, work, accelerator, count, known))
    result: Array = np.clip(held, 1.0, work.at_once)
    return result


def _batch_within(
    target_ms: float, work: TokenWork, accelerator: Accelerator, count: int, known: Known
) -> Array:
    """The largest batch whose response still meets `target_ms`; below 1 where none does."""
    budget = known.value("latency.model_share") * target_ms / 1e3
    seconds = budget / known.positive("latency.queue_factor")
    moved_per_second = _bandwidth(accelerator, known) * count / work.tokens_out
    left = seconds - weight_bytes(work, known) / moved_per_second
    each = _read_seconds(work, accelerator, count, known) + _cache(work) / moved_per_second
    result: Array = left / each
    return result


def weight_bytes(work: TokenWork, known: Known) -> float:
    """Bytes of the weights at their precision."""
    return work.model.billions * _GB * bytes_per_weight(work.precision, known)


def _cache(work: TokenWork) -> Array:
    """Mean bytes of one request's key-value cache while it writes, shape (worlds,)."""
    result: Array = work.model.kv_bytes_per_token * (work.tokens_in + work.tokens_out / 2)
    return result


def cache_bytes(work: TokenWork) -> Array:
    """Bytes of one request's key-value cache when it is done, shape (worlds,)."""
    result: Array = work.model.kv_bytes_per_token * (work.tokens_in + work.tokens_out)
    return result


def _bandwidth(accelerator: Accelerator, known: Known) -> float:
    """Memory bandwidth that decoding reaches, bytes/s per accelerator."""
    return known.value("roofline.bandwidth_efficiency") * accelerator.bandwidth_tb_s * _TERA


def _read_seconds(work: TokenWork, accelerator: Accelerator, count: int, known: Known) -> Array:
    """Seconds to read one request's prompt and pictures on `count` accelerators; (worlds,)."""
    error = known.positive("roofline.model_error")
    compute = _compute_seconds(work, accelerator, known)
    result: Array = (compute + _vision_seconds(work, accelerator, known)) * error / count
    return result


def accelerator_seconds(
    work: Work,
    accelerator: Accelerator,
    copies: int,
    latency: str,
    known: Known,
) -> Array:
    """Busy accelerator-seconds for one request, shape (worlds,).

    Args:
        copies: accelerators over which one copy of the model is spread.
        latency: `interactive`, `near_realtime` or `batch`: the tighter, the smaller the
            batches and the lower the throughput (`latency.*` of the known).
    """
    if isinstance(work, TokenWork):
        seconds = roofline_seconds(work, accelerator, copies, known)
        # The roofline is that of tuned software; a model's own code falls behind as in the table.
        if work.stack == "reference":
            seconds = seconds / known.positive(_STACKS["reference"])
        # A target limits the batch itself; the published loss stands in where there is none.
        if work.target_ms is not None:
            return seconds
    else:
        seconds = work.units / rate(work.workload, accelerator, known, work.stack).rate
    # A draw far out in the tail must not divide by zero.
    result: Array = seconds / np.maximum(known.share(f"latency.{latency}"), 0.01)
    return result


def roofline_seconds(work: TokenWork, accelerator: Accelerator, copies: int, known: Known) -> Array:
    """Accelerator-seconds of one request at full batch, before any latency derate; (worlds,).

        compute = (tokens_in + tokens_out) * 2 * N_active / (eta_c * F)
        decode  = tokens_out * (W/B + kv * (tokens_in + tokens_out/2)) / (eta_b * BW)
        vision  = 2 * N_vit * patches / (eta_v * F_bf16),  patches = vision_tokens * merge

    A copy spread over `copies` accelerators is as much faster as it is larger, so their
    number enters only through the batch that its memory holds.

    Validity: continuous batching with batch B = min(512, what the cache holds); ignores
    prefix caching and speculative decoding. Eight published points, 7B to 70B on A10G to
    B200: median error 14 %, greatest 25 %; the etas were tuned on those points.
    """
    decode = _decode_seconds(work, accelerator, copies, known)
    compute = _compute_seconds(work, accelerator, known)
    error = known.positive("roofline.model_error")
    result: Array = (compute + decode + _vision_seconds(work, accelerator, known)) * error
    return result


def _decode_seconds(work: TokenWork, accelerator: Accelerator, copies: int, known: Known) -> Array:
    together = batch(work, accelerator, copies, known)
    moved = weight_bytes(work, known) / together + _cache(work)
    result: Array = work.tokens_out * moved / _bandwidth(accelerator, known)
    return result


def bandwidth_share(work: TokenWork, accelerator: Accelerator, copies: int, known: Known) -> Array:
    """Share of a request's time in which memory is read rather than arithmetic done, (worlds,)."""
    decode = _decode_seconds(work, accelerator, copies, known)
    reading = _compute_seconds(work, accelerator, known) + _vision_seconds(work, accelerator, known)
    result: Array = decode / (decode + reading)
    return result


def response_seconds(work: TokenWork, accelerator: Accelerator, copies: int, known: Known) -> Array:
    """Seconds from request to last token at the batch that is costed, shape (worlds,).

        queue factor * (B * read + tokens_out * (active weights + B * cache) / (eta_b * BW * n))

    Validity: without the network; every place is taken, and each prompt is read in turn with
    those of the others (`batch`).
    """
    active = work.model.active_billions / work.model.billions * weight_bytes(work, known)
    together = batch(work, accelerator, copies, known)
    moved = active + together * _cache(work)
    write = work.tokens_out * moved / (_bandwidth(accelerator, known) * copies)
    read = together * _read_seconds(work, accelerator, copies, known)
    result: Array = known.positive("latency.queue_factor") * (read + write)
    return result


def _compute_seconds(work: TokenWork, accelerator: Accelerator, known: Known) -> Array:
    eta_c = known.value("roofline.compute_efficiency")
    flops = _peak_tflops(accelerator, work.precision) * _TERA
    tokens = work.tokens_in + work.tokens_out
    result: Array = tokens * 2 * work.model.active_billions * _GB / (eta_c * flops)
    return result


def _vision_seconds(work: TokenWork, accelerator: Accelerator, known: Known) -> Array:
    encoder = known.value("vision.encoder_billions") * _GB
    patches = work.vision_tokens * known.value("vision.patches_per_token")
    efficiency = known.value("roofline.vision_efficiency")
    result: Array = 2 * encoder * patches / (efficiency * accelerator.bf16_tflops * _TERA)
    return result


def _peak_tflops(accelerator: Accelerator, precision: str) -> float:
    """Dense peak at the precision the arithmetic runs in: int4 weights compute in bf16."""
    if precision == "fp8" and accelerator.fp8_tflops is not None:
        return accelerator.fp8_tflops
    return accelerator.bf16_tflops


@dataclass(frozen=True)
class Rate:
    """A table rate in units per second, shape (worlds,), and how it is known."""

    rate: Array
    quality: Quality
    basis: Throughput


# How fast each kind of serving software is, over a vendor-tuned benchmark.
_STACKS = {
    "vendor": "stack.vendor_table",
    "oss": "stack.oss_table",
    "reference": "stack.reference_table",
}


def is_sized(work: Work, known: Known) -> bool:
    """Whether anybody has published a rate for the work; a roofline needs none."""
    rows = known.facts.throughputs
    return isinstance(work, TokenWork) or any(row.workload == work.workload for row in rows)


def rate(workload: str, accelerator: Accelerator, known: Known, stack: str = "oss") -> Rate:
    """Units per second of `workload` on `accelerator`.

    Measured where the table has the accelerator; otherwise scaled from the row with the
    nearest compute:  rate * (bf16 ratio)^0.75 * (bandwidth ratio)^0.25. Leave-one-out over
    45 published points: median error x1.18, ninetieth percentile x1.46.
    A vendor-tuned figure is derated to what the `stack` reaches (`stack.*_table`).

    Raises:
        MissingFact: no accelerator has a row for `workload`.
    """
    rows = [row for row in known.facts.throughputs if row.workload == workload]
    if not rows:
        message = f"No throughput is known for {workload}."
        raise MissingFact(message)
    exact = [row for row in rows if row.accelerator == accelerator.key]
    basis = exact[0] if exact else _nearest(rows, accelerator, known)
    reached = basis.rate * _stack_factor(basis.stack, stack, known)
    if exact:
        return Rate(reached, "measured", basis)
    error = known.positive("scaling.spec_error")
    ratio = spec_ratio(accelerator, known.accelerator(basis.accelerator))
    return Rate(reached * ratio * error, "modelled", basis)


def _stack_factor(measured: str, wanted: str, known: Known) -> Array:
    """Speed of the `wanted` software over that of the `measured` one, shape (worlds,)."""
    speed = known.positive(_STACKS[wanted])
    if measured == "vendor":
        return speed
    result: Array = speed / known.positive(_STACKS[measured])
    return result


def spec_ratio(accelerator: Accelerator, other: Accelerator) -> float:
    """Expected throughput of `accelerator` over `other`, from their specifications."""
    compute = accelerator.bf16_tflops / other.bf16_tflops
    bandwidth = accelerator.bandwidth_tb_s / other.bandwidth_tb_s
    return float(compute**0.75 * bandwidth**0.25)


def _nearest(rows: list[Throughput], accelerator: Accelerator, known: Known) -> Throughput:
    def distance(row: Throughput) -> float:
        return abs(math.log(spec_ratio(accelerator, known.accelerator(row.accelerator))))

    return min(rows, key=distance)


def spread(known: Known, key: str) -> Range:
    """The range of the figure `key`."""
    figure = known.figure(key)
    return Range(figure.low, figure.value, figure.high)
