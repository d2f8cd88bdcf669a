"""The page on which everybody weighs alone, and sees whether the choice survives everybody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.datastructures import FormData

from app.domain.decision.criteria import Criterion, WeightSet
from app.domain.decision.drafts import profile_title
from app.domain.decision.scorecard import SCORED_WORLDS, Standing
from app.domain.decision.stakeholders import SURENESS, Agreement, Hinge, Stated, Sureness, likely_of
from app.domain.errors import Problem
from app.domain.options import FAMILY_TITLES
from app.reports.words import day, in_hundred, percent
from app.services.answer_links import Invited
from app.services.assessments import SavedAssessment
from app.services.projects import Project
from app.services.stakeholders import ByLink, Stakeholder, Weighed
from app.web import forms
from app.web.pages.base import Faults, Page, faults
from app.web.pages.blocks import ORDINALS, Input
from app.web.pages.share_links import Pick, named
from app.web.pages.verdict import LABELS, Json
from app.web.pages.weights import Choice, swing

SURENESS_WORDS: Mapping[Sureness, tuple[str, str]] = {
    "order_only": ("The order only", "Any weights in this order may be right."),
    "loose": ("Not very sure", "A weight of 20 may well be 8 or 32."),
    "middling": ("Fairly sure", "A weight of 20 may well be 13 or 27."),
    "firm": ("Sure", "A weight of 20 may well be 16 or 24."),
}
# Below this difference in value, of 1, no weight of the criterion could move a choice.
_ALIKE = 0.01
_HEAVIEST = 3


@dataclass(frozen=True)
class Typed:
    """What the form holds: `ranks` has four entries, "" where nothing is ranked."""

    method: str = "ranking"
    ranks: tuple[str, ...] = ("", "", "", "")
    points: Mapping[str, str] = field(default_factory=dict)
    sureness: str = "middling"


def posted(form: FormData, criteria: Sequence[Criterion]) -> Typed:
    """What was posted."""
    return Typed(
        method=forms.text(form, "method"),
        ranks=tuple(forms.text(form, f"ranking.{rank}") for rank in forms.RANKS),
        points={c.key: forms.text(form, f"points.{c.key}") for c in criteria},
        sureness=forms.text(form, "sureness"),
    )


def typed_from(said: Stated) -> Typed:
    """The form of what was stated."""
    return Typed(
        method=said.method,
        ranks=(*said.ranked, "", "", "", "")[: len(ORDINALS)],
        points={key: f"{worth:.10g}" for key, worth in said.points.items() if worth},
        sureness=said.sureness,
    )


@dataclass(frozen=True)
class PointsRow:
    """One criterion: what its swing is, in general and between the options of the version."""

    id: str
    name: str
    title: str
    swing: str
    here: str
    value: str
    problem: str


@dataclass(frozen=True)
class Option:
    """One entry of a group of radio buttons."""

    id: str
    value: str
    label: str
    note: str
    is_chosen: bool


@dataclass(frozen=True)
class VoiceRow:
    """What the weights of one person make of the version; `heaviest` are their first criteria."""

    name: str
    best: str
    label: str
    share: str
    heaviest: str


@dataclass(frozen=True)
class Heard:
    """Everybody's weights beside one another.

    Attributes:
        headline: whether the choice survives them.
        hinges: what the disagreements rest on, a sentence each.
        criteria: a row per criterion with everybody's weight, in the order of `rows`.
    """

    headline: str
    hinges: tuple[str, ...]
    rows: tuple[VoiceRow, ...]
    together: VoiceRow | None
    criteria: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class WeighingForm:
    """The form in which somebody says what counts for them."""

    faults: Faults
    methods: tuple[Option, ...]
    ranks: tuple[Input, ...]
    options: tuple[Choice, ...]
    profiles: tuple[tuple[str, str], ...]
    points: tuple[PointsRow, ...]
    sureness: tuple[Option, ...]
    has_stated: bool


@dataclass(frozen=True)
class GuestWeightsPage(Page):
    """Your own weights, for somebody without an account, who sees nobody else's.

    Attributes:
        here: the address of the link.
    """

    template: ClassVar[str] = "projects/guest_weights.html"

    project_name: str
    name: str
    here: str
    form: WeighingForm
    was_kept: bool


@dataclass(frozen=True)
class ByLinkRow:
    """Somebody without an account, and the form that takes their weights away."""

    name: str
    stated: str
    link: str
    take_away: str


@dataclass(frozen=True)
class StakeholdersPage(Page):
    """Your own weights, and, once they are stated, everybody's.

    Attributes:
        number: the version that is weighed; 0 when none is saved yet.
        heard: None until the reader has stated weights, and while nothing can be weighed.
        waiting: why `heard` is not there, in a sentence.
        scales: that the version has other scales than the form; empty if it has not.
        by_link: whose weights came by a link, for whoever may take them away.
    """

    template: ClassVar[str] = "projects/weights.html"

    project: Project
    number: int
    versions: tuple[Pick, ...]
    form: WeighingForm
    heard: Heard | None
    waiting: str
    worlds: int
    scales: str
    by_link: tuple[ByLinkRow, ...]


def stakeholders_page(
    weighed: Weighed,
    weights: WeightSet,
    me: int,
    *,
    by_links: Sequence[ByLink] = (),
    typed: Typed | None = None,
    problems: Sequence[Problem] = (),
) -> StakeholdersPage:
    """The page with the form as `typed`, or as the person `me` stated it before."""
    people, saved, found = weighed.people, weighed.saved, weighed.found
    mine = next((one for one in people if one.person_id == me), None)
    number = saved.number if saved else 0
    return StakeholdersPage(
        project=weighed.project,
        number=number,
        versions=tuple(
            Pick(v.number, named(v.number, v.title), v.number == number) for v in weighed.versions
        ),
        form=_form(mine.said if mine else None, weights, saved, typed, problems),
        heard=_heard(found, people, weights) if mine and found else None,
        waiting=_waiting(people, number, has_stated=mine is not None, found=found),
        worlds=SCORED_WORLDS,
        scales=_scales(number) if weighed.has_other_scales else "",
        by_link=tuple(_by_link(one, weighed.project) for one in by_links),
    )


def _scales(number: int) -> str:
    return (
        f"Version {number} was saved when other scales were in force than those below, and is "
        "weighed on its own. Save a new version to weigh it on these."
    )


def _by_link(one: ByLink, project: Project) -> ByLinkRow:
    return ByLinkRow(
        name=one.name,
        stated=day(one.at),
        link=f"{one.label}: {'open' if one.is_open else 'ended, the weights stay'}",
        take_away=f"/projects/{project.id}/weights/links/{one.link_id}/take-away",
    )


def guest_page(  # noqa: PLR0913  # who was asked, what they said, and the form
    invited: Invited,
    name: str,
    here: str,
    weights: WeightSet,
    said: Stated | None,
    *,
    typed: Typed | None = None,
    problems: Sequence[Problem] = (),
    was_kept: bool = False,
) -> GuestWeightsPage:
    """The page with the form as `typed`, or as it was stated before."""
    form = _form(said, weights, None, typed, problems)
    return GuestWeightsPage(invited.project.name, name, here, form, was_kept)


def _form(
    said: Stated | None,
    weights: WeightSet,
    saved: SavedAssessment | None,
    typed: Typed | None,
    problems: Sequence[Problem],
) -> WeighingForm:
    shown = typed or (typed_from(said) if said else Typed())
    wrong = faults(problems)
    return WeighingForm(
        faults=wrong,
        methods=_methods(shown.method),
        ranks=tuple(
            Input(f"ranking-{i}" if i > 1 else "ranking", f"ranking.{i}", word, value)
            for i, word, value in zip(forms.RANKS, ORDINALS, shown.ranks, strict=True)
        ),
        options=tuple(Choice(c.key, c.title) for c in weights.criteria),
        profiles=tuple(
            (profile_title(key), _ranking(ranked, weights))
            for key, ranked in weights.profiles.items()
            if ranked
        ),
        points=tuple(_points_row(c, shown, saved, wrong) for c in weights.criteria),
        sureness=tuple(
            Option(f"sureness-{key}", key, *SURENESS_WORDS[key], key == shown.sureness)
            for key in SURENESS
        ),
        has_stated=said is not None,
    )


def _methods(chosen: str) -> tuple[Option, ...]:
    return (
        Option("method", "ranking", "Rank up to four", "The quick way.", chosen == "ranking"),
        Option(
            "method-points",
            "points",
            "Give points",
            "For those who want to say by how much.",
            chosen == "points",
        ),
    )


def _ranking(ranked: Sequence[str], weights: WeightSet) -> str:
    titles = {c.key: c.title.lower() for c in weights.criteria}
    return ", then ".join(titles[key] for key in ranked)


def _points_row(
    criterion: Criterion, typed: Typed, saved: SavedAssessment | None, wrong: Faults
) -> PointsRow:
    name = f"points.{criterion.key}"
    return PointsRow(
        id=name,
        name=name,
        title=criterion.title,
        swing=swing(criterion),
        here=_here(criterion.key, saved.result) if saved else "",
        value=typed.points.get(criterion.key, ""),
        problem=wrong.of(name),
    )


def _here(key: str, result: Json) -> str:
    """Between which options of the version the criterion decides, and over how much of its scale.

    A weight is worth what it is given only over the difference that is really there.
    """
    known = [
        (option["criteria"][key]["value"], option["title"])
        for option in result["options"]
        if option["feasible"] and option["criteria"].get(key, {}).get("value") is not None
    ]
    if not known:
        return "Not known for any option here."
    (least, worst), (most, best) = min(known), max(known)
    if most - least < _ALIKE:
        return "All options are alike here, so it cannot decide."
    return f"Here from {100 * least:.0f} of 100 ({worst}) to {100 * most:.0f} ({best})."


def _waiting(
    people: Sequence[Stakeholder], number: int, *, has_stated: bool, found: Agreement | None
) -> str:
    if not number:
        return "No version is saved yet, so there is nothing to weigh. What you state is kept."
    if not has_stated and not people:
        return "Nobody else has stated weights yet. You may be the first."
    if not has_stated:
        some = "1 other has" if len(people) == 1 else f"{len(people)} others have"
        return f"{some} stated weights. You see what they make of it once you have stated yours."
    if found is None:
        return (
            f"Version {number} was saved before Footing kept what weighing takes; save a new one."
        )
    return ""


# ---- everybody's -------------------------------------------------------------------------------


def _heard(found: Agreement, people: Sequence[Stakeholder], weights: WeightSet) -> Heard:
    likely = [likely_of(one.said, weights) for one in people]
    return Heard(
        headline=_headline(found),
        hinges=tuple(_hinge(hinge, weights) for hinge in found.hinges),
        rows=tuple(
            _voice(voice.name, voice.standing, _heaviest(voice.weights.tolist(), weights))
            for voice in found.voices
        ),
        together=_voice("Everybody, counted equally", found.together, "")
        if len(found.voices) > 1
        else None,
        criteria=tuple(
            (c.title, tuple(percent(float(row[j])) for row in likely))
            for j, c in enumerate(weights.criteria)
        ),
    )


def _headline(found: Agreement) -> str:
    preferred = found.preferred
    (title, names), *others = preferred.items()
    if not title:
        return "No option is left to choose from, whatever anybody's weights."
    if len(found.voices) == 1:
        return f"With your weights {title} is best. Nobody else has stated weights yet."
    if not others:
        return f"{title} is best under the weights of all {len(found.voices)}."
    rest = "; ".join(f"“{other}” under those of {_names(whose)}" for other, whose in others)
    if len(found.families) == 1:
        family = FAMILY_TITLES[found.families[0]].lower()
        return (
            f"All agree on {family}, not on which: “{title}” is best under the weights of "
            f"{_names(names)}; {rest}."
        )
    return f"It depends on whose weights count: “{title}” under those of {_names(names)}; {rest}."


def _names(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _hinge(hinge: Hinge, weights: WeightSet) -> str:
    title = next(c.title.lower() for c in weights.criteria if c.key == hinge.criterion)
    said = (
        f"Between “{hinge.option}” and “{hinge.rival}” it hinges on {title}: "
        f"{_names(hinge.for_option)} {_give(hinge.for_option)} it "
        f"{_share(hinge.weight_of_option)}, {_names(hinge.for_rival)} "
        f"{_share(hinge.weight_of_rival)}."
    )
    if hinge.equal_at is None:
        return said
    return (
        f"{said} With everybody's mean weights the two score the same where {title} has "
        f"{_share(hinge.equal_at)}, the rest in proportion. Talk about that figure first."
    )


def _give(names: Sequence[str]) -> str:
    return "give" if len(names) > 1 else "gives"


def _share(share: float) -> str:
    return f"{percent(share)} of the weight"


def _voice(name: str, standing: Standing, heaviest: str) -> VoiceRow:
    if standing.best is None:
        return VoiceRow(name, "No option left", "", "", heaviest)
    label = LABELS[standing.label][0]
    return VoiceRow(name, standing.best.title, label, f"in {in_hundred(standing.share)}", heaviest)


def _heaviest(likely: Sequence[float], weights: WeightSet) -> str:
    return ", ".join(_first(likely, weights))


def _first(likely: Sequence[float], weights: WeightSet) -> Iterator[str]:
    order = sorted(range(len(likely)), key=lambda j: -likely[j])[:_HEAVIEST]
    for j in order:
        if likely[j] > 0:
            yield f"{weights.criteria[j].title.lower()} {percent(likely[j])}"
