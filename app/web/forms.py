"""Posted fields to stored answers, and back to what the inputs show.

A form says in `asked` which fields it carried, so that a box that is no longer ticked and a
number that was deleted take their answers back. What is typed is stored as typed: whether it
can be used is for the domain to say, on "Save and continue" and when a version is saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from app.domain.errors import NotFound
from app.domain.questionnaire.questions import Field, QuestionSet
from app.domain.questionnaire.reading import UNKNOWN
from app.persistence.tables import JSONValue
from app.services.answering import Given
from app.services.texts import storable

PARTS = ("low", "likely", "high")
RANKS = (1, 2, 3, 4)
LONGEST_VALUE = 200
MOST_FIELDS = 2_000
PERCENT = " %"

# What a question carries besides its fields: the revision that it shows, the page that it is on,
# and, of two answers, the one that is kept.
BASE = "base"
WINDOW = "window"
SEEN = "seen"
TAKEN = "taken"
LONGEST_WINDOW = 40
_LONGEST_REVISION = 9  # digits

Raw = JSONValue


async def _posted(request: Request) -> FormData:
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    items = form.multi_items()
    return FormData([(storable(k), storable(v)) for k, v in items if isinstance(v, str)])


# Everything that was posted as text, without what no database stores. Names differ with the
# question set, so no model can list them.
Posted = Annotated[FormData, Depends(_posted)]


def typed_answers(posted: FormData, questions: QuestionSet) -> dict[str, Raw]:
    """Path → what was typed, for every field the form carried; None takes an answer back.

    Raises:
        NotFound: the form carries a field that no question has.
    """
    known = questions.fields([modality.key for modality in questions.modality_options])
    asked = dict.fromkeys(texts(posted, "asked"))
    if strange := next((path for path in asked if path not in known), None):
        raise NotFound(f"No question has a field {strange[:40]!r}.")
    return {path: _typed(known[path], posted) for path in asked}


@dataclass(frozen=True)
class Edit:
    """What a form with questions says besides what was typed.

    Attributes:
        given: path → what was typed, and over which revision of the answer.
        window: the name of the page that was open.
        seen: fields for which its author keeps what they typed, having seen what another stored.
        taken: fields for which they take that instead.
    """

    given: Mapping[str, Given]
    window: str
    seen: frozenset[str]
    taken: frozenset[str]

    @property
    def has_chosen(self) -> bool:
        """Whether it was sent to choose between two answers."""
        return bool(self.seen or self.taken)

    @property
    def first(self) -> str:
        """One of its fields; empty when it carries none."""
        return next(iter((*self.given, *self.taken)), "")


def edit(posted: FormData, questions: QuestionSet) -> Edit:
    """What was typed, over what, by which page.

    Raises:
        NotFound: as `typed_answers`.
    """
    typed = typed_answers(posted, questions)
    seen = dict(pair.rpartition(":")[::2] for pair in text(posted, SEEN, longest=10_000).split())
    taken = frozenset(text(posted, TAKEN, longest=10_000).split())
    return Edit(
        given={
            path: Given(value, _revision(seen.get(path) or text(posted, f"{BASE}.{path}")))
            for path, value in typed.items()
            if path not in taken
        },
        window=text(posted, WINDOW, longest=LONGEST_WINDOW),
        seen=frozenset(seen),
        taken=taken & typed.keys(),
    )


def _revision(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) <= _LONGEST_REVISION else 0


def is_blank(raw: Raw) -> bool:
    """Whether nothing was answered: an evidence grade alone is no answer."""
    if isinstance(raw, Mapping):
        return all(is_blank(value) for part, value in raw.items() if part != "evidence")
    return raw is None or raw in ("", [], ())


def is_unknown(raw: Raw) -> bool:
    """Whether "I do not know" was chosen."""
    return bool(raw == UNKNOWN or (isinstance(raw, Mapping) and raw.get(UNKNOWN)))


def part_of(raw: Raw, part: str, field: Field) -> str:
    """What the input for `part` of a quantity shows: a bare stored value is the likely one."""
    if isinstance(raw, Mapping):
        return _as_typed(raw.get(part), field)
    return _as_typed(raw, field) if part == "likely" and raw != UNKNOWN else ""


def evidence_of(raw: Raw) -> str:
    """The chosen evidence grade; empty without one."""
    return str(raw.get("evidence") or "") if isinstance(raw, Mapping) else ""


def chosen_of(raw: Raw) -> tuple[str, ...]:
    """The chosen keys of a choice, choices, ranking or flag, in the order given."""
    if isinstance(raw, bool):
        return ("yes",) if raw else ("no",)
    if isinstance(raw, str):
        return (raw,) if raw else ()
    return tuple(str(value) for value in raw) if isinstance(raw, Sequence) else ()


def _typed(field: Field, posted: FormData) -> Raw:
    match field.kind:
        case "quantity":
            return _typed_quantity(field, posted)
        case "choices":
            return texts(posted, field.path) or None
        case "ranking":
            return [key for rank in RANKS if (key := text(posted, f"{field.path}.{rank}"))] or None
    return text(posted, field.path) or None


def _typed_quantity(field: Field, posted: FormData) -> Raw:
    typed = {part: text(posted, f"{field.path}.{part}") for part in PARTS}
    parts = {part: _with_percent(text, field) for part, text in typed.items() if text}
    if grade := text(posted, f"{field.path}.evidence"):
        parts["evidence"] = grade
    if text(posted, f"{field.path}.{UNKNOWN}"):
        parts[UNKNOWN] = "on"
    return parts or None


def _with_percent(text: str, field: Field) -> str:
    bare = field.percent and "%" not in text
    return text + PERCENT if bare else text


def _as_typed(value: object, field: Field) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value * 100 if field.percent else value:.10g}"
    text = str(value)
    return text.removesuffix(PERCENT) if field.percent else text


def text(posted: FormData, name: str, *, longest: int = LONGEST_VALUE) -> str:
    """The posted text named `name`, cleaned; empty when there is none."""
    value = posted.get(name)
    return _clean(value, longest) if isinstance(value, str) else ""


def texts(posted: FormData, name: str) -> list[str]:
    """Every posted text named `name`, cleaned, in order."""
    return [_clean(value) for value in posted.getlist(name) if isinstance(value, str)]


def own_path(path: str) -> str:
    """The path if it leads to a page of ours, else the projects: it came with the request."""
    is_ours = path.startswith("/") and not path.startswith("//")
    is_plain = path.isascii() and path.isprintable() and "\\" not in path
    return path if is_ours and is_plain else "/projects"


def _clean(text: str, longest: int = LONGEST_VALUE) -> str:
    return text.strip()[:longest]  # no answer is longer than a sentence
