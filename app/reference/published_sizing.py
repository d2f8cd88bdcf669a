"""What was published about training runs and serving rates, for the fits and the Method page."""

import math
from collections.abc import Collection
from functools import cache, partial
from typing import cast

import numpy as np

from app.domain.demand.serving import TokenWork
from app.domain.demand.training import (
    FAMILIES,
    METHODS,
    Family,
    Method,
    TrainingWork,
    language_flop,
    network_flop,
)
from app.domain.facts import Accelerator, ModelClass
from app.domain.validation.published import Published, PublishedRate, PublishedRun
from app.domain.worlds import Array
from app.reference import tables
from app.reference.rows import Row, by_key, each, toml_rows

_PRECISIONS = ("bf16", "fp8", "int4")
_TERA = 1e12
_BILLION = 1e9


@cache
def published() -> Published:
    """All published runs and rates as shipped.

    Raises:
        ValueError: a table has a mistake; the text names the file and the row.
    """
    accelerators = by_key(
        "published_accelerators.toml",
        each(toml_rows("published_accelerators.toml", "accelerator"), _accelerator),
    )
    known = (*accelerators, *tables.facts().accelerators)
    runs = each(toml_rows("training_runs.toml", "run"), partial(_run, known))
    rates = each(toml_rows("serving_rates.toml", "rate"), partial(_rate, known))
    return Published(
        accelerators=accelerators,
        runs=tuple(by_key("training_runs.toml", runs).values()),
        rates=tuple(by_key("serving_rates.toml", rates).values()),
    )


def _accelerator(row: Row) -> Accelerator:
    return Accelerator(
        key=row.text("key"),
        name=row.text("name"),
        memory_gb=row.number("memory_gb"),
        bandwidth_tb_s=row.number("bandwidth_tb_s"),
        bf16_tflops=row.number("bf16_tflops"),
        fp8_tflops=row.optional_number("fp8_tflops"),
        power_w=math.nan,  # nobody here pays for its electricity
        nvlink=False,
        source=row.source(),
    )


def _run(accelerators: Collection[str], row: Row) -> PublishedRun:
    work = TrainingWork(
        flop=np.sum([_part(part) for part in row.rows("part")], axis=0),
        family=cast("Family", row.one_of("family", FAMILIES)),
        is_vendor_tuned=row.flag("vendor_tuned"),
    )
    if np.ndim(work.flop) == 0:
        raise row.error("it has no part.")
    return PublishedRun(
        key=row.text("key"),
        name=row.text("name"),
        work=work,
        accelerator=row.one_of("accelerator", tuple(accelerators)),
        gpu_hours=row.number("gpu_hours"),
        rule=row.text("rule"),
        source=row.source(),
        note=row.optional_text("note"),
    )


def _part(row: Row) -> Array:
    """FLOP of one part: tokens through a language model, or samples through a network."""
    samples = row.optional_number("samples")
    frozen = _TERA * (row.optional_number("frozen_tflop") or 0.0)
    if row.has("forward_tflop"):
        if samples is None:
            raise row.error("samples is missing.")
        flop = network_flop(_one(row.number("forward_tflop") * _TERA), _one(samples), frozen)
    else:
        each_sample = row.number("tokens_per_sample") if samples is not None else None
        tokens = row.number("tokens") if each_sample is None else (samples or 0.0) * each_sample
        method = row.one_of("method", METHODS) if row.has("method") else "full"
        parameters = _one(row.number("billions") * _BILLION)
        flop = language_flop(parameters, _one(tokens), cast("Method", method))
        flop = flop + (samples or 0.0) * frozen
    row.finish()
    return flop


def _rate(accelerators: Collection[str], row: Row) -> PublishedRate:
    key, name, source = row.text("key"), row.text("name"), row.source()
    billions = row.number("billions")
    model = ModelClass(key, name, billions, billions, row.number("kv_bytes_per_token"), source)
    work = TokenWork(
        model=model,
        precision=row.one_of("precision", _PRECISIONS),
        tokens_in=_one(row.number("tokens_in")),
        tokens_out=_one(row.number("tokens_out")),
        vision_tokens=_one(0.0),
    )
    return PublishedRate(
        key=key,
        name=name,
        work=work,
        accelerator=row.one_of("accelerator", tuple(accelerators)),
        copies=int(row.number("copies")),
        tokens_per_second=row.number("tokens_per_second"),
        is_tuned=row.flag("tuned"),
        source=source,
        note=row.optional_text("note"),
    )


def _one(value: float) -> Array:
    return np.array([value])
