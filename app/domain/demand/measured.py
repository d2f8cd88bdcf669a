"""Accelerator-seconds from what somebody measured on their own machines.

A measurement stands for requests of the size that was measured. Where the project's are larger
or smaller, or must be answered sooner, the roofline says how much longer they take, relative to
those that were measured: what it gets wrong in general cancels, what it gets wrong between the two
sizes is carried as a range.
"""

from dataclasses import replace

import numpy as np

from app.domain.demand.serving import TableWork, TokenWork, Work, roofline_seconds
from app.domain.facts import Accelerator, Facts
from app.domain.known import Known
from app.domain.measurements.kept import SIZES, Measurement
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Array

# Tasks whose model is one and the same, whatever size and precision were answered.
OWN_MODEL = ("transcribe", "embed", "segment_volume", "detect_lidar", "generate")
# Kinds of data whose published rates, and so the units of one item, are in seconds of it.
_IN_SECONDS = ("audio", "speech_synthesis", "video_generation")
_MINUTE = 60.0
_LEAST_SPAN = 1.1
# A class of models is known by a dense one; a mixture of experts of its size may compute with a
# twentieth of the weights (gpt-oss-120b: 5.1 of 117 billion, its model card). Above, the unit is
# wrong.
_MOST_OVER_PEAK = 20.0


def usable(answers: Answers, facts: Facts) -> tuple[Measurement, ...]:
    """The measurements that are of the models that `answers` ask for."""
    return tuple(m for m in answers.measurements if not why_unused(m, answers, facts))


def why_unused(measurement: Measurement, answers: Answers, facts: Facts) -> str:
    """Why the measurement decides nothing, as a sentence; "" where it does."""
    at = f"modalities.{measurement.modality}"
    if measurement.accelerator not in facts.accelerators:
        return f"The facts know no accelerator called {measurement.accelerator}."
    if measurement.modality not in answers.modalities:
        return f"The project has no {measurement.modality} now."
    if measurement.task != answers.choice(f"{at}.task"):
        return f"It was made for another task than the one answered: {measurement.task}."
    if measurement.task not in OWN_MODEL:
        for field, what in (("size_class", "size of model"), ("precision", "precision")):
            if getattr(measurement, field) != answers.choice(f"{at}.{field}"):
                return f"It was made with another {what} than the one answered."
        if message := _beyond_the_peak(measurement, facts):
            return message
    return _incomplete(measurement)


def _beyond_the_peak(measurement: Measurement, facts: Facts) -> str:
    """Why no such accelerator can do that; "" where it can, or where no tokens are told.

    rate * 2 * N_active * tokens > 20 * dense peak
    """
    machine = facts.accelerators[measurement.accelerator]
    flop = 2e9 * facts.models[measurement.size_class].active_billions
    tokens = (measurement.tokens_in or 0.0) + (measurement.tokens_out or 0.0)
    peak = 1e12 * max(machine.bf16_tflops, machine.fp8_tflops or 0.0)
    times = measurement.requests_per_second * flop * tokens / peak
    if times <= _MOST_OVER_PEAK:
        return ""
    return (
        f"It would take {times:,.0f} times the arithmetic that one {machine.name} has. Were these "
        "tokens a second, more accelerators than stated, or prompts that were in a cache?"
    )


def _incomplete(measurement: Measurement) -> str:
    if measurement.modality == "text":
        is_told = measurement.tokens_in is not None and measurement.tokens_out is not None
        return "" if is_told else "It does not say how many tokens a request had, in and out."
    if measurement.modality == "embeddings":
        is_told = measurement.tokens_in is not None
        return "" if is_told else "It does not say how many tokens a piece had."
    if measurement.task == "embed" or measurement.modality not in SIZES:
        return ""
    return "" if measurement.size is not None else "It does not say how large a request was."


