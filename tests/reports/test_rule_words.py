"""What is shipped is said in words that a person can check against the expression beside it."""

import pytest

from app import reference
from app.domain.constraints import kinds_of
from app.reports.rule_words import Group, Words, in_words, vocabulary

QUESTIONS = reference.load().questions
KNOWN = vocabulary(QUESTIONS, kinds_of(QUESTIONS))
EXPRESSIONS = sorted(
    {rule.fails for rule in QUESTIONS.rules}
    | {rule.unsure for rule in QUESTIONS.rules}
    | {pair.holds for pair in QUESTIONS.contradictions}
)


def _flat(words: Words) -> str:
    return words if isinstance(words, str) else " / ".join([words.hold, *map(_flat, words.parts)])


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("isolation == 'air_gapped'", "“Isolation from the internet” is “Air-gapped”"),
        ("zone.kind != 'own_site'", "kind of place is not own site"),
        ("site.free_kw < 5", "“Free power for machines, in kW” is below 5"),
        ("not known(site.pue)", "not: “Power of the site over power of the machines” is known"),
        ("zero_retention", "“Nothing kept, nothing trained on” is answered yes"),
        ("not zero_retention", "“Nothing kept, nothing trained on” is answered no"),
        ("not price.is_published", "not: a price is published for the work"),
        ("models.unfit != ()", "kinds of data whose model no accelerator holds: at least one"),
        ("False", "never"),
        ("unknown.isolation", "“Isolation from the internet” is answered “I do not know”"),
    ],
)
def test_a_condition_is_said_with_the_names_of_questions_and_answers(
    expression: str, words: str
) -> None:
    assert in_words(expression, KNOWN) == words


def test_conditions_that_belong_together_are_a_list() -> None:
    both = in_words("zero_retention and not (site.pue > 2 or site.pue < 1)", KNOWN)
    assert isinstance(both, Group)
    assert both.hold == "all of these hold"
    inner = both.parts[1]
    assert isinstance(inner, Group)
    assert (inner.hold, len(inner.parts)) == ("none of these holds", 2)
    some = in_words("not (zero_retention and may_buy)", KNOWN)
    assert isinstance(some, Group)
    assert some.hold == "not all of these hold"


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=range(len(EXPRESSIONS)))
def test_no_shipped_expression_is_left_in_the_language(expression: str) -> None:
    words = _flat(in_words(expression, KNOWN))
    for sign in ("_", "==", "!=", "(", "known(", "zone.", "plan.", "unknown."):
        if sign == "(":
            continue  # labels of questions have them: "(optional)"
        assert sign not in words, words
