"""The result and the questions as text, for the command line."""

from collections.abc import Iterator
from typing import Any

from app.domain.options import FAMILY_TITLES
from app.domain.questionnaire.questions import Field, Question, QuestionSet
from app.reports.currency import currency_of, speaking, spoken
from app.reports.second_opinion import second_opinion
from app.reports.words import converted, in_hundred, of_hundred, rate_words

_LABELS = {
    "clear": "clear",
    "leaning": "leaning; in published cases this label was right about half the time",
    "too_close_to_call": "too close to call",
}


def question_list(questions: QuestionSet) -> list[dict[str, Any]]:
    """Every question with its fields, ready for JSON; `{modality}` stands in a path for each."""
    return [
        {
            "key": question.key,
            "code": question.code,
            "section": question.section,
            "core": question.core,
            "text": question.text,
            "why": question.why,
            "drives": list(question.drives),
            "fields": [_field(field) for field in question.fields],
            **_gate(question),
        }
        for question in questions.questions
    ]


def _gate(question: Question) -> dict[str, Any]:
    gate = question.gate
    if gate is None:
        return {}
    return {"shown_if": {"path": gate.path, "any_of": list(gate.values), "why": gate.why}}


def _field(field: Field) -> dict[str, Any]:
    default = field.default
    return {
        "path": field.path,
        "label": field.label,
        "kind": field.kind,
        "unit": field.unit,
        "allowed": list(field.option_keys),
        "minimum": field.minimum,
        "maximum": field.maximum,
        "required": field.required,
        "default": default.words if default else None,
        "default_source": default.source.source if default else None,
        "default_as_of": default.source.as_of if default else None,
    }


def in_words(result: dict[str, Any]) -> str:
    """The result in a screenful of text."""
    with speaking(currency_of(result)):
        return "\n".join(_lines(result))


def _lines(result: dict[str, Any]) -> Iterator[str]:
    best = result["recommended"]
    if best is None:
        yield "No option meets every must-have."
    else:
        family, own = in_hundred(best["share_of_worlds"]), of_hundred(best["own_share"])
        yield f"{best['title']} ({FAMILY_TITLES[best['family']]}): {_LABELS[best['label']]}"
        yield f"Its family is best in {family} variations of your answers, itself in {own}."
        if best.get("unverified"):
            yield "It rests on a must-have that nobody has verified."
    if opinion := second_opinion(result):
        yield f"{opinion.tag}. {opinion.sentence}"
    yield ""
    for option in result["options"]:
        yield _option(option)
    yield ""
    yield f"{spoken().code}: net present values over the horizon, tenth to ninetieth percentile."
    if rate := rate_words():
        yield rate
    yield "Use --json for every line, formula and source."


def _option(option: dict[str, Any]) -> str:
    tco = option["tco_usd"]
    least = "at least " if option["at_least"] else ""
    money = "no price"
    if tco:
        low, high = converted(tco["p10"]), converted(tco["p90"])
        money = f"{spoken().code} {least}{low:,.0f} to {high:,.0f}"
    if option["feasible"]:
        return f"  {option['title']:36} score {option['score']:.2f}  {money}"
    reasons = "; ".join(failed["message"].rstrip(".") for failed in option["failed"])
    return f"  {option['title']:36} ruled out   {money}  ({reasons})"


def backtest_in_words(found: dict[str, Any]) -> str:
    """The figures of a back-test, and each case in a line: what was decided, what was said."""
    lines = [
        (
            f"{found['n']} cases: first choice right in {found['accuracy']:.0%} "
            f"(balanced {found['balanced_accuracy']:.0%}, always the commonest "
            f"{found['majority']:.0%}), among the first two in {found['top2']:.0%}, "
            f"opposite said {found['swaps']} times"
        ),
        (
            "Published is not optimal; vendors tell many of these; one person coded them, "
            "knowing each decision."
        ),
        "",
    ]
    for case in found["cases"]:
        said = case["predicted"] or "nothing"
        mark = " " if case["predicted"] == case["decision"] else "x"
        lines.append(f"{mark} {case['id']:36} decided {case['decision']:12} said {said}")
    return "\n".join(lines)
