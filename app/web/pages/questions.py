"""The questionnaire as pages: one section at a time, and how far each section is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from app.domain.errors import NotFound, Problem
from app.domain.questionnaire.questions import Question, QuestionSet
from app.services.projects import Project
from app.web import forms
from app.web.forms import Edit
from app.web.pages.asking import NOTHING_KNOWN, NextQuestions
from app.web.pages.base import FieldProblem, Page
from app.web.pages.blocks import Block, Draft, Stored, block

MODALITIES = "modalities"
CHECK = "check"  # where "Save and continue" returns to


@dataclass(frozen=True)
class Way:
    """Where the pages of a project's questions are, for whoever walks from one to the next.

    Attributes:
        base: what every address begins with.
        end: where it leads after the last section.
        sections: keys of the sections that are on the way; None for all.
    """

    base: str
    end: str
    sections: frozenset[str] | None = None

    @property
    def is_by_link(self) -> bool:
        """Whether only some sections are on it, for somebody without an account."""
        return self.sections is not None

    def question(self, question: Question) -> str:
        """Where one question is alone, with its notes and its earlier answers."""
        return f"{self.section(question.section)}/{question.key}"

    def section(self, key: str) -> str:
        """Where the section named `key` is."""
        return f"{self.base}/questions/{key}"

    def keys(self, questions: QuestionSet) -> list[str]:
        """The keys of the sections on the way, in order."""
        every = (section.key for section in questions.sections)
        return [key for key in every if self.sections is None or key in self.sections]

    def addresses(self, questions: QuestionSet) -> dict[str, str]:
        """Key of each section on the way → where it is."""
        return {key: self.section(key) for key in self.keys(questions)}


def way_through(project: Project) -> Way:
    """The way of those who may see all of a project."""
    base = f"/projects/{project.id}"
    return Way(base, end=f"{base}/check")


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
        home, here, save_to: addresses of the project, of this page and of autosave.
        choose_modalities: where the kinds of data are chosen; empty if that is not on the way.
        window: a name for this page, as long as it is open.
        links: address and title of every section.
        blocks: the questions that are asked once.
        cards: the questions that are asked per modality, a card for each chosen one.
        wants_modalities: this section asks per modality and none is chosen yet.
        returns: `check` when the reader came from the check page, or a question's key from its own.
        is_by_link: the reader has no account and sees these sections only.
        saved: what an autosave just stored, in words; empty on the whole page.
        touched: questions whose state an autosave puts in place.
        changed: questions that it puts in place where the page has them hidden, or shown.
        renewed: questions that it puts in place because somebody else's answer was taken.
        asking: what is worth answering next, anywhere; it stands still while somebody types.
        usual_order: where the questions are in their usual order; empty where they are.
    """

    template: ClassVar[str] = "projects/section.html"

    project_name: str
    title: str
    intro: str
    position: str
    home: str
    here: str
    save_to: str
    choose_modalities: str
    links: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    cards: tuple[Card, ...]
    wants_modalities: bool
    returns: str
    window: str
    is_by_link: bool
    who_is_here: str
    problems: tuple[FieldProblem, ...] = ()
    saved: str = ""
    touched: tuple[Block, ...] = ()
    changed: tuple[Block, ...] = ()
    renewed: tuple[Block, ...] = ()
    cards_changed: bool = False
    asking: NextQuestions = NOTHING_KNOWN
    usual_order: str = ""

    @property
    def every_block(self) -> tuple[Block, ...]:
        """All questions of the page, in order."""
        return (*self.blocks, *(b for card in self.cards for b in card.blocks))


def section_page(  # noqa: PLR0913  # what is asked, what is stored, who looks and when
    project: Project,
    questions: QuestionSet,
    draft: Draft,
    key: str,
    way: Way,
    *,
    window: str,
    now: datetime,
    problems: Sequence[Problem] = (),
    returns: str = "",
) -> SectionPage:
    """The page of the section named `key`, with `problems` at their fields.

    Raises:
        NotFound: there is no such section on the way.
    """
    section = questions.section(key)
    keys = way.keys(questions)
    if key not in keys:
        message = "This section is not one of those that you were asked to answer."
        raise NotFound(message)
    asked = [
        (question, block(questions, question, draft, now, way.question(question), problems))
        for question in asked_questions(questions, draft.stored)
        if question.section == key
    ]
    cards = _cards(questions, asked)
    choose = section_of(questions, MODALITIES)
    page = SectionPage(
        project_name=project.name,
        title=section.title,
        intro=section.intro,
        position=f"Section {keys.index(key) + 1} of {len(keys)}",
        home=way.base,
        here=way.section(key),
        save_to=f"{way.base}/answers",
        choose_modalities=way.section(choose) if choose in keys else "",
        links=tuple((way.section(k), questions.section(k).title) for k in keys),
        blocks=tuple(shown for question, shown in asked if not modality_of(question)),
        cards=cards,
        wants_modalities=not cards
        and any(q.per_modality and q.section == key for q in questions.questions),
        returns=returns,
        window=window,
        is_by_link=way.is_by_link,
        who_is_here="" if way.is_by_link else f"{way.base}/here/{key}?window={window}",
    )
    return replace(page, problems=_problems_on(page))


