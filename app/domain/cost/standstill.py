"""What hours without service cost, at the price of an hour that was answered.

How long an option stands still is what its provider promises, or, of servers of one's own, what
their failures and those of their place come to. A promise is not a forecast: most keep more than
they promise, and none pays more than a part of its own bill back. One over zones is kept while
any machine answers; that fewer do for the minutes until others start is not in it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr

from app.domain.cost.ledger import Factor, Ledger, Term, in_arrears, times
from app.domain.cost.owned import OwnedPlan
from app.domain.cost.rented import HOURS_PER_MONTH
from app.domain.known import Known
from app.domain.options import OwnedPlace
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.stated import ANSWERED
from app.domain.worlds import Array

USD_PER_HOUR = "standstill_usd_per_hour"

_PROMISES = ("uptime.provider.", "uptime.vendor.")
_SERVER = "availability.server"


@dataclass(frozen=True)
class Standstill:
    """Share of the service that is lost, month by month.

    Attributes:
        share: as promised or reckoned, shape (worlds, months) or (worlds, 1).
        unpromised: where a provider publishes no promise, what it would be at the lowest that
            is published, same shapes: ranks, and is never shown.
        figures: keys of what it was made of.
    """

    share: Array
    unpromised: Array
    figures: tuple[str, ...]

    @staticmethod
    def of_parts(weights: Sequence[Array], parts: Sequence["Standstill"]) -> "Standstill":
        """Parts that stand still apart, each with its share of the work, shape (worlds,)."""
        columns = [weight[:, None] for weight in weights]
        return Standstill(
            over_parts(columns, [part.share for part in parts]),
            over_parts(columns, [part.unpromised for part in parts]),
            tuple(dict.fromkeys(key for part in parts for key in part.figures)),
        )


def over_parts(weights: Sequence[Array], values: Sequence[Array]) -> Array:
    """Mean of `values` by the share of the work that each part does; broadcast shape."""
    result: Array = sum((w * v for w, v in zip(weights, values, strict=True)), np.zeros(1))
    return result


def lacking_share(needed: int, spares: int, up: Array) -> Array:
    """Share of the planned capacity that is down beyond the spares, on average, (worlds,).

        E[max(0, D - s)] / n,  D ~ binomial(n + s, 1 - up)

    worked out as E[D] - s + sum of P(D <= d) over d < s, which is s + 1 terms whatever the fleet.
    An hour with a tenth of the servers short counts as a tenth of an hour of standstill.
    Validity: servers that fail independently of each other, all of them needed all the time.
    """
    if needed <= 0:
        return np.zeros_like(up)
    every, down = needed + spares, 1.0 - up
    lacking = every * down - spares
    for d in range(spares):
        lacking = lacking + bdtr(d, every, down)
    result: Array = np.clip(lacking / needed, 0.0, 1.0)
    return result


def of_own_servers(owned: OwnedPlan, months: int, site: str, known: Known) -> Standstill:
    """Own servers: down with their place, or for want of servers beyond the spares.

        1 - availability of the place * (1 - lacking share)

    Validity: neither the connection nor the software is in it, nor is what could be rented
    meanwhile.

    Args:
        site: the kind of own site; colocation has a place of its own.
    """
    place = _place(owned.place, site)
    up = known.share(_SERVER)
    lacking = {
        standing: lacking_share(standing - owned.spares, owned.spares, up)
        for standing in set(owned.servers_by_year)
    }
    by_month = [lacking[owned.servers_by_year[m // 12]] for m in range(months)]
    share = 1.0 - known.share(place)[:, None] * (1.0 - np.stack(by_month, axis=1))
    return Standstill(share, np.zeros_like(share), (place, _SERVER))


def _place(place: OwnedPlace, site: str) -> str:
    """The figure of a place; a site that is only planned is taken to be a hall."""
    if place == "colocation":
        return "uptime.place.colocation"
    return f"uptime.place.{'server_room' if site == 'server_room' else 'own_datacentre'}"


def as_promised(promises: Collection[str], known: Known) -> Standstill:
    """What is lost if the lowest of `promises` is just kept; those without a figure are missing.

    Args:
        promises: keys of the figures of everything without which there is no service.
    """
    worlds = known.worlds.count
    published = known.facts.figures
    if any(key not in published for key in promises):
        every = [f.value for key, f in published.items() if key.startswith(_PROMISES)]
        return Standstill(np.zeros((worlds, 1)), np.full((worlds, 1), 1.0 - min(every)), ())
    lowest = min(promises, key=lambda key: published[key].value)
    share = np.full((worlds, 1), 1.0 - published[lowest].value)
    return Standstill(share, np.zeros_like(share), (lowest,))


def charge_standstill(
    ledger: Ledger, standstill: Standstill, answers: Answers, known: Known
) -> None:
    """Enter the hours without service at the answered cost of an hour.

    share of the service that is lost * 730 hours a month * cost of an hour
    """
    usd = answers.draw(USD_PER_HOUR, known.worlds)[:, None]
    lost = np.broadcast_to(standstill.share * HOURS_PER_MONTH, ledger.running.shape)
    unpromised = standstill.unpromised * HOURS_PER_MONTH
    line = ledger.loss("standstill", lost * usd, unpromised * usd)
    line.formula = (
        "share of the service that is down, as promised or reckoned x 730 hours x cost of an "
        "hour, each month"
    )
    hour = Term("cost of an hour of standstill", float(usd[0, 0]), "USD an hour", ANSWERED)
    ledger.work_out(
        line,
        "Standstill",
        in_arrears(lost[0] * usd[0, 0]),
        times("hours without service, over the months", lost[0].sum(), "hours"),
        Factor(hour),
    )
    line.behind = (
        *line.behind,
        *(Term.of(known.figure(key)) for key in standstill.figures),
    )
