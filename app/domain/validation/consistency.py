"""Does a study of buying against renting agree with itself and with its own time?

Each question is one that a published study failed (cost.md section 8, point 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.facts import Offer, earliest_day
from app.domain.validation.tco import TcoCase, TcoComputed

# A server under load draws most of what its name plate says. Judgement.
LEAST_OF_NAMEPLATE = 0.5
# Measured data centres lie between 1.1 and 1.6. Judgement.
MOST_PUE = 2.0
OLD_AFTER_DAYS = 90


@dataclass(frozen=True)
class Stated:
    """What a study says of itself; None or "" for what it does not.

    Attributes:
        power_usd_per_hour: what it counts for power and cooling of the machine.
        cooling_usd_per_kwh: on top of the electricity, for each kWh of the machine.
        nameplate_kw: of the machine, by its data sheet.
        accelerator, accelerators: what the rented machine has.
        rent_usd_per_hour: of that machine.
        prices_as_of: the day of its prices.
    """

    power_usd_per_hour: float | None = None
    electricity_usd_per_kwh: float | None = None
    cooling_usd_per_kwh: float = 0.0
    nameplate_kw: float | None = None
    accelerator: str = ""
    accelerators: float = 0.0
    rent_usd_per_hour: float | None = None
    prices_as_of: str = ""


@dataclass(frozen=True)
class Flag:
    """One thing that does not agree: a machine word, and a sentence."""

    key: str
    sentence: str


def flags(stated: Stated, offers: Sequence[Offer], today: date) -> tuple[Flag, ...]:
    """Everything that does not agree, in a fixed order; empty where all does."""
    found = (
        _power(stated),
        _pue(stated),
        _comparator(stated, offers),
        _age(stated, today),
    )
    return tuple(flag for flag in found if flag is not None)


def _power(stated: Stated) -> Flag | None:
    if not (stated.power_usd_per_hour and stated.electricity_usd_per_kwh and stated.nameplate_kw):
        return None
    each = stated.electricity_usd_per_kwh + stated.cooling_usd_per_kwh
    implied = stated.power_usd_per_hour / each
    if implied >= LEAST_OF_NAMEPLATE * stated.nameplate_kw:
        return None
    return Flag(
        "power_below_nameplate",
        f"Its power pays for {implied:.1f} kW; the machine draws up to {stated.nameplate_kw:g} kW.",
    )


def _pue(stated: Stated) -> Flag | None:
    if not stated.electricity_usd_per_kwh:
        return None
    implied = 1.0 + stated.cooling_usd_per_kwh / stated.electricity_usd_per_kwh
    if implied <= MOST_PUE:
        return None
    return Flag("implied_pue", f"Its price of cooling implies a PUE of {implied:.1f}.")


def _comparator(stated: Stated, offers: Sequence[Offer]) -> Flag | None:
    """A rented machine for which somebody asks less per accelerator, on demand."""
    among = [
        offer
        for offer in offers
        if offer.accelerator == stated.accelerator
        and offer.usd_per_hour is not None
        and offer.per_machine >= stated.accelerators
    ]
    if not among or stated.rent_usd_per_hour is None:
        return None
    lowest = min(among, key=lambda offer: offer.usd_per_hour or 0.0)
    asked = (lowest.usd_per_hour or 0.0) * stated.accelerators
    if stated.rent_usd_per_hour <= asked * 1.001:  # the same price, rounded
        return None
    return Flag(
        "comparator_not_lowest",
        f"It compares with USD {stated.rent_usd_per_hour:g} an hour; {lowest.provider_name} asks "
        f"USD {asked:.4g} for as many.",
    )


def _age(stated: Stated, today: date) -> Flag | None:
    day = earliest_day(stated.prices_as_of)
    if day is None or (today - day).days <= OLD_AFTER_DAYS:
        return None
    return Flag("old_price", f"Its prices are {(today - day).days} days old.")


def does_not_follow(case: TcoCase, computed: TcoComputed) -> tuple[Flag, ...]:
    """A flag for each printed figure that the study's own inputs do not give."""
    return tuple(
        Flag(
            "does_not_follow",
            f"{figure}: it prints {case.published[figure]:,.6g}; "
            f"its inputs give {'nothing' if value is None else f'{value:,.6g}'}.",
        )
        for figure, value in ((name, computed.figures.get(name)) for name in case.published)
        if (error := computed.error(case, figure)) is None or abs(error) > case.tolerance
    )
