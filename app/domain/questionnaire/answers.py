"""The answers of one project, as values, with the defaults that stand in for gaps."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from app.domain.measurements.kept import Measurement
from app.domain.questionnaire.questions import Default, QuestionSet
from app.domain.worlds import Array, Range, Worlds

Evidence = Literal["measured", "quoted", "estimated", "what-if", "default"]
EVIDENCE_GRADES: tuple[Evidence, ...] = ("measured", "quoted", "estimated", "what-if")
# Workloads in which a model is made or changed rather than used.
TRAINING = frozenset({"pre_training", "fine_tuning"})
Value = Range | str | tuple[str, ...] | bool
_MODALITY, _UNKNOWN = "modality.", "unknown."
Plain = float | str | frozenset[str] | bool | None


@dataclass(frozen=True)
class Given:
    """One answer that a person gave, and how good it is."""

    value: Value
    evidence: Evidence


@dataclass(frozen=True)
class Change:
    """Another answer at `path`: a key, a number in the field's unit, a list of keys, yes or no.

    Attributes:
        value: None to leave it unanswered.
    """

    path: str
    value: str | float | bool | tuple[str, ...] | None


@dataclass(frozen=True)
class Answers:
    """Everything answered, by field path; a path that is absent was not answered.

    Attributes:
        unknown: paths where the person chose "I do not know".
        modalities: the chosen ones, in the order of the question set.
        measurements: at most one per modality and accelerator.
        profile: a named set of weights instead of ranked priorities; "" for none.
    """

    questions: QuestionSet
    name: str
    given: Mapping[str, Given]
    unknown: frozenset[str]
    modalities: tuple[str, ...]
    measurements: tuple[Measurement, ...] = ()

    def with_choice(self, path: str, key: str) -> "Answers":
        """The same answers with one closed field answered by `key`."""
        kind = self.questions.field(path).kind
        value: Value = (key,) if kind in ("choices", "ranking") else key
        return replace(self, given={**self.given, path: Given(value, "estimated")})

    def only(self, modalities: tuple[str, ...], *, trains: bool) -> "Answers":
        """The same answers about some of the kinds of data; without training unless `trains`."""
        given = dict(self.given)
        if not trains and "workloads" in given:
            served = tuple(w for w in self.choices("workloads") if w not in TRAINING)
            given["workloads"] = replace(given["workloads"], value=served)
        return replace(self, given=given, modalities=modalities)

    def changed(self, changes: Collection[Change]) -> "Answers":
        """The same answers with each of `changes` given, as an estimate."""
        given = {**self.given}
        for change in changes:
            given.pop(change.path, None)
            if change.value is not None:
                given[change.path] = Given(self._typed(change), "estimated")
        paths = frozenset(change.path for change in changes)
        return replace(self, given=given, unknown=self.unknown - paths)

    def _typed(self, change: Change) -> Value:
        value = change.value
        if self.questions.field(change.path).kind == "quantity" and isinstance(value, int | float):
            return Range(float(value), float(value), float(value))
        if isinstance(value, str | bool | tuple):
            return value
        raise TypeError(change.path)

    def named(self, name: str, modality: str = "") -> Plain:
        """What an expression's `name` stands for: an answer, or whether it is said to be unknown.

        `modality.…` is of the kind of data `modality`; None where nobody knows.
        """
        if name.startswith(_UNKNOWN):
            return self._path(name.removeprefix(_UNKNOWN), modality) in self.unknown
        return self.plain(self._path(name, modality))

    def _path(self, name: str, modality: str) -> str:
        if name.startswith(_MODALITY):
            return f"modalities.{modality}.{name.removeprefix(_MODALITY)}"
        return name

    def plain(self, path: str) -> Plain:
        """The answered or default value at `path`: a likely number, a key, keys, or yes or no.

        None where there is neither, and for a field that no question has.
        """
        if path in self.given:
            value = self.given[path].value
            if isinstance(value, tuple):
                return frozenset(value)
            return value.likely if isinstance(value, Range) else value
        default = self._default(path) if self.questions.has_field(path) else None
        if default is None:
            return None
        return default.range.likely if default.range else default.choice

    def is_given(self, path: str) -> bool:
        """Whether a person answered `path`, rather than leaving it to the default."""
        return path in self.given

    def quantity(self, path: str) -> Range:
        """The answered or default range at `path`, in the field's unit.

        Raises:
            KeyError: the field has neither; ask `optional_quantity` for such fields.
        """
        value = self.optional_quantity(path)
        if value is None:
            raise KeyError(path)
        return value

    def optional_quantity(self, path: str) -> Range | None:
        """The answered or default range at `path`; None where there is neither."""
        if path in self.given:
            value = self.given[path].value
            if not isinstance(value, Range):
                raise TypeError(path)
            return value
        default = self._default(path)
        return default.range if default else None

    def choice(self, path: str) -> str:
        """The chosen or default key at `path`; "" where nothing may be assumed."""
        if path in self.given:
            value = self.given[path].value
            if not isinstance(value, str):
                raise TypeError(path)
            return value
        default = self._default(path)
        return default.choice if default else ""

    def choices(self, path: str) -> tuple[str, ...]:
        """The chosen keys at `path`, in the order given; empty when unanswered."""
        value = self.given[path].value if path in self.given else ()
        return value if isinstance(value, tuple) else ()

    def flag(self, path: str) -> bool | None:
        """Yes, no, or None when unanswered."""
        value = self.given[path].value if path in self.given else None
        return value if isinstance(value, bool) else None

    def draw(self, path: str, worlds: Worlds) -> Array:
        """Draws of the positive quantity at `path`, shape (worlds,)."""
        return worlds.positive(path, self.quantity(path))

    def _default(self, path: str) -> Default | None:
        return self.questions.field(path).default
