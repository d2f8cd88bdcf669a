"""What the team knows better than any survey: answers that take the place of figures.

A field says which figures it `replaces`: a quantity becomes the figure, with its range; a choice
takes the figure that is kept under the same name and the choice. An answer that was not given
replaces nothing.
"""

from dataclasses import replace

from app.domain.facts import Facts, Figure, Source
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.questions import Field
from app.domain.worlds import Range

_ANSWER = Source("your answer", "", "high")
# Stands in for the price of a country; a stated price stands in for both.
_ELECTRICITY = "electricity.elsewhere"


def stated(facts: Facts, answers: Answers) -> Facts:
    """`facts` with the figures that `answers` replace; the same where they replace none."""
    figures = {
        key: _figure(key, field, facts, answers)
        for field in answers.questions.replacing
        if answers.is_given(field.path)
        for key in field.replaces
    }
    if not figures:
        return facts
    countries = facts.countries
    if _ELECTRICITY in figures:
        price = figures[_ELECTRICITY]
        countries = {code: replace(c, electricity=price) for code, c in countries.items()}
    return replace(facts, figures={**facts.figures, **figures}, countries=countries)


def _figure(key: str, field: Field, facts: Facts, answers: Answers) -> Figure:
    usual = facts.figure(key)
    if field.kind == "choice":
        chosen = facts.figure(f"{key}.{answers.choice(field.path)}")
        return replace(chosen, key=key)
    given: Range = answers.quantity(field.path)
    return replace(
        usual, value=given.likely, low=given.low, high=given.high, source=_ANSWER, note=""
    )