def by_worth(page: SectionPage, worth: Sequence[str]) -> SectionPage:
    """The page with what a first result needs first, and then by what each answer is worth.

    Args:
        worth: fields whose answers may change the result, those that may change it most first;
            questions of none of them follow in the usual order.
    """
    ranks = {path: rank for rank, path in enumerate(worth)}

    def place(shown: Block) -> tuple[bool, int]:
        rank = min(ranks.get(field.path, len(ranks)) for field in shown.fields)
        return shown.is_optional, rank if shown.is_optional else 0

    blocks = tuple(sorted(page.blocks, key=place))
    cards = tuple(replace(card, more=tuple(sorted(card.more, key=place))) for card in page.cards)
    if (blocks, cards) == (page.blocks, page.cards):
        return page
    return replace(page, blocks=blocks, cards=cards, usual_order=f"{page.here}?order=usual")


def _problems_on(page: SectionPage) -> tuple[FieldProblem, ...]:
    return tuple(
        FieldProblem(f"#{field.first}", field.problem)
        for shown in page.every_block
        for field in shown.fields
        if field.problem and not shown.is_hidden
    )


def saved_page(page: SectionPage, edit: Edit, saved: str) -> SectionPage:
    """What an autosave puts in place: what it says, and what changed on its section's `page`."""
    posted = {*edit.given, *edit.taken}
    clashing = next((shown.choosing for shown in page.every_block if shown.choosing), None)
    return replace(
        page,
        saved=clashing.said if clashing else saved,
        touched=_about(page, edit.given.keys()),
        changed=tuple(b for b in page.every_block if b.waits_for in posted),
        renewed=_about(page, edit.taken),
        cards_changed=MODALITIES in posted and bool(page.cards or page.wants_modalities),
    )


def _about(page: SectionPage, paths: Collection[str]) -> tuple[Block, ...]:
    return tuple(b for b in page.every_block if any(field.path in paths for field in b.fields))


def section_of(questions: QuestionSet, path: str) -> str:
    """The key of the section that asks for `path`, for any modality."""
    return questions.section_keys.get(path, questions.questions[0].section)


def section_address(project: Project, key: str) -> str:
    """Where the section named `key` is."""
    return f"/projects/{project.id}/questions/{key}"


def after(page: SectionPage, way: Way, questions: QuestionSet, posted: Collection[str]) -> str:
    """Where "Save and continue" leads: to a question that has just appeared, or onwards.

    From a question's own page it leads back there.
    """
    if page.returns and page.returns != CHECK:
        return f"{page.here}/{page.returns}"
    for shown in page.every_block:
        if not shown.is_hidden and not any(f.path in posted for f in shown.fields):
            return f"{page.here}#{shown.id}"
    addresses = [way.section(key) for key in way.keys(questions)]
    following = addresses[addresses.index(page.here) + 1 :]
    return following[0] if following and not page.returns else way.end


def chosen_from(page: SectionPage, edit: Edit) -> str:
    """Where choosing between two answers leads: to the question that they are about."""
    of = [*_about(page, edit.taken), *_about(page, edit.seen)]
    return f"{page.here}#{of[0].id}" if of else page.here


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


def _cards(questions: QuestionSet, asked: Sequence[tuple[Question, Block]]) -> tuple[Card, ...]:
    """A card for each chosen modality that any of the `asked` questions is about."""
    cards = []
    for modality in questions.modality_options:
        own = [shown for question, shown in asked if modality_of(question) == modality.key]
        core = tuple(shown for shown in own if not shown.is_optional)
        more = tuple(shown for shown in own if shown.is_optional)
        if own:
            cards.append(Card(modality.key, modality.label, core, more))
    return tuple(cards)
