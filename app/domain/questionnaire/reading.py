"""From typed text, or the nodes of an answers file, to answers; or every problem at once.

The same reader serves the form, the API and the command line: a leaf may be a number or the
text a person typed (`1 000`, `1,000`, `1k`, `30 %`, `12 TB`). Nothing is guessed silently:
what cannot be read is named, with what would be right.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from app.domain import expressions
from app.domain.errors import InvalidAnswers, Problem
from app.domain.measurements import kept
from app.domain.questionnaire.answers import EVIDENCE_GRADES, Answers, Evidence, Given
from app.domain.questionnaire.questions import PER_MODALITY, Field, Question, QuestionSet
from app.domain.worlds import Range

UNKNOWN = "unknown"
FORMAT = "footing-answers/1"
# A person's single number, by its evidence grade: P10 = likely/spread, P90 = likely*spread.
# Judgement, 2026-11-24; somebody who gives low and high overrides it. What is supposed to see what
# would follow is known no better than what is estimated.
SPREAD: Mapping[Evidence, float] = {
    "measured": 1.05,
    "quoted": 1.1,
    "estimated": 1.3,
    "what-if": 1.3,
}

_SUFFIXES = {"": 1.0, "k": 1e3, "m": 1e6, "million": 1e6, "thousand": 1e3, "bn": 1e9}
_NUMBER = re.compile(r"^([+-]?[\d.,'\s\u00a0\u202f]+?)\s*([a-z%/ ]*)$", re.IGNORECASE)
_LONGEST_TEXT = 200


class Unreadable(ValueError):
    """A leaf that is not what its field wants; the text says what would be right."""


def read_answers(document: Mapping[str, Any], questions: QuestionSet) -> Answers:
    """The answers in `document`, which has the shape of an answers file.

    Args:
        document: keys `name`, `answers`, and optionally `format`, `question_set`, `profile`.

    Raises:
        InvalidAnswers: with one problem per key that is unknown, unreadable, impossible,
            missing although required, or in contradiction with another.
    """
    answers, problems = _understood(document, questions)
    if answers is None or problems:
        raise InvalidAnswers(problems)
    return answers


@dataclass(frozen=True)
class Clash:
    """Two answers that do not go together, in words, and the paths of both."""

    words: str
    paths: tuple[str, ...]
    refuses: bool


def clashes(document: Mapping[str, Any], questions: QuestionSet) -> tuple[Clash, ...]:
    """Every pair of answers that do not go together, as far as `document` can be read."""
    answers, _ = _understood(document, questions)
    return tuple(_clashes(answers)) if answers is not None else ()


def _understood(
    document: Mapping[str, Any], questions: QuestionSet
) -> tuple[Answers | None, list[Problem]]:
    """The answers as far as they can be read, None where there are none; and every problem."""
    problems = list(_header_problems(document, questions))
    body = document.get("answers", {})
    if not isinstance(body, Mapping):
        problems.append(Problem("answers", "This must be a mapping of question keys to answers."))
        return None, problems
    modalities = _chosen_modalities(body, questions, problems)
    fields = questions.fields(modalities)
    leaves = dict(_leaves(_asked(body), fields, problems))
    given, unknown = _read_leaves(leaves, fields, problems)
    known_modalities = {option.key: option.label for option in questions.modality_options}
    answers = Answers(
        questions=questions,
        name=str(document.get("name", "")).strip()[:_LONGEST_TEXT] or "Untitled project",
        given=given,
        unknown=frozenset(unknown),
        modalities=modalities,
        measurements=kept.read_kept(body.get(kept.PATH), known_modalities, problems),
    )
    told = {problem.path for problem in problems}
    problems.extend(p for p in _missing(answers, fields) if p.path not in told)
    refused = (clash for clash in _clashes(answers) if clash.refuses)
    problems.extend(Problem(clash.paths[0], clash.words) for clash in refused)
    return answers, problems


def _header_problems(document: Mapping[str, Any], questions: QuestionSet) -> Iterator[Problem]:
    known = {"format", "name", "question_set", "answers"}
    for key in document:
        if key not in known:
            yield Problem(str(key), f"Unknown key. The file has: {', '.join(sorted(known))}.")
    if any("\ud800" <= sign <= "\udfff" for sign in str(document.get("name", ""))):
        # YAML and JSON can escape half a character; no file and no page can hold one.
        yield Problem("name", "This holds half a character (a lone surrogate). Write it anew.")
    if document.get("format", FORMAT) != FORMAT:
        yield Problem("format", f"This must be {FORMAT}, not {document['format']!r}.")
    version = document.get("question_set", questions.version)
    if version != questions.version:
        message = f"Only question set {questions.version} is known here, not {version!r}."
        yield Problem("question_set", message)
    if "answers" not in document:
        yield Problem("answers", "The file needs a mapping named answers.")


def _chosen_modalities(
    body: Mapping[str, Any], questions: QuestionSet, problems: list[Problem]
) -> tuple[str, ...]:
    allowed = [option.key for option in questions.modality_options]
    chosen = body.get("modalities") or {}
    if not isinstance(chosen, Mapping):
        problems.append(
            Problem("modalities", f"This must be a mapping with any of: {', '.join(allowed)}.")
        )
        return ()
    for key in chosen:
        if key not in allowed:
            message = f"Unknown modality {key!r}. Known: {', '.join(allowed)}."
            problems.append(Problem(f"modalities.{key}", message))
    if not any(key in allowed for key in chosen):
        problems.append(
            Problem("modalities", "Choose at least one kind of data and give its volume.")
        )
    return tuple(key for key in allowed if key in chosen)


def _asked(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body without the measurements, which no question asks for."""
    return {key: value for key, value in body.items() if key != kept.PATH}


