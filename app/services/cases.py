"""The library of published cases: searching it, likeness to a project, starting where one began."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from app.domain.backtest.answering import starting_answers
from app.domain.cases import Case
from app.domain.errors import Gone, InvalidAnswers, NotFound, Problem
from app.domain.matching import Library, Likeness, match
from app.domain.questionnaire.reading import flattened, nested, read_answers
from app.persistence import Session, case_revisions, case_text
from app.reference import Reference, case_file, with_cases
from app.reports.case_words import DIRECTIONS, value_in_words
from app.reports.words import day
from app.services import projects
from app.services.people import Person
from app.services.projects import LONGEST_NAME, Project

LONGEST_SEARCH = 200
MOST_WORDS = 12


@dataclass(frozen=True)
class _Changed:
    """A reference and what administrators changed in its cases: id and row, as JSON."""

    sha256: str
    rows: tuple[tuple[str, str], ...]
    reference: Reference = field(compare=False)


def library(db: Session, reference: Reference) -> Reference:
    """The reference data with the cases as administrators left them, under a name of its own."""
    revisions = case_revisions.newest_of_each(db)
    if not revisions:
        return reference
    changed = _Changed(
        reference.facts.sha256,
        tuple((row.case_id, json.dumps(row.content)) for row in revisions),
        reference,
    )
    cases, sha256 = _after(changed)
    return replace(reference, cases=cases, facts=replace(reference.facts, sha256=sha256))


@lru_cache(maxsize=8)  # every request asks, and naming a snapshot means writing it out
def _after(changed: _Changed) -> tuple[tuple[Case, ...], str]:
    kept = {case.id: case for case in changed.reference.cases}
    for case_id, text in changed.rows:
        kept.pop(case_id, None)
        if content := json.loads(text):
            kept[case_id] = case_file.case_of(content)
    named = with_cases(changed.reference, tuple(kept.values()))
    return named.cases, named.facts.sha256


def ensure(db: Session, reference: Reference) -> None:
    """Fill the search index with the cases of `reference`, which `library` gave."""
    texts = {case.id: " ".join(_words(_text(case))) for case in reference.cases}
    case_text.fill(db, texts)


def find(reference: Reference, case_id: str) -> Case:
    """The case named `case_id` in a `library`.

    Raises:
        NotFound: there is no such case, or it was retired.
    """
    case = next((case for case in reference.cases if case.id == case_id), None)
    if case is None:
        raise NotFound(f"There is no case called {case_id[:60]}.")
    return case


def search(db: Session, cases: Sequence[Case], typed: str) -> tuple[Case, ...]:
    """Those of `cases` in which every typed word begins a word, the best match first.

    Searched are organisation, trade, place, decision, kinds of data, drivers, summary, outcome
    and title of the source. Signs count as spaces, so nothing typed acts as an operator; all
    cases are found by nothing typed, and none by signs alone.

    Raises:
        InvalidAnswers: too much was typed.
    """
    if not typed.strip():
        return tuple(cases)
    if len(typed) > LONGEST_SEARCH:
        message = f"That has {len(typed):,} characters; search for at most {LONGEST_SEARCH}."
        raise InvalidAnswers([Problem("q", message)])
    words = _words(typed)
    if len(words) > MOST_WORDS:
        message = f"That has {len(words)} words; search for at most {MOST_WORDS}."
        raise InvalidAnswers([Problem("q", message)])
    if not words:
        return ()
    by_id = {case.id: case for case in cases}
    return tuple(by_id[key] for key in case_text.search(db, words) if key in by_id)


def alike(
    db: Session, reference: Reference, cases: Sequence[Case], project: Project
) -> Mapping[str, Likeness]:
    """Id → likeness to a project that `projects.find` gave, the most alike first.

    Raises:
        InvalidAnswers: the project's answers cannot be read yet.
    """
    typed = projects.answers(db, project)
    document = {"name": project.name, "answers": nested(typed)}
    answers = read_answers(document, reference.questions)
    matched = match(Library.of(cases), answers)
    return {found.case.id: found for found in matched.ordered()}


def start_from(db: Session, reference: Reference, by: Person, case: Case, now: datetime) -> Project:
    """Start a project with the situation of `case` as its answers; volumes are missing.

    It belongs to the first team in which `by` may start one.

    Raises:
        InvalidAnswers: there is no such team.
    """
    name = f"Like {case.organisation}"[:LONGEST_NAME]
    purpose = f"Begun with the situation of a published case: {case.source_title}."
    team = next((team.id for team in projects.teams_to_start_in(db, by)), None)
    project = projects.start(db, by, name=name, purpose=purpose, now=now, team_id=team)
    body = starting_answers(case, reference.questions)
    projects.save_answers(db, by, project, flattened(body, reference.questions), now)
    return project


def look_up(db: Session, reference: Reference, case_id: str) -> Case:
    """As `find`, and says of a retired case that it was.

    Raises:
        NotFound: there never was such a case.
        Gone: it was retired; the text says when.
    """
    with suppress(NotFound):
        return find(reference, case_id)
    if at := case_revisions.retired_at(db, case_id):
        raise Gone(
            f"The case {case_id} was taken out of the library on {day(at)}. "
            "What was computed before keeps it."
        )
    return find(reference, case_id)


def _text(case: Case) -> Sequence[str]:
    keys = (case.industry, case.region, case.decision, case.direction, *case.modalities)
    return (
        case.organisation,
        case.country,
        *keys,
        *map(value_in_words, keys),  # as a page says it, which is what people search for
        DIRECTIONS.get(case.direction, ""),
        *case.drivers,
        *case.regulations,
        case.summary,
        case.outcome,
        case.source_title,
    )


def _words(text: str | Sequence[str]) -> list[str]:
    """Runs of letters and digits, without accents and in small letters."""
    whole = text if isinstance(text, str) else " ".join(text)
    folded = unicodedata.normalize("NFKD", whole).casefold()
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return [word for word in re.findall(r"[^\W_]+", plain) if word.isalnum()]
