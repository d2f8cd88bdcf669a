"""How many bytes are kept over time, and how many leave."""

import numpy as np

from app.domain.demand.workload import DAYS_PER_MONTH, Workload
from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Array, Worlds


def arriving_gb(workload: Workload) -> Array:
    """Raw GB that arrive each month over all modalities, shape (worlds, months)."""
    parts = [
        (m.items_per_day * m.raw_gb_per_item * DAYS_PER_MONTH)[:, None] * workload.growth
        for m in workload.modalities
    ]
    result: Array = np.sum(parts, axis=0)
    return result


def stored_gb(workload: Workload, known: Known) -> Array:
    """GB kept at the end of each month, raw and derived, shape (worlds, months).

    Each modality is kept for its own retention; `storage.derived_factor` adds thumbnails,
    features and labels.
    """
    derived = known.positive("storage.derived_factor")
    parts = [
        kept(
            (m.items_per_day * m.raw_gb_per_item * DAYS_PER_MONTH)[:, None] * workload.growth,
            m.retention_days / DAYS_PER_MONTH,
        )
        for m in workload.modalities
    ]
    result: Array = np.sum(parts, axis=0) * derived[:, None]
    return result


def leaving_gb(answers: Answers, workload: Workload, worlds: Worlds) -> Array:
    """GB that leave the system each month, shape (worlds, months); grows with the volume."""
    monthly = 1e3 * answers.draw("egress_tb_per_month", worlds)
    result: Array = monthly[:, None] * workload.growth
    return result


def returned_gb(workload: Workload) -> Array:
    """GB of answers a day at today's volume, shape (worlds,)."""
    parts = [m.items_per_day * m.returned_gb_per_item for m in workload.modalities]
    result: Array = np.sum(parts, axis=0)
    return result


def served_gb(workload: Workload) -> Array:
    """GB in and out each month with what somebody waits for, shape (worlds, months)."""
    each = [
        m.items_per_day * (m.received_gb_per_item + m.returned_gb_per_item)
        for m in workload.modalities
        if m.latency != "batch"
    ]
    daily = np.sum([np.zeros(workload.growth.shape[0]), *each], axis=0)
    result: Array = DAYS_PER_MONTH * daily[:, None] * workload.growth
    return result


def kept(arriving: Array, retention_months: Array) -> Array:
    """What is still kept at the end of each month, shape (worlds, months).

        kept(t) = arrived(t) - arrived(t - retention)

    with `arrived` the running total of `arriving` (worlds, months), straight within a month.

    Args:
        retention_months: shape (worlds,).
    """
    total = np.concatenate([np.zeros((arriving.shape[0], 1)), np.cumsum(arriving, axis=1)], axis=1)
    ends = np.arange(1, arriving.shape[1] + 1, dtype=np.float64)
    before = np.maximum(ends[None, :] - retention_months[:, None], 0.0)
    whole = np.floor(before).astype(int)
    part = before - whole
    upper = np.minimum(whole + 1, arriving.shape[1])
    lower_total = np.take_along_axis(total, whole, axis=1)
    expired = lower_total * (1 - part) + np.take_along_axis(total, upper, axis=1) * part
    result: Array = total[:, 1:] - expired
    return result