def _leaves(
    body: Mapping[str, Any], fields: Mapping[str, Field], problems: list[Problem], prefix: str = ""
) -> Iterator[tuple[str, Any]]:
    """Path → raw value of every field in `body`; unknown keys become problems."""
    for key, value in body.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and any(f"{path}.{step}" in fields for step in value):
            yield from _leaves(value, fields, problems, f"{path}.")
        elif path in fields and path != "modalities":
            yield path, value
        elif isinstance(value, Mapping) and any(f.startswith(f"{path}.") for f in fields):
            yield from _leaves(value, fields, problems, f"{path}.")
        elif value == UNKNOWN and any(f.startswith(f"{path}.") for f in fields):
            yield from ((f, UNKNOWN) for f in fields if f.startswith(f"{path}."))
        elif value not in ({}, None) and path != "modalities" and prefix != "modalities.":
            problems.append(Problem(path, _unknown_key(path, prefix, fields)))


def _unknown_key(path: str, prefix: str, fields: Mapping[str, Field]) -> str:
    siblings = sorted({f[len(prefix) :].split(".")[0] for f in fields if f.startswith(prefix)})
    return f"Unknown key {path!r}. Known here: {', '.join(siblings)}."


def _read_leaves(
    leaves: Mapping[str, Any], fields: Mapping[str, Field], problems: list[Problem]
) -> tuple[dict[str, Given], set[str]]:
    given: dict[str, Given] = {}
    unknown: set[str] = set()
    for path, raw in leaves.items():
        if raw == UNKNOWN or (isinstance(raw, Mapping) and raw.get(UNKNOWN) in (True, "on", "yes")):
            unknown.add(path)
        elif _is_blank(raw):
            continue
        else:
            try:
                given[path] = _read(raw, fields[path])
            except Unreadable as error:
                problems.append(Problem(path, str(error)))
    return given, unknown


def _is_blank(raw: Any) -> bool:
    if isinstance(raw, Mapping):
        return all(_is_blank(v) for k, v in raw.items() if k != "evidence")
    return raw is None or raw == [] or (isinstance(raw, str) and not raw.strip())


def alike(one: Any, other: Any, field: Field) -> bool:
    """Whether two answers to one field say the same, such as 36 from a file and "36" typed."""
    if one == other:
        return True
    if _is_blank(one) or _is_blank(other):
        return False
    try:
        return _read(one, field) == _read(other, field)
    except ValueError:
        return False


def _read(raw: Any, field: Field) -> Given:
    readers = {
        "quantity": _read_quantity,
        "choice": _read_choice,
        "choices": _read_choices,
        "ranking": _read_choices,
        "flag": _read_flag,
    }
    return readers[field.kind](raw, field)


def _read_choice(raw: Any, field: Field) -> Given:
    value = str(raw).strip()
    if value not in field.option_keys:
        raise Unreadable(f"{value[:40]!r} is not one of: {', '.join(field.option_keys)}.")
    return Given(value, "estimated")


