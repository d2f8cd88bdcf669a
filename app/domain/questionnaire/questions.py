"""The question set: sections, questions and their fields, as data.

A question is what a person reads; a field is one value, with a place in the answers file.
A question that is asked once per modality is a template whose field paths hold `{modality}`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from app.domain.errors import MissingFact, NotFound
from app.domain.facts import Source
from app.domain.rules import Contradiction, Rule
from app.domain.worlds import Range

FieldKind = Literal["choice", "choices", "quantity", "flag", "ranking"]
PER_MODALITY = "{modality}"
_OF_A_MODALITY = "modalities."


def template_path(path: str) -> str:
    """The path in the template: of `modalities.image.task`, `modalities.{modality}.task`."""
    if not path.startswith(_OF_A_MODALITY):
        return path
    _, _, rest = path.removeprefix(_OF_A_MODALITY).partition(".")
    return f"{_OF_A_MODALITY}{PER_MODALITY}.{rest}"


@dataclass(frozen=True)
class Choice:
    """One allowed answer of a closed field."""

    key: str
    label: str


@dataclass(frozen=True)
class Default:
    """What stands in for an unknown answer, and where it comes from.

    Attributes:
        range: for a quantity, in the field's unit.
        choice: for a closed field; "" when nothing may be assumed.
        words: the default as a sentence fragment for the page.
    """

    range: Range | None
    choice: str
    words: str
    source: Source


@dataclass(frozen=True)
class Field:
    """One value: its path in the answers file, its unit and what is allowed.

    Attributes:
        path: `growth_per_year`, or `modalities.{modality}.megapixels` in a template.
        unit: fixed and said in the label; shares are typed in percent.
        minimum, maximum: the possible range, in `unit` (a share for percentages).
        whole: only whole numbers make sense.
        range_wanted: a low and a high are asked for beside the likely value.
        required: the result cannot be computed without it.
        replaces: keys of the figures whose place the answer takes; of a choice, the figure
            that is kept under that key and the choice.
        modalities: in a per-modality template, those it is asked for; empty for all of them.
    """

    path: str
    label: str
    kind: FieldKind
    unit: str = ""
    options: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    percent: bool = False
    range_wanted: bool = False
    required: bool = False
    most: int | None = None
    default: Default | None = None
    replaces: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()

    @property
    def option_keys(self) -> tuple[str, ...]:
        """The keys of the allowed answers, in order."""
        return tuple(option.key for option in self.options)


@dataclass(frozen=True)
class Gate:
    """A question is shown only when another answer is among `values`; `why` says so."""

    path: str
    values: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Question:
    """One question with its fields, why it is asked and what it drives.

    Attributes:
        code: its number in the published questionnaire, for example `W4`.
        core: one of the questions that give a first result.
        drives: `tco:...`, `crit:...`, `veto:V1`, `weights`, `cases`, `unc` or `gate`.
        modalities: for a per-modality template, those it applies to; empty for all.
    """

    key: str
    code: str
    section: str
    core: bool
    text: str
    hint: str
    why: str
    drives: tuple[str, ...]
    fields: tuple[Field, ...]
    gate: Gate | None = None
    per_modality: bool = False
    modalities: tuple[str, ...] = ()

    def applies_to(self, modality: str) -> bool:
        """Whether this template is asked for `modality`."""
        return not self.modalities or modality in self.modalities

    def for_modality(self, modality: str) -> "Question":
        """The template filled in for one modality."""
        fields = tuple(
            replace(f, path=f.path.replace(PER_MODALITY, modality))
            for f in self.fields
            if not f.modalities or modality in f.modalities
        )
        return replace(self, key=f"{modality}.{self.key}", fields=fields, per_modality=False)


@dataclass(frozen=True)
class Section:
    """A page of the questionnaire."""

    key: str
    title: str
    intro: str


@dataclass(frozen=True)
class QuestionSet:
    """One version of the questionnaire, with the must-haves that judge its answers."""

    version: int
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    @cached_property
    def modality_options(self) -> tuple[Choice, ...]:
        """The modalities one may choose, in order."""
        return self._templates_by_path["modalities"].options

    @cached_property
    def _every_field(self) -> Mapping[str, Field]:
        return self.fields([option.key for option in self.modality_options])

    @cached_property
    def _templates_by_path(self) -> Mapping[str, Field]:
        return {field.path: field for question in self.questions for field in question.fields}

    @cached_property
    def replacing(self) -> tuple[Field, ...]:
        """The fields whose answers take the place of figures."""
        return tuple(f for question in self.questions for f in question.fields if f.replaces)

    @cached_property
    def _rules_by_key(self) -> Mapping[str, Rule]:
        return {rule.key: rule for rule in self.rules}

    def rule(self, key: str) -> Rule:
        """The must-have `key`.

        Raises:
            MissingFact: there is none, as in a snapshot from before they were data.
        """
        try:
            return self._rules_by_key[key]
        except KeyError:
            raise MissingFact(f"There is no must-have {key!r}.") from None

    @cached_property
    def zone_rules(self) -> tuple[Rule, ...]:
        """The must-haves about one kind of data in one place."""
        return tuple(rule for rule in self.rules if rule.about == "zone")

    @cached_property
    def section_keys(self) -> Mapping[str, str]:
        """Field path → key of the section that asks for it, for every modality."""
        every = [option.key for option in self.modality_options]
        return {f.path: q.section for q in self.asked(every) for f in q.fields}

    def section(self, key: str) -> Section:
        """The section named `key`.

        Raises:
            NotFound: there is no such section.
        """
        for section in self.sections:
            if section.key == key:
                return section
        message = f"There is no section named {key!r}."
        raise NotFound(message)

    @cached_property
    def _every_question(self) -> Mapping[str, Question]:
        every = [option.key for option in self.modality_options]
        return {question.key: question for question in self.asked(every)}

    def question(self, key: str) -> Question:
        """The question named `key`, for any modality: `growth`, `image.volume`.

        Raises:
            NotFound: there is no such question.
        """
        try:
            return self._every_question[key]
        except KeyError:
            message = f"There is no question named {key[:40]!r}."
            raise NotFound(message) from None

    def question_at(self, path: str) -> Question:
        """The first question with an answer at `path` or below it, for any modality.

        Raises:
            NotFound: no question has one.
        """
        for question in self._every_question.values():
            if any(f"{field.path}.".startswith(f"{path}.") for field in question.fields):
                return question
        message = f"No question has a field at {path!r}."
        raise NotFound(message)

    def asked(self, modalities: Collection[str]) -> Iterator[Question]:
        """Every question in order, with the templates filled in for `modalities`."""
        for question in self.questions:
            if question.per_modality:
                yield from (
                    question.for_modality(modality.key)
                    for modality in self.modality_options
                    if modality.key in modalities and question.applies_to(modality.key)
                )
            else:
                yield question

    def fields(self, modalities: Collection[str]) -> Mapping[str, Field]:
        """Field path → field, for everything that is asked about `modalities`."""
        return {f.path: f for question in self.asked(modalities) for f in question.fields}

    def offering(self, path: str, options: tuple[Choice, ...]) -> "QuestionSet":
        """The same questions, with `options` in the closed field at `path`."""
        questions = tuple(
            replace(
                question,
                fields=tuple(
                    replace(f, options=options) if f.path == path else f for f in question.fields
                ),
            )
            for question in self.questions
        )
        return replace(self, questions=questions)

    def has_field(self, path: str) -> bool:
        """Whether some question asks for `path`, for any modality."""
        return path in self._every_field

    def field(self, path: str) -> Field:
        """The field at `path`, for any modality.

        Raises:
            NotFound: no question has such a field.
        """
        try:
            return self._every_field[path]
        except KeyError:
            message = f"No question has a field {path!r}."
            raise NotFound(message) from None
