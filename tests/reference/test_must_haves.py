"""The shipped rules: every one has a source, an owner and something to say; mistakes are named."""

import re

import pytest

from app import reference
from app.domain.constraints import FACTS
from app.domain.rules import Rule
from app.reference import rows
from app.reference.must_haves import must_haves

QUESTIONS = reference.load().questions
OWNERS = {"security", "engineering", "platform", "finance"}
EVERY_RULE = pytest.mark.parametrize("rule", QUESTIONS.rules, ids=lambda rule: rule.key)


@EVERY_RULE
def test_a_rule_has_an_owner_a_reason_and_a_source(rule: Rule) -> None:
    assert rule.owner in OWNERS
    assert rule.why.endswith(".")
    assert rule.source.source
    assert re.fullmatch(r"\d{4}(-\d{2}){0,2}", rule.source.as_of)


@EVERY_RULE
def test_what_a_rule_says_are_sentences(rule: Rule) -> None:
    for saying in rule.sayings:
        assert saying.words.endswith(".")
        assert not saying.lift or saying.lift.endswith(".")
        assert saying.because or saying.outcome == "pass"


@EVERY_RULE
def test_a_published_rule_that_fails_proposes_answers_or_says_what_must_be_shown(
    rule: Rule,
) -> None:
    failing = [saying for saying in rule.sayings if saying.outcome == "fail"]
    assert all(saying.lift for saying in failing)
    if rule.key not in ("V0", "M1", "S1", "H1"):
        assert any(saying.changes for saying in failing)


def test_every_fact_of_the_engine_is_explained_and_some_rule_asks_for_it() -> None:
    every = " ".join(
        " ".join((r.fails, r.unsure, *(part for s in r.sayings for part in _texts(s))))
        for r in QUESTIONS.rules
    )
    for name, (_, words) in FACTS.items():
        assert words, name
        assert name in every, name


def _texts(saying: object) -> list[str]:
    return [repr(saying)]


RULE = """
[[rule]]
key = "V2"
title = "Isolation"
owner = "security"
about = "zone"
fails = "{fails}"
why = "So."
source = "judgement: a test"
as_of = "2026"
confidence = "low"

[[rule.says]]
outcome = "pass"
words = "Fine."

[[rule.says]]
outcome = "fail"
words = "{words}"
because = ["{because}"]
lift = "Another answer."
changes = [{{ path = "isolation", {change} }}]

[[rule.says]]
outcome = "unverified"
words = "Open."
because = ["isolation"]
lift = "An answer."
"""
SOUND = {
    "fails": "isolation == 'air_gapped'",
    "words": "Bad.",
    "because": "isolation",
    "change": 'value = "none"',
}


@pytest.mark.parametrize(
    ("mistake", "complaint"),
    [
        ({"fails": "isolated == 'air_gapped'"}, "V2: Nothing is named 'isolated'"),
        ({"fails": "isolation"}, "V2: .* is a text, not a truth"),
        ({"fails": "__import__('os')"}, "V2: .* is not allowed"),
        ({"words": "{nobody} fails."}, "V2: Nothing is named 'nobody'"),
        ({"because": "isolated"}, "V2: no answer is at 'isolated'"),
        ({"change": 'value = "nothing"'}, "V2: 'nothing' is no answer"),
        ({"change": 'to = "weeks.low"'}, "V2: .* is a number, not a text"),
        ({"change": 'value = "none", to = "isolation"'}, "give either the value"),
    ],
    ids=str,
)
def test_a_mistake_is_named(
    mistake: dict[str, str], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = RULE.format(**{**SOUND, **mistake})
    monkeypatch.setattr(rows, "content", lambda _: text.encode())
    with pytest.raises(ValueError, match=complaint):
        must_haves(QUESTIONS)


def test_a_sound_rule_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "content", lambda _: RULE.format(**SOUND).encode())
    (rule,) = must_haves(QUESTIONS)
    assert (rule.key, rule.unsure) == ("V2", "False")