def _read_choices(raw: Any, field: Field) -> Given:
    if isinstance(raw, str) or not isinstance(raw, Sequence):
        raise Unreadable(f"This must be a list of any of: {', '.join(field.option_keys)}.")
    values = tuple(str(v).strip() for v in raw if not _is_blank(v))
    for value in values:
        if value not in field.option_keys:
            raise Unreadable(f"{value[:40]!r} is not one of: {', '.join(field.option_keys)}.")
    if len(set(values)) != len(values):
        raise Unreadable("Each may be named only once.")
    if field.most is not None and len(values) > field.most:
        raise Unreadable(f"Name at most {field.most}; {len(values)} are named.")
    return Given(values, "estimated")


def _read_flag(raw: Any, _field: Field) -> Given:
    if isinstance(raw, bool):
        return Given(raw, "estimated")
    words = {"yes": True, "true": True, "no": False, "false": False}
    value = words.get(str(raw).strip().lower())
    if value is None:
        raise Unreadable(f"{str(raw)[:40]!r} is not yes or no.")
    return Given(value, "estimated")


def _read_quantity(raw: Any, field: Field) -> Given:
    parts = raw if isinstance(raw, Mapping) else {"likely": raw}
    for key in parts:
        if key not in ("low", "likely", "high", "evidence", UNKNOWN):
            raise Unreadable(f"Unknown key {str(key)!r}. A range has low, likely, high, evidence.")
    evidence = _read_evidence(parts.get("evidence"))
    numbers = {
        key: read_number(parts[key], field)
        for key in ("low", "likely", "high")
        if not _is_blank(parts.get(key))
    }
    if "likely" not in numbers:
        raise Unreadable(f"Give at least the likely value, in {field.unit or 'plain numbers'}.")
    value = _with_spread(numbers, evidence, field)
    if not value.low <= value.likely <= value.high:
        raise Unreadable(
            f"Low, likely and high must rise: {value.low:g}, {value.likely:g}, "
            f"{value.high:g} do not."
        )
    return Given(value, evidence)


def _read_evidence(raw: Any) -> Evidence:
    if _is_blank(raw):
        return "estimated"
    for grade in EVIDENCE_GRADES:
        if str(raw).strip() == grade:
            return grade
    raise Unreadable(f"Evidence {str(raw)[:40]!r} is not one of: {', '.join(EVIDENCE_GRADES)}.")


def _with_spread(numbers: Mapping[str, float], evidence: Evidence, field: Field) -> Range:
    """Fill in a missing low or high by the evidence grade, within what is possible."""
    likely = numbers["likely"]
    spread = SPREAD[evidence]
    if not field.range_wanted:
        return Range(numbers.get("low", likely), likely, numbers.get("high", likely))
    if field.minimum is not None and field.minimum < 0:
        room = abs(likely) * (spread - 1)
        low, high = likely - room, likely + room
    else:
        low, high = likely / spread, likely * spread
    if field.minimum is not None:
        low = min(likely, max(low, field.minimum))
    if field.maximum is not None:
        high = max(likely, min(high, field.maximum))
    return Range(numbers.get("low", low), likely, numbers.get("high", high))


def read_number(raw: Any, field: Field) -> float:
    """The number in `raw`, in the field's unit, within its possible range.

    Accepts numbers, and text with a thousands mark, a decimal comma, k or M, a percent sign
    or the field's own unit.

    Raises:
        Unreadable: it is no number, is not finite, not whole, or outside the range.
    """
    try:
        value = float(raw) if _is_plain_number(raw) else _parse(str(raw), field)
    except OverflowError:
        value = math.inf
    wanted = f"a number in {field.unit}" if field.unit else "a number"
    if not math.isfinite(value):
        raise Unreadable(f"{str(raw)[:40]!r} is not {wanted}.")
    if field.whole and value != int(value):
        raise Unreadable(f"{str(raw)[:40]!r} must be a whole number.")
    low, high = field.minimum, field.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise Unreadable(f"{shown(value, field)} is not possible here: {_bounds(field)}.")
    return value


