"""The questionnaire as pages: one section at a time, and how far each section is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from app.domain.errors import Problem
from app.domain.questionnaire.questions import Question, QuestionSet
from app.services.projects import Project
from app.web import forms
from app.web.pages.base import FieldProblem, Page
from app.web.pages.blocks import Block, Stored, block

MODALITIES = "modalities"


@dataclass(frozen=True)
class Card:
    """The questions about one modality; `more` are those a first result does not need."""

    key: str
    title: str
    core: tuple[Block, ...]
    more: tuple[Block, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All of them, in the order of the page."""
        return (*self.core, *self.more)

    @property
    def more_has_problem(self) -> bool:
        """Whether something is wrong in what is folded away at first."""
        return any(field.problem for shown in self.more for field in shown.fields)


@dataclass(frozen=True)
class SectionPage(Page):
    """One section of the questionnaire.

    Attributes:
        position: which section of how many.
        here, save_to, choose_modalities: addresses of this page, of autosave, and of the
            section where the kinds of data are chosen.
        links: address and title of every section.
        blocks: the questions that are asked once.
        cards: the questions that are asked per modality, a card for each chosen one.
        wants_modalities: this section asks per modality and none is chosen yet.
        returns: `check` when the reader came from the check page.
        saved: what an autosave just stored, in words; empty on the whole page.
        touched, changed: questions whose state, or all of which, an autosave puts in place.
    """

    template: ClassVar[str] = "projects/section.html"

    project_id: int
    project_name: str
    title: str
    intro: str
    position: str
    here: str
    save_to: str
    choose_modalities: str
    links: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    cards: tuple[Card, ...]
    wants_modalities: bool
    returns: str
    problems: tuple[FieldProblem, ...] = ()
    saved: str = ""
    touched: tuple[Block, ...] = ()
    changed: tuple[Block, ...] = ()
    cards_changed: bool = False

    @property
    def every_block(self) -> tuple[Block, ...]:
        """All questions of the page, in order."""
        return (*self.blocks, *(b for card in self.cards for b in card.blocks))


def section_page(
    project: Project,
    questions: QuestionSet,
    stored: Stored,
    key: str,
    *,
    problems: Sequence[Problem] = (),
    returns: str = "",
) -> SectionPage:
    """The page of the section named `key`, with `problems` at their fields.

    Raises:
        NotFound: there is no such section.
    """
    section = questions.section(key)
    asked = [q for q in asked_questions(questions, stored) if q.section == key]
    once = tuple(block(questions, q, stored, problems) for q in asked if not modality_of(q))
    cards = _cards(questions, asked, stored, problems)
    keys = [s.key for s in questions.sections]
    page = SectionPage(
        project_id=project.id,
        project_name=project.name,
        title=section.title,
        intro=section.intro,
        position=f"Section {keys.index(key) + 1} of {len(keys)}",
        here=section_address(project, key),
        save_to=f"/projects/{project.id}/answers",
        choose_modalities=section_address(project, section_of(questions, MODALITIES)),
        links=tuple((section_address(project, s.key), s.title) for s in questions.sections),
        blocks=once,
        cards=cards,
        wants_modalities=not cards
        and any(q.per_modality and q.section == key for q in questions.questions),
        returns=returns,
    )
    return replace(page, problems=_problems_on(page))


def _problems_on(page: SectionPage) -> tuple[FieldProblem, ...]:
    return tuple(
        FieldProblem(f"#{field.first}", field.problem)
        for shown in page.every_block
        for field in shown.fields
        if field.problem and not shown.is_hidden
    )


def saved_page(
    project: Project,
    questions: QuestionSet,
    stored: Stored,
    posted: Collection[str],
    saved: str,
) -> SectionPage:
    """What an autosave of the fields in `posted` puts in place: what it says, and what changed."""
    key = section_of(questions, next(iter(posted), MODALITIES))
    page = section_page(project, questions, stored, key)
    return replace(
        page,
        saved=saved,
        touched=tuple(
            replace(b, state=saved if b.is_answered else b.state)
            for b in page.every_block
            if any(field.path in posted for field in b.fields)
        ),
        changed=tuple(b for b in page.every_block if b.waits_for in posted),
        cards_changed=MODALITIES in posted and bool(page.cards or page.wants_modalities),
    )


def section_of(questions: QuestionSet, path: str) -> str:
    """The key of the section that asks for `path`, for any modality."""
    return questions.section_keys.get(path, questions.questions[0].section)


def section_address(project: Project, key: str) -> str:
    """Where the section named `key` is."""
    return f"/projects/{project.id}/questions/{key}"


def after(
    page: SectionPage, project: Project, questions: QuestionSet, posted: Collection[str]
) -> str:
    """Where "Save and continue" leads: to a question that has just appeared, or onwards."""
    for shown in page.every_block:
        if not shown.is_hidden and not any(f.path in posted for f in shown.fields):
            return f"{page.here}#{shown.id}"
    addresses = [section_address(project, section.key) for section in questions.sections]
    following = addresses[addresses.index(page.here) + 1 :]
    return following[0] if following and not page.returns else f"/projects/{project.id}/check"


def chosen_modalities(stored: Stored) -> tuple[str, ...]:
    """The modalities that are chosen in the stored answers."""
    return forms.chosen_of(stored.get(MODALITIES))


def asked_questions(questions: QuestionSet, stored: Stored) -> tuple[Question, ...]:
    """Every question about the chosen modalities, gated ones included, in order."""
    return tuple(questions.asked(chosen_modalities(stored)))


def typed_problems(problems: Sequence[Problem], stored: Stored) -> tuple[Problem, ...]:
    """The problems with what was typed; an answer that is merely absent may still come."""
    return tuple(p for p in problems if not forms.is_blank(stored.get(p.path)))


def modality_of(question: Question) -> str:
    """The modality a filled-in template is about; empty for a question that is asked once."""
    head, _, rest = question.fields[0].path.partition(".")
    return rest.partition(".")[0] if head == MODALITIES and rest else ""


def _cards(
    questions: QuestionSet, asked: Sequence[Question], stored: Stored, problems: Sequence[Problem]
) -> tuple[Card, ...]:
    """A card for each chosen modality that any of the `asked` questions is about."""
    cards = []
    for modality in questions.modality_options:
        own = [
            block(questions, question, stored, problems)
            for question in asked
            if modality_of(question) == modality.key
        ]
        core = tuple(shown for shown in own if not shown.is_optional)
        more = tuple(shown for shown in own if shown.is_optional)
        if own:
            cards.append(Card(modality.key, modality.label, core, more))
    return tuple(cards)
