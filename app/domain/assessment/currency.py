"""The currency in which a project's money is told.

Everything is computed in US dollars, because prices of GPUs are published in them. What is told
in another currency is converted once, at one dated rate that is kept with the result.
"""

from app.domain.assessment.plain import Json, number, sourced
from app.domain.facts import Facts
from app.domain.questionnaire.answers import Answers

DOLLAR = "USD"
_PUBLISHED = {"EUR": "fx.eur_usd"}


def told_in(answers: Answers, facts: Facts) -> Json:
    """Code of the currency, US dollars for one unit of it, and where the rate comes from.

    US dollars where nothing was said, and where a currency was chosen for which nobody gave a rate
    and none is published here: the check page says so.

    Validity: one rate for the whole horizon; it is not drawn, so ranges have none of its risk.
    """
    code = answers.choice("currency.code") if answers.questions.has_field("currency.code") else ""
    if not code or code == DOLLAR:
        return {"code": DOLLAR, "usd_each": 1.0}
    own = answers.optional_quantity("currency.usd_each")
    if own is not None:
        return {"code": code, "usd_each": number(own.likely)}
    if code not in _PUBLISHED:
        return {"code": DOLLAR, "usd_each": 1.0}
    rate = facts.figure(_PUBLISHED[code])
    return {"code": code, "usd_each": number(rate.value), **sourced(rate.source)}