def measured_seconds(
    measurement: Measurement,
    work: Work,
    requests_per_item: Array,
    accelerator: Accelerator,
    copies: int,
    latency: str,
    known: Known,
) -> Array:
    """Busy accelerator-seconds of one of the project's requests, shape (worlds,).

        language models: (1/rate) * M(project)/M(measured) * error^w / repeat
        w = min(1, |ln(M(project)/M(measured))| / ln(span))
        speech, heard or made, and generated video:
            seconds of one item / (rate * seconds of a measured request) / repeat
        text embeddings: tokens of one piece / (rate * tokens of a measured piece) / repeat
        others: 1 / rate / repeat, the measured items being like the project's

    M is `roofline_seconds`, `error` its error, `repeat` what a benchmark differs by when it is
    made again. Both M batch at most what was measured at once; M(measured) has no latency target.
    What was measured offline is derated for the latency class as everything else is.

    Validity: for a measurement that `why_unused` does not object to. Text that came with a picture
    is left out on both sides; video is sampled as the project's. Above `span` times larger or
    smaller the range is that of the roofline alone.

    Args:
        requests_per_item: model calls in one of the project's items, shape (worlds,).
        copies: accelerators over which one copy of the model is spread.
    """
    repeat = known.positive("measurement.repeat")
    if isinstance(work, TableWork):
        requests = _measured_requests(measurement, work, known)
        seconds = requests / measurement.requests_per_second / repeat
        return _derated(seconds, measurement, latency, known)
    at_once = _at_once(measurement, work, copies)
    ours = replace(work, at_once=at_once)
    theirs = _as_measured(measurement, ours, requests_per_item, known)
    times = roofline_seconds(ours, accelerator, copies, known)
    times = times / roofline_seconds(theirs, accelerator, copies, known)
    # A draw far out in the tail must not divide by zero.
    span = np.log(np.maximum(known.positive("measurement.transfer_span"), _LEAST_SPAN))
    weight = np.minimum(1.0, np.abs(np.log(times)) / span)
    error = known.positive("roofline.model_error") ** weight
    seconds = times * error / measurement.requests_per_second / repeat
    if work.target_ms is not None:
        return np.asarray(seconds)
    return _derated(seconds, measurement, latency, known)


def _measured_requests(measurement: Measurement, work: TableWork, known: Known) -> Array | float:
    """Measured requests that are as much work as one item of the project, shape (worlds,)."""
    if measurement.modality in _IN_SECONDS and measurement.size is not None:
        return work.units / measurement.size
    if measurement.modality == "embeddings" and measurement.tokens_in is not None:
        return work.units * known.value("tokens.embedding_sequence") / measurement.tokens_in
    return 1.0


def _derated(seconds: Array, measurement: Measurement, latency: str, known: Known) -> Array:
    if measurement.conditions == "served":
        return seconds
    result: Array = seconds / np.maximum(known.share(f"latency.{latency}"), 0.01)
    return result


def _at_once(measurement: Measurement, work: TokenWork, copies: int) -> float:
    """Requests that one copy was given together, at most."""
    if measurement.at_once is None:
        return work.at_once
    share = measurement.at_once * copies / measurement.accelerators
    return float(np.clip(share, 1.0, work.at_once))


def _as_measured(
    measurement: Measurement, work: TokenWork, requests_per_item: Array, known: Known
) -> TokenWork:
    """The work of one request that was measured."""
    tokens_in = _tokens_in(measurement, work, requests_per_item, known)
    sees = measurement.modality in ("document", "image", "video")
    tokens_out = work.tokens_out
    if measurement.tokens_out is not None:
        tokens_out = np.full_like(tokens_in, measurement.tokens_out)
    return replace(
        work,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        vision_tokens=tokens_in if sees else work.vision_tokens,
        target_ms=None,
    )


def _tokens_in(
    measurement: Measurement, work: TokenWork, requests_per_item: Array, known: Known
) -> Array:
    """Input tokens of one request that was measured, shape (worlds,).

    A page, a second and a frame have as many tokens as in the project, in each world.
    """
    size = measurement.size or 1.0
    if measurement.modality == "text":
        return np.full_like(work.tokens_in, measurement.tokens_in or 1.0)
    if measurement.modality == "image":
        pixels = 1e6 * size / known.value("tokens.pixels_per_token")
        return np.minimum(pixels, known.positive("tokens.image_cap"))
    if measurement.modality == "document":
        return work.tokens_in * size
    # One of the project's requests is this many seconds of the minute that is one item.
    return work.tokens_in * size / (_MINUTE / requests_per_item)
