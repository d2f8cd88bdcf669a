"""How much of which machine an option's plan needs, as plain data: what its code is sized by."""

import math
from typing import Any

from app.domain.cost.owned import OwnedPlan
from app.domain.cost.plan import Plan, committed_accelerators, exchange, plan_accelerator
from app.domain.cost.setting import Setting
from app.domain.demand.fleet import Fleet, ModalityLoad
from app.domain.demand.serving import TableWork

Json = dict[str, Any]


def capacity(plan: Plan, setting: Setting) -> Json | None:
    """The planned capacity of one option, in the likely world.

    None where models are bought, and of a split, whose parts have a capacity each.

    Keys of the result:
        accelerator: the kind that is owned, or else rented.
        planned_by_year: accelerators of that kind to have in each year of the horizon.
        committed_by_year: accelerators paid around the clock in each year; empty for none.
        rented_most: accelerators of the rented kind at the service percentile: all of them,
            or what exceeds the owned ones; 0 where only shortages are rented.
        kept_ready: accelerators that are ready at all times, so that nobody waits for a start.
        models: one row per modality: what serves it, on how many accelerators one copy runs,
            its share of the serving load, whether somebody waits for it, and how many tokens a
            request is, read and written; None of those for what is not measured in tokens.
        trains: whether training is part of the load.
        stored_tb: kept at the end of the horizon.
    """
    if plan.services or plan.parts:
        return None
    likely = setting.likely
    key = plan_accelerator(plan, likely)
    fleet = likely.fitting_fleet(key)
    return {
        "accelerator": key,
        "planned_by_year": list(likely.planned[key]),
        "committed_by_year": [int(n) for n in committed_accelerators(likely, plan)[::12] if n],
        "rented_most": _rented_most(plan, likely),
        "kept_ready": fleet.warm_floor,
        "models": [_model(load, fleet, setting) for load in fleet.loads],
        "trains": bool(fleet.training_load[0] > 0),
        "stored_tb": float(f"{float(likely.stored_gb[0, -1]) / 1e3:.9g}"),
    }


def _rented_most(plan: Plan, likely: Setting) -> int:
    """Accelerators rented at the service percentile of the busiest year.

        all rented: max(planned, kept ready)
        hybrid: ceil(exchange * max over years(planned - working)), whole copies

    with exchange the rented accelerators that do the work of one owned accelerator.
    """
    if plan.offer is None:
        return 0
    rented = likely.fitting_fleet(plan.offer.accelerator)
    if plan.owned is None:
        return max(likely.planned[plan.offer.accelerator][-1], rented.warm_floor)
    if not plan.is_hybrid:
        return 0
    owned = likely.fitting_fleet(plan.owned.server.accelerator)
    traded, copy = float(exchange(rented, owned)[0]), rented.largest_replica
    return math.ceil(traded * _most_missing(plan.owned, likely) / copy) * copy


def _most_missing(owned: OwnedPlan, likely: Setting) -> int:
    """The most owned accelerators that the planned fleet lacks in any year, spares aside."""
    planned = likely.planned[owned.server.accelerator]
    working = [(n - owned.spares) * owned.server.accelerators for n in owned.servers_by_year]
    return max(0, *(p - w for p, w in zip(planned, working, strict=True)))


def _model(load: ModalityLoad, fleet: Fleet, setting: Setting) -> Json:
    modality, work = load.modality.modality, load.modality.work
    total = float(fleet.serving_load[0])
    is_table = isinstance(work, TableWork)
    answers = setting.answers
    tokens = None if isinstance(work, TableWork) else float(work.tokens_in[0] + work.tokens_out[0])
    return {
        "modality": modality,
        "model": work.workload if isinstance(work, TableWork) else work.model.key,
        "precision": "" if is_table else answers.choice(f"modalities.{modality}.precision"),
        "accelerators_per_copy": load.replica.accelerators,
        "load_share": float(f"{float(load.load[0]) / total if total else 0.0:.9g}"),
        "somebody_waits": load.modality.latency != "batch",
        "tokens_a_request": None if tokens is None else float(f"{tokens:.9g}"),
    }
