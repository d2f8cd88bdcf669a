"""Preparing data at the devices where it arises: boxes there, and less to send and keep.

A box samples the frames and scales the pictures that the model will read. Nothing that the model
would have read is left out, so its work and its answers stay the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.cost.ledger import Factor, Ledger, Term, figure, in_arrears, times
from app.domain.cost.rented import HOURS_PER_MONTH
from app.domain.demand.phases import peak_to_mean, vcpu_seconds_per_item
from app.domain.demand.workload import SECONDS_PER_DAY, ModalityWork, Workload
from app.domain.facts import Figure
from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Array, Range

# Where data arises before it reaches any place of one's own or a cloud's.
DEVICES = ("edge", "end_users")
# Kinds of data of which a model may read less than what arises.
PREPARED = ("image", "video")


@dataclass(frozen=True)
class EdgePlan:
    """What is prepared before it is sent, planned on the likely demand.

    Attributes:
        modalities: the kinds of data that are prepared.
        at_places: those of them that arise on devices in the field, where boxes stand and where
            they are kept; end users prepare the others on devices of their own.
        places: where boxes stand.
        boxes_by_year: boxes in all places in each year; never falls.
    """

    modalities: tuple[str, ...]
    at_places: tuple[str, ...]
    places: int
    boxes_by_year: tuple[int, ...]

    def standing(self, months: int) -> Array:
        """Boxes standing in each month, shape (months,)."""
        return np.array([self.boxes_by_year[m // 12] for m in range(months)], dtype=np.float64)

    def bought(self) -> tuple[int, ...]:
        """Boxes bought at the start of each year."""
        before = (0, *self.boxes_by_year)
        return tuple(now - old for now, old in zip(self.boxes_by_year, before, strict=False))


def sent_share(modality: ModalityWork, answers: Answers, known: Known) -> Array:
    """Bytes that are sent once it is prepared over what arises, in (0, 1], shape (worlds,).

        picture min(1, pixels that the model reads / pixels)
        video   min(1, frames read * pixels * bits per pixel / bits of the video)

    1 for all other kinds of data: their models read what arises.

    Validity: pictures of the same compression; frames are sent as pictures.
    """
    if modality.megapixels is None or modality.modality not in PREPARED:
        return np.ones(known.worlds.count)
    if modality.modality == "image":
        read = known.positive("tokens.image_cap") * known.value("tokens.pixels_per_token") / 1e6
        result: Array = np.minimum(1.0, read / modality.megapixels)
        return result
    frames = 60.0 * answers.draw("modalities.video.fps_sampled", known.worlds)
    bits = known.positive("storage.bits_per_pixel")
    gb = frames * modality.megapixels * 1e6 * bits / 8 / 1e9
    return np.minimum(1.0, gb / modality.raw_gb_per_item)


def edge_plan(likely: Workload, answers: Answers, known: Known) -> EdgePlan | None:
    """What can be prepared where it arises; None where that makes nothing smaller.

        boxes = places * ceil(busiest hour's processor time of a place / processors of a box)

    Args:
        likely: the work in the likely world.
        known: the facts in the likely world.
    """
    prepared = [
        m
        for m in likely.modalities
        if _born(m.modality, answers) in DEVICES and sent_share(m, answers, known)[0] < 1.0
    ]
    if not prepared:
        return None
    at_places = [m for m in prepared if _born(m.modality, answers) == "edge"]
    places = round(max((_places(m.modality, answers, known) for m in at_places), default=0.0))
    return EdgePlan(
        modalities=tuple(m.modality for m in prepared),
        at_places=tuple(m.modality for m in at_places),
        places=places,
        boxes_by_year=_boxes(at_places, places, likely, known),
    )


def _born(modality: str, answers: Answers) -> str:
    return answers.choice(f"modalities.{modality}.born")


def _places(modality: str, answers: Answers, known: Known) -> float:
    asked = answers.optional_quantity(f"modalities.{modality}.places")
    return asked.likely if asked is not None else known.value("edge.places")


def _boxes(
    modalities: Sequence[ModalityWork], places: int, likely: Workload, known: Known
) -> tuple[int, ...]:
    """Boxes in all places in each year, for the busiest hour of its busiest month."""
    busy = 0.0
    for modality in modalities:
        found = vcpu_seconds_per_item(modality, known)
        seconds = 0.0 if found is None else float(modality.items_per_day[0] * found[0][0])
        busy += seconds / SECONDS_PER_DAY * float(peak_to_mean(modality, likely)[0])
    one = known.value("edge.box_processors") * known.value("preprocess.utilisation")
    boxes: list[int] = []
    for month in range(0, likely.months, 12):
        growth = float(likely.growth[0, month : month + 12].max())
        each = max(1, math.ceil(busy * growth / places / one)) if places else 0
        boxes.append(max([places * each, *boxes[-1:]]))
    return tuple(boxes)


def kept_back_share(plan: EdgePlan, work: Workload, answers: Answers, known: Known) -> Array:
    """Share of the bytes of all kinds of data that is not sent, shape (worlds,)."""
    every, sent = np.zeros(known.worlds.count), np.zeros(known.worlds.count)
    for modality in work.modalities:
        gb = modality.items_per_day * modality.raw_gb_per_item
        prepared = modality.modality in plan.modalities
        every += gb
        sent += gb * sent_share(modality, answers, known) if prepared else gb
    result: Array = 1.0 - sent / every
    return result


def charge_boxes(ledger: Ledger, plan: EdgePlan, tariff: Figure, known: Known) -> None:
    """Enter the boxes, their upkeep and their electricity; nothing is paid for them at the end.

    bought * price * (1 + installation) at the start of each year
    + boxes * price * maintenance share / 12 + boxes * kW * 730 h * USD/kWh each month
    """
    if not any(plan.boxes_by_year):
        return
    price = known.positive("edge.box_usd") * (1.0 + known.share("install.share_of_capex"))
    for year, count in enumerate(plan.bought()):
        if count:
            ledger.once("edge", 12 * year, count * price)
            ledger.capex += count * price
    standing = plan.standing(ledger.months)
    upkeep = known.share("maintenance.share_per_year") * known.positive("edge.box_usd") / 12
    kw, usd = (
        known.positive("edge.box_kw"),
        known.worlds.positive("site.electricity", _range(tariff)),
    )
    line = ledger.monthly(
        "edge", (upkeep + kw * HOURS_PER_MONTH * usd)[:, None] * standing[None, :]
    )
    line.formula = (
        "boxes x price x (1 + installation) when bought; boxes x (price x maintenance share / 12 "
        "+ kW x 730 h x USD per kWh) each month; no resale"
    )
    line.behind = (Term("places with boxes", float(plan.places), "places", None),)
    _work_out(ledger, plan, tariff, known)


def _work_out(ledger: Ledger, plan: EdgePlan, tariff: Figure, known: Known) -> None:
    line, box = ledger.lines["edge"], known.figure("edge.box_usd")
    install, share = (
        known.figure("install.share_of_capex"),
        known.figure("maintenance.share_per_year"),
    )
    draw, standing = known.figure("edge.box_kw"), plan.standing(ledger.months)
    bought = {12 * year: float(count) for year, count in enumerate(plan.bought()) if count}
    dear = 1.0 + install.value
    ledger.work_out(
        line,
        "Bought",
        {month: count * box.value * dear for month, count in bought.items()},
        times("boxes bought", sum(bought.values()), "boxes"),
        figure(box),
        times("1 + installation", dear, "ratio"),
    )
    ledger.work_out(
        line,
        "Upkeep",
        in_arrears(standing * box.value * share.value / 12),
        times("years of a box standing", float(standing.sum()) / 12, "box-years"),
        figure(box),
        figure(share),
    )
    ledger.work_out(
        line,
        "Electricity",
        in_arrears(standing * draw.value * HOURS_PER_MONTH * tariff.value),
        times("hours of a box standing", HOURS_PER_MONTH * float(standing.sum()), "box-hours"),
        figure(draw),
        Factor(Term.of(tariff)),
    )


def _range(known: Figure) -> Range:
    return Range(known.low, known.value, known.high)


def stranded_boxes_usd(plan: EdgePlan, months: int, known: Known, stopped: float) -> Array:
    """What stopping after `stopped` months wastes of the boxes bought until then, USD, (worlds,).

    Nobody buys them back, so the part of their planned use that is not made is lost.
    """
    price = known.positive("edge.box_usd")
    unused = [
        count * (months - stopped) / (months - 12 * year)
        for year, count in enumerate(plan.bought())
        if 12 * year < stopped
    ]
    result: Array = price * sum(unused)
    return result
