"""The whole workload on one type of accelerator: mean load, planned fleet, billed hours.

Three words that are often confused: *busy* accelerators do work; *billed* ones are paid for
by the hour because an autoscaler keeps some ready; *planned* ones are bought for the peak.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.domain.demand.measured import measured_seconds
from app.domain.demand.queueing import servers_needed
from app.domain.demand.serving import (
    Replica,
    TokenWork,
    accelerator_seconds,
    is_sized,
    replica,
    response_seconds,
    spec_ratio,
)
from app.domain.demand.workload import SECONDS_PER_DAY, ModalityWork, Workload
from app.domain.facts import Accelerator
from app.domain.known import Known
from app.domain.measurements.kept import Measurement
from app.domain.worlds import Array

# Owned capacity covers all but the busiest 1 % of hours; what exceeds it is rented or waits.
SERVICE_SHARE_OF_HOURS = 0.99
_REFERENCE_ACCELERATOR = "H100"


@dataclass(frozen=True)
class ModalityLoad:
    """Mean busy accelerators of one modality before growth, shape (worlds,).

    Attributes:
        measurement: what the seconds rest on, where somebody measured them.
    """

    modality: ModalityWork
    replica: Replica
    seconds_per_request: Array
    load: Array
    measurement: Measurement | None = None


@dataclass(frozen=True)
class Fleet:
    """The workload as load on one type of accelerator.

    Attributes:
        training_load: mean busy accelerators of training, shape (worlds,), without growth.
        autoscale: latency class → share of billed hours that are busy, shape (worlds,).
        cap: greatest utilisation of a machine that must not queue for long.
    """

    accelerator: Accelerator
    workload: Workload
    loads: tuple[ModalityLoad, ...]
    training_load: Array
    autoscale: dict[str, Array]
    cap: float

    @cached_property
    def serving_load(self) -> Array:
        """Mean busy accelerators of all serving before growth, shape (worlds,)."""
        result: Array = np.sum([m.load for m in self.loads], axis=0)
        return result

    @cached_property
    def realtime_load(self) -> Array:
        """The part of `serving_load` that follows the load curve, shape (worlds,)."""
        waiting = [m.load for m in self.loads if m.modality.latency != "batch"]
        every: Array = np.sum([np.zeros_like(self.training_load), *waiting], axis=0)
        return (1.0 - self.workload.may_wait) * every

    @cached_property
    def realtime_autoscale(self) -> Array:
        """Busy share of billed hours over all that somebody waits for, shape (worlds,)."""
        waiting = [m for m in self.loads if m.modality.latency != "batch"]
        if not waiting:
            return self.autoscale["batch"]
        billed = np.sum([m.load / self.autoscale[m.modality.latency] for m in waiting], axis=0)
        billed = (1.0 - self.workload.may_wait) * billed
        with np.errstate(divide="ignore", invalid="ignore"):
            share = self.realtime_load / billed
        result: Array = np.where(billed > 0, share, self.autoscale["batch"])
        return result

    def busy(self) -> Array:
        """Mean busy accelerators each month, shape (worlds, months)."""
        result: Array = self.serving_load[:, None] * self.workload.growth
        return result + self.training_load[:, None]

    @property
    def largest_replica(self) -> int:
        """Accelerators over which the largest model is spread; one machine must hold them."""
        return max(m.replica.accelerators for m in self.loads)

    @property
    def warm_floor(self) -> int:
        """Accelerators that must be ready at all times, so that nobody waits for a start.

        One copy of every interactive model, two where somebody waits, so that the loss of
        one does not show; small models share an accelerator by memory. 0 for batch alone.
        """
        waiting = [m for m in self.loads if m.modality.latency != "batch"]
        if not waiting:
            return 0
        by_memory = math.ceil(memory_share(waiting))
        return 2 * max(by_memory, *(m.replica.accelerators for m in waiting))

    def billed_hours(self, hours_per_month: float, unit: float) -> Array:
        """Accelerator-hours an autoscaled cloud bills each month, shape (worlds, months).

            hours * (waiting + deferrable)
            waiting = max(floor, sum_m load_m/e_m, load/cap + unit/2)

        Machines are billed whole: a load that moves up and down leaves on average half a
        machine unused, and the floor is rounded up to whole ones.

        Args:
            hours_per_month: 730.
            unit: accelerators that are billed together.
        """
        hours = self.deferrable_hours(hours_per_month, unit)
        if any(m.modality.latency != "batch" for m in self.loads):
            growth, load = self.workload.growth, self.realtime_load
            needed = (load / self.realtime_autoscale)[:, None] * growth
            np.maximum(needed, (load / self.cap)[:, None] * growth + unit / 2, out=needed)
            np.maximum(needed, math.ceil(self.warm_floor / unit) * unit, out=needed)
            hours += hours_per_month * needed
        return hours

    def deferrable_hours(self, hours_per_month: float, unit: float) -> Array:
        """Those of `billed_hours` in which nobody waits, shape (worlds, months).

        hours * max(load/e_batch, one machine-hour a day)  where there is such work
        """
        load = self.deferrable()
        at_least = np.where(load > 0, unit / 24.0, 0.0)
        load /= self.autoscale["batch"][:, None]
        result: Array = hours_per_month * np.maximum(load, at_least, out=load)
        return result

    def deferrable(self) -> Array:
        """Mean busy accelerators of work for which nobody waits, shape (worlds, months)."""
        served = self.serving_load - self.realtime_load
        result: Array = served[:, None] * self.workload.growth
        result += self.training_load[:, None]
        return result

    def overflow(self, capacity: Array) -> Array:
        """Mean accelerators wanted above `capacity`, shape (worlds, months)."""
        return self.above(capacity)[0]

    def above(self, capacity: Array) -> tuple[Array, Array]:
        """Mean accelerators wanted above `capacity`, and the share of hours with any.

        Interactive load follows the load curve; deferrable work and training fill the hours
        that are left and overflow only when the mean does not fit.

        Args:
            capacity: usable accelerators each month, shape (months,).

        Returns:
            Both of shape (worlds, months).
        """
        realtime = self.realtime_load[:, None] * self.workload.growth
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.where(realtime > 0, capacity[None, :] / realtime, np.inf)
        relative = np.where(np.isfinite(relative), relative, 1e9)
        mean, share = self.workload.curve.above(relative)
        peaks = realtime * mean
        left = np.maximum(capacity[None, :] - (realtime - peaks), 0.0)
        rest = np.maximum(self.deferrable() - left, 0.0)
        return peaks + rest, np.where(rest > 0, 1.0, share)


def fleet(workload: Workload, accelerator: Accelerator, known: Known) -> Fleet | None:
    """The workload on `accelerator`; None where a model does not fit or nobody measured it."""
    loads = []
    for modality in workload.modalities:
        found = workload.measurement(modality.modality, accelerator.key)
        if found is None and not is_sized(modality.work, known):
            return None
        copy = replica(modality.work, accelerator, known)
        if copy is None:
            return None
        loads.append(_load(modality, copy, accelerator, known, found))
    scale = spec_ratio(accelerator, known.accelerator(_REFERENCE_ACCELERATOR))
    hours = workload.training_h100_hours_per_year / scale
    return Fleet(
        accelerator=accelerator,
        workload=workload,
        loads=tuple(loads),
        training_load=hours / known.value("hours.per_year"),
        autoscale={
            name: np.maximum(known.share(f"autoscale.{name}"), 0.05)
            for name in ("interactive", "near_realtime", "batch")
        },
        cap=known.value("queue.utilisation_cap"),
    )


def memory_share(loads: Sequence[ModalityLoad]) -> float:
    """Accelerators' worth of memory that holds every model of `loads` once.

    A model that serves several kinds of data is counted once.
    """
    own = sum(m.replica.memory_share for m in loads if not m.modality.shared)
    return own + max((m.replica.memory_share for m in loads if m.modality.shared), default=0.0)


def _load(
    modality: ModalityWork,
    copy: Replica,
    accelerator: Accelerator,
    known: Known,
    found: Measurement | None,
) -> ModalityLoad:
    """Load = items/day * requests/item * seconds/request / 86,400; measured seconds go first."""
    work, copies, latency = modality.work, copy.accelerators, modality.latency
    if found is None:
        seconds = accelerator_seconds(work, accelerator, copies, latency, known)
    else:
        requests = modality.requests_per_item
        seconds = measured_seconds(found, work, requests, accelerator, copies, latency, known)
    load = modality.items_per_day * modality.requests_per_item * seconds / SECONDS_PER_DAY
    return ModalityLoad(modality, copy, seconds, load, found)


def model_ms(load: ModalityLoad, on: Fleet, known: Known) -> Array:
    """95th-percentile response time of the model without the network, ms, shape (worlds,)."""
    work, copies = load.modality.work, load.replica.accelerators
    if isinstance(work, TokenWork):
        return 1e3 * response_seconds(work, on.accelerator, copies, known)
    window = work.window * load.seconds_per_request / copies
    result: Array = 1e3 * known.positive("latency.queue_factor") * window
    return result


def chance_of_targets(on: Fleet, known: Known) -> float:
    """Share of the worlds in which the tightest latency target is met, without the network."""
    chances = [
        float(np.mean(model_ms(load, on, known) <= load.modality.target_ms))
        for load in on.loads
        if load.modality.target_ms is not None
    ]
    return min(chances, default=1.0)


def planned_accelerators(likely: Fleet, known: Known) -> tuple[int, ...]:
    """Accelerators to have in each year of the horizon, planned on the likely demand.

    Interactive load is planned at its 99th percentile hour in the busiest month of the year,
    with Erlang C keeping the queue short; deferrable work fills the hours that are left, so
    the mean of all must fit the utilisation allowed. Never fewer than hold every model once.
    Capacity is not sold again when demand falls.

    Args:
        likely: the fleet in the likely world, arrays of shape (1,).
        known: the facts in the likely world.
    """
    years = math.ceil(likely.workload.months / 12)
    hold = math.ceil(memory_share(likely.loads))
    planned: list[int] = []
    for year in range(years):
        months = slice(12 * year, min(12 * (year + 1), likely.workload.months))
        growth = float(likely.workload.growth[0, months].max())
        mean = float(likely.busy()[0, months].max()) / likely.cap
        waiting = _waiting_copies(likely, growth, known)
        planned.append(max([waiting, math.ceil(mean), hold, likely.largest_replica, *planned[-1:]]))
    return tuple(planned)


def _waiting_copies(likely: Fleet, growth: float, known: Known) -> int:
    """Accelerators for the load that somebody waits for, at its 99th percentile hour."""
    waiting = [m for m in likely.loads if m.modality.latency != "batch"]
    if not waiting:
        return 0
    size = max(m.replica.accelerators for m in waiting)
    total = float(likely.realtime_load[0])
    every = sum(float(m.load[0]) for m in waiting)
    slots = sum(float(m.load[0]) * m.replica.slots for m in waiting) / every if every else 1.0
    peak = total * growth * float(likely.workload.curve.at(SERVICE_SHARE_OF_HOURS)[0])
    wait = known.value("queue.wait_probability")
    return servers_needed(peak / size, max(1, round(slots)), wait, likely.cap) * size