def _is_plain_number(raw: Any) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _parse(text: str, field: Field) -> float:
    wanted = f"a number in {field.unit}" if field.unit else "a number"
    refused = Unreadable(f"{text.strip()[:40]!r} is not {wanted}.")
    match = _NUMBER.match(text.strip()) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise refused
    suffix = match.group(2).strip().lower()
    try:
        number = float(_plain_digits(match.group(1), whole=field.whole))
    except Unreadable:
        raise
    except ValueError:
        raise refused from None
    if field.percent and suffix in ("%", field.unit.lower()):
        return number / 100
    if suffix in _SUFFIXES:
        return number * _SUFFIXES[suffix]
    if suffix in (field.unit.lower(), field.unit.lower().split("/")[0]):
        return number
    raise refused


def _plain_digits(digits: str, *, whole: bool) -> str:
    """`digits` without thousands marks and with a decimal point.

    A mark followed by groups of exactly three digits separates thousands; a dot does so
    only where a whole number is wanted, because 1.500 megapixels are one and a half.
    """
    compact = re.sub(r"[\s'\u00a0\u202f]", "", digits)
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", compact):
        return compact.replace(",", "")
    if whole and re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+", compact):
        return compact.replace(".", "")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}\.000", compact):
        # Six hundred thousand to some, six hundred to others: nobody is asked to guess.
        raise Unreadable(f"{compact} may mean thousands or not: write it without the dot.")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", compact):
        return compact.replace(".", "").replace(",", ".")
    return compact.replace(",", ".", 1)


def shown(value: float, field: Field) -> str:
    """`value` with its unit, as a person writes it."""
    if field.percent:
        return f"{value * 100:g} %"
    return f"{value:g} {field.unit}".strip()


def _bounds(field: Field) -> str:
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        return f"it lies between {shown(low, field)} and {shown(high, field)}"
    if low is not None:
        return f"it is at least {shown(low, field)}"
    return f"it is at most {shown(high or 0.0, field)}"


def _missing(answers: Answers, fields: Mapping[str, Field]) -> Iterator[Problem]:
    for path, field in fields.items():
        if field.required and path != "modalities" and not answers.is_given(path):
            name = field.label[:1].lower() + field.label[1:]
            yield Problem(path, f"Needed: the number of {name}.")


def _clashes(answers: Answers) -> Iterator[Clash]:
    """Pairs of answers that cannot both be true, or of which little can come."""
    for contradiction in answers.questions.contradictions:
        holds = expressions.compiled(contradiction.holds)
        for modality in answers.modalities if _is_of_data(contradiction.holds) else ("",):
            get = partial(answers.named, modality=modality)
            if holds(get):
                yield Clash(
                    expressions.filled(contradiction.words, get),
                    tuple(p.replace(PER_MODALITY, modality) for p in contradiction.paths),
                    contradiction.refuses,
                )


@lru_cache(maxsize=128)
def _is_of_data(expression: str) -> bool:
    """Whether an expression is about one kind of data, so that each is asked in turn."""
    return any(name.startswith("modality.") for name in expressions.names(expression))


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Path → raw value as the body of an answers file, with the chosen modalities.

    The stored path `modalities` holds the list of chosen ones; the fields of a modality
    that is not chosen stay stored but are left out.
    """
    chosen = [str(m) for m in flat.get("modalities") or []]
    body: dict[str, Any] = {"modalities": {modality: {} for modality in chosen}}
    for path, value in flat.items():
        steps = path.split(".")
        if path == "modalities" or (steps[0] == "modalities" and steps[1] not in chosen):
            continue
        node = body
        for step in steps[:-1]:
            node = node.setdefault(step, {})
        if isinstance(node, dict):
            node[steps[-1]] = value
    return body


def flattened(body: Mapping[str, Any], questions: QuestionSet) -> dict[str, Any]:
    """The inverse of `nested`: path → raw value, for storing an imported file."""
    modalities = tuple(body.get("modalities") or {})
    fields = questions.fields(modalities)
    flat: dict[str, Any] = {"modalities": list(modalities)}
    flat.update(_leaves(_asked(body), fields, []))
    for modality, by_accelerator in (body.get(kept.PATH) or {}).items():
        for accelerator, measured in by_accelerator.items():
            flat[kept.path(modality, accelerator)] = measured
    return flat


def is_shown(question: Question, answers_by_path: Mapping[str, Any]) -> bool:
    """Whether the question's gate is open, judged on raw stored values."""
    if question.gate is None:
        return True
    value = answers_by_path.get(question.gate.path)
    values = value if isinstance(value, list | tuple) else [value]
    return any(v in question.gate.values for v in values)
