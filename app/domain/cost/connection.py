"""The connection of one's own site to the outside, at the price that was answered."""

import numpy as np

from app.domain.cost.ledger import Factor, Ledger, Term, in_arrears, times
from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.stated import ANSWERED

USD_PER_MONTH = "uplink_usd_per_month"
# Places from which media reach a machine elsewhere through the connection of the site.
BEHIND_THE_CONNECTION = ("own_site", "edge")


def uses_connection(answers: Answers, *, stands_there: bool) -> bool:
    """Whether an option needs the connection of the site.

    Servers at the site are reached through it, by people, suppliers and other sites; elsewhere
    they need it where media arise at the site or at devices behind it, or where the systems that
    they talk to live there.
    """
    born = (answers.choice(f"modalities.{m}.born") for m in answers.modalities)
    return (
        stands_there
        or any(place in BEHIND_THE_CONNECTION for place in born)
        or answers.choice("systems.place") == "own_site"
    )


def charge_connection(ledger: Ledger, answers: Answers, known: Known) -> None:
    """Enter what this system takes of the connection, at its answered price a month."""
    usd = answers.draw(USD_PER_MONTH, known.worlds)
    line = ledger.monthly("uplink", usd[:, None])
    line.formula = "price of the connection, as answered, each month"
    ledger.work_out(
        line,
        "Connection of the site",
        in_arrears(np.full(ledger.months, usd[0])),
        times("months of the connection", ledger.months, "months"),
        Factor(Term("price of the connection", float(usd[0]), "USD a month", ANSWERED)),
    )
