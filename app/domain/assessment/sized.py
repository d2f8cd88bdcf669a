"""The demand as plain data: every phase of every kind of data, the accelerators, a usual week."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from app.domain.assessment.plain import Json, number, quantiles, sourced
from app.domain.cost.setting import Setting
from app.domain.demand.fleet import Fleet, chance_of_targets, fleet
from app.domain.demand.phases import (
    Estimate,
    Method,
    ModalityPhases,
    Preprocess,
    Tune,
    how_known,
    phases,
)
from app.domain.demand.serving import replica
from app.domain.demand.week import deferrable_week, realtime_week
from app.domain.demand.workload import DAYS_PER_MONTH, ModalityWork
from app.domain.facts import Offer
from app.domain.questionnaire.answers import Answers

# Below this share of the worlds an accelerator does not answer in time.
_IN_TIME = 0.8
# Bound by the processor where that is so in more than this share of the worlds.
_MOSTLY = 0.5
# Where no plan chooses one.
_STANDS_IN = "H100"


def sized(setting: Setting, accelerator: str | None, *, stands_in: bool = False) -> Json:
    """`demand`, `accelerators` and `week` of a result.

    Args:
        accelerator: of the plan that is shown; None where there is no plan. Kinds of data that
            can be sized are then shown on an H100, or on the first that holds them; serving the
            others stays without data.
        stands_in: the plan is a vendor's service, whose machines nobody outside knows; the
            accelerator stands in for them.
    """
    return {
        "demand": _rows(setting, accelerator),
        "accelerators": [
            {**row, "stands_in": stands_in and row["chosen"]}
            for row in _accelerators(setting, accelerator)
        ],
        "week": _week(setting, accelerator),
    }


# ---- kinds of data and phases ------------------------------------------------------------------


def _rows(setting: Setting, accelerator: str | None) -> list[Json]:
    on = setting.fleet(accelerator) if accelerator else _as_far_as_known(setting)
    likely = None
    if on is not None:
        likely = setting.likely.fleet(on.accelerator.key)
        likely = likely or _as_far_as_known(setting.likely)
    slots = {m.modality.modality: m.replica.slots for m in likely.loads} if likely else {}
    found = phases(setting.workload, on, slots, setting.known)
    works = {work.modality: work for work in setting.workload.modalities}
    return [
        {
            **_asked(works[one.modality], setting),
            **_served(one, on, setting),
            "phases": _phases(one),
            "limit": {"resource": one.limit.resource, "words": one.limit.words},
        }
        for one in found
    ]


def _as_far_as_known(setting: Setting) -> Fleet | None:
    """The kinds of data that can be sized, on one accelerator; None where none can."""
    for key in sorted(setting.facts.on_offer, key=lambda key: key != _STANDS_IN):
        model = setting.facts.accelerators[key]
        able = tuple(
            m
            for m in setting.workload.modalities
            if m.modality not in setting.unsized and replica(m.work, model, setting.known)
        )
        if able:
            return fleet(replace(setting.workload, modalities=able), model, setting.known)
    return None


def _asked(work: ModalityWork, setting: Setting) -> Json:
    """What the answers say, whatever the machine."""
    monthly_gb = work.items_per_day * work.raw_gb_per_item * DAYS_PER_MONTH
    titles = {o.key: o.label for o in setting.answers.questions.modality_options}
    return {
        "modality": work.modality,
        "title": titles[work.modality],
        "volume_per_day": _asked_volume(work.modality, setting.answers),
        "unit": work.unit,
        "latency_class": work.latency,
        "shares_a_model": work.shared,
        "storage_tb_per_month": quantiles(monthly_gb / 1e3),
        "all_stored_tb_at_end": quantiles(setting.stored_gb[:, -1] / 1e3),
    }


def _asked_volume(modality: str, answers: Answers) -> Json:
    """The volume as it was answered: the middle of drawn ones would be almost the same number."""
    asked = answers.quantity(f"modalities.{modality}.volume_per_day")
    return {"p10": number(asked.low), "p50": number(asked.likely), "p90": number(asked.high)}


def _served(one: ModalityPhases, on: Fleet | None, setting: Setting) -> Json:
    """On the chosen accelerator; without one there is no number, and the reason is said."""
    busy = one.serve.busy_gpu_hours_per_day
    if on is None or busy.amount is None:
        return {
            "seconds_per_request": None,
            "busy_gpu_hours_per_day": None,
            "accelerator": None,
            "accelerators_per_replica": None,
            "accelerators_planned": None,
            "method": busy.basis,
            "quality": busy.grade,
            **sourced(busy.source),
        }
    (load,) = (m for m in on.loads if m.modality.modality == one.modality)
    grade, words, source = how_known(load, on, setting.known)
    return {
        "seconds_per_request": quantiles(load.seconds_per_request),
        "busy_gpu_hours_per_day": quantiles(24.0 * load.load),
        "accelerator": on.accelerator.key,
        "accelerators_per_replica": load.replica.accelerators,
        "accelerators_planned": setting.planned.get(on.accelerator.key, (None,))[0],
        "method": words,
        "quality": grade,
        **sourced(source),
    }


def _phases(one: ModalityPhases) -> Json:
    """Phase → figure → estimate; a phase that the kind of data does not have is absent."""
    named = {
        "ingest": one.ingest,
        "preprocess": one.preprocess,
        "serve": one.serve,
        "store": one.store,
        "network": one.network,
    }
    written: Json = {name: _phase(phase) for name, phase in named.items() if phase is not None}
    if isinstance(one.preprocess, Preprocess):
        share = one.preprocess.cpu_bound_share
        written["preprocess"]["cpu_bound_share"] = share
        written["preprocess"]["cpu_bound"] = None if share is None else share > _MOSTLY
    written["serve"]["gpus_per_copy"] = one.serve.gpus_per_copy
    if one.tune is not None:
        written["tune"] = _tune(one.tune)
    return written


def _phase(phase: object) -> Json:
    return {name: _estimate(e) for name, e in vars(phase).items() if isinstance(e, Estimate)}


def _tune(tune: Tune) -> Json:
    methods: Mapping[str, Method] = tune.methods
    return {
        "checkpoint_gb": _estimate(tune.checkpoint_gb),
        **{f"{name}_gb_min": _estimate(m.gb_min) for name, m in methods.items()},
        **{
            f"{name}_gpu_hours_per_run": _estimate(m.gpu_hours_per_run)
            for name, m in methods.items()
        },
    }


def _estimate(estimate: Estimate[Any]) -> Json:
    """One figure; its quantiles are absent where there is no data."""
    amount = estimate.amount
    known = {} if amount is None else {**quantiles(amount.draws), "unit": amount.unit.symbol}
    return {
        **known,
        "grade": estimate.grade,
        "basis": estimate.basis,
        **sourced(estimate.source),
    }


# ---- accelerators ------------------------------------------------------------------------------


def _accelerators(setting: Setting, chosen: str | None) -> list[Json]:
    """The chosen accelerator, then the others: cheapest to rent first, those without price last."""
    rows = [_accelerator(setting, key, chosen) for key in setting.facts.on_offer]

    def order(row: Json) -> tuple[bool, bool, float]:
        usd = row["usd_per_day"]
        return not row["chosen"], usd is None, usd or 0.0

    return sorted(rows, key=order)


def _accelerator(setting: Setting, key: str, chosen: str | None) -> Json:
    model, on = setting.facts.accelerators[key], setting.likely.fleet(key)
    offer = _cheapest(setting, key)
    price = offer.usd_per_hour if offer else None
    planned = setting.planned[key][0] if on else None
    every_day = None if price is None or planned is None else 24.0 * planned * price
    return {
        "accelerator": key,
        "name": model.name,
        "chosen": key == chosen,
        "fits": on is not None,
        "in_time": on is not None and _in_time(setting, key),
        "busy_gpu_hours_per_day": None if on is None else number(24.0 * float(on.serving_load[0])),
        "planned": planned,
        "usd_per_hour": price,
        "provider": offer.provider_name if offer else None,
        "usd_per_day": None if every_day is None else number(every_day),
        "grades": {} if on is None else _grades(setting.likely, on),
        **sourced(model.source),
    }


def _cheapest(setting: Setting, key: str) -> Offer | None:
    """The cheapest offer of an accelerator in machines that hold the models; None without one."""
    able = [
        (offer.usd_per_hour, number_of, offer)
        for number_of, offer in enumerate(setting.offers)
        if offer.accelerator == key
        and offer.usd_per_hour is not None
        and setting.runs_on(key, offer.per_machine)
    ]
    return min(able)[2] if able else None


def _in_time(setting: Setting, key: str) -> bool:
    on = setting.trial.fleet(key)
    return on is not None and chance_of_targets(on, setting.trial.known) >= _IN_TIME


def _grades(setting: Setting, on: Fleet) -> dict[str, str]:
    """Modality → how its rate on this accelerator is known."""
    return {m.modality.modality: how_known(m, on, setting.known)[0] for m in on.loads}


# ---- the week ----------------------------------------------------------------------------------


def _week(setting: Setting, accelerator: str | None) -> Json | None:
    """Busy accelerators in every hour of a usual week at today's volume, in the likely world."""
    on = setting.likely.fleet(accelerator) if accelerator else None
    if on is None or accelerator is None:
        return None
    waiting = float(on.realtime_load[0])
    shape = setting.answers.choice("traffic.shape")
    realtime = waiting * realtime_week(on.workload.curve, shape)
    can_wait = float(on.serving_load[0]) - waiting + float(on.training_load[0])
    deferrable = deferrable_week(realtime, max(can_wait, 0.0))
    return {
        "accelerator": accelerator,
        "planned": setting.planned[accelerator][0],
        "realtime": _hours(realtime),
        "deferrable": _hours(deferrable),
    }


def _hours(busy: np.ndarray) -> list[float | None]:
    return [number(float(f"{value:.4g}")) for value in busy]
