"""The must-haves as data: what breaks each, what to say of it, and what would lift it.

A rule is an expression over answers and over what the engine worked out; `app.domain.constraints`
judges by it. Kept as text, so that a saved assessment pins the very rules it was judged by.
"""

from dataclasses import dataclass
from typing import Literal

from app.domain.facts import Source

Outcome = Literal["pass", "fail", "unverified"]
About = Literal["zone", "plan", "engine"]


@dataclass(frozen=True)
class Answering:
    """One answer that a change gives: a text as it stands, or what an expression comes to.

    Attributes:
        path: of the field; `{modality}` stands for the kind of data that is judged.
        value: the text; "" where `to` says it.
        to: an expression; "" where `value` says it.
    """

    path: str
    value: str = ""
    to: str = ""


@dataclass(frozen=True)
class Saying:
    """What to say of an outcome, where `when` holds.

    Attributes:
        when: an expression; "" for always.
        words: a sentence, with `{names}` of values.
        because: paths of the answers behind it; `{modality}` as in `Answering`.
        lift: what would lift it, in words; "" when it passes.
        changes: the same as answers; empty where no answer of the team would lift it.
    """

    outcome: Outcome
    when: str
    words: str
    because: tuple[str, ...]
    lift: str
    changes: tuple[Answering, ...]


@dataclass(frozen=True)
class Rule:
    """One must-have.

    Attributes:
        about: `zone`: one kind of data in one place; `plan`: an option as it was planned;
            `engine`: whether there is anything to judge.
        fails: an expression; the rule fails where it holds.
        unsure: an expression; where it may hold, and the rule does not fail, it is unverified.
        owner: whom to ask.
        why: where it comes from, in words.
    """

    key: str
    title: str
    owner: str
    about: About
    fails: str
    unsure: str
    why: str
    source: Source
    sayings: tuple[Saying, ...]


@dataclass(frozen=True)
class Contradiction:
    """Two answers that do not go together.

    Attributes:
        holds: an expression over answers; over those of one kind of data where it names any.
        words: a sentence, with `{names}` of answers.
        paths: of both answers; `{modality}` as in `Answering`.
        refuses: whether no result is computed until one of them is changed.
    """

    key: str
    holds: str
    words: str
    paths: tuple[str, ...]
    refuses: bool
