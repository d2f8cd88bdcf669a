"""The pages on which administrators read, draft and publish weight sets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.datastructures import FormData

from app.domain.decision.criteria import Criterion, WeightSet
from app.domain.decision.drafts import (
    Draft,
    in_percent,
    profile_key,
    profile_title,
    typed_anchors,
)
from app.domain.decision.scorecard import SCORED_WORLDS, Standing
from app.domain.errors import InvalidAnswers, Problem
from app.reports.words import day, in_hundred
from app.services.proposals import Proposal
from app.services.weights import (
    A_MOVE,
    LONGEST_REASON,
    MOST_NAMED,
    Change,
    Preview,
    Published,
)
from app.web import forms
from app.web.pages.base import FieldProblem, Page
from app.web.pages.blocks import ORDINALS, Input
from app.web.pages.verdict import LABELS
from app.web.pages.waiting import WaitingRow, waiting_rows

_NEW = "new_profile"
_LONGEST_TYPED = 4 * LONGEST_REASON


# ---- what was typed ------------------------------------------------------------------------


@dataclass(frozen=True)
class TypedProfile:
    """A goal profile as typed: four ranks, "" where nothing is ranked."""

    key: str
    ranks: tuple[str, ...]
    is_removed: bool = False


@dataclass(frozen=True)
class Typed:
    """A draft as it stands in the form.

    Attributes:
        based_on: the set that was published when the form was shown.
        points: criterion key → what was typed.
        anchors: criterion key → worst and best as typed.
        new_name, new_ranks: a profile that is not there yet; "" for none.
    """

    based_on: int
    points: Mapping[str, str]
    profiles: tuple[TypedProfile, ...]
    anchors: Mapping[str, tuple[str, str]]
    new_name: str = ""
    new_ranks: tuple[str, ...] = ("", "", "", "")
    reason: str = ""

    def draft(self) -> Draft:
        """What was typed, to be judged.

        Raises:
            InvalidAnswers: the new profile has the name of one that is there.
        """
        profiles = {p.key: _ranked(p.ranks) for p in self.profiles if not p.is_removed}
        if self.new_name or any(self.new_ranks):
            key = profile_key(self.new_name)
            if key in profiles:
                message = f"There is a profile {profile_title(key)} already: change that one."
                raise InvalidAnswers([Problem(_NEW, message)])
            profiles[key] = _ranked(self.new_ranks)
        return Draft(self.points, profiles, self.anchors)


def typed_from(weights: WeightSet, based_on: int) -> Typed:
    """A draft that begins as `weights`."""
    return Typed(
        based_on=based_on,
        points={key: f"{share * 100:.10g}" for key, share in weights.default_weights.items()},
        profiles=tuple(_typed_profile(key, ranked) for key, ranked in weights.profiles.items()),
        anchors=_typed_anchors(weights),
    )


def typed_again(draft: Draft, published: Published) -> Typed:
    """A draft that begins as an earlier one, beside the set that is in force now."""
    return Typed(
        based_on=published.number,
        points=draft.points,
        profiles=tuple(_typed_profile(*profile) for profile in draft.profiles.items()),
        anchors={**_typed_anchors(published.weights), **draft.anchors},
    )


def _typed_anchors(weights: WeightSet) -> dict[str, tuple[str, str]]:
    return {criterion.key: typed_anchors(criterion) for criterion in weights.criteria}


def _typed_profile(key: str, ranked: Sequence[str]) -> TypedProfile:
    return TypedProfile(key, (*ranked, "", "", "", "")[: len(ORDINALS)])


def posted_draft(posted: FormData, criteria: Sequence[Criterion]) -> Typed:
    """The draft that the form carried."""
    based_on = forms.text(posted, "based_on")
    keys = dict.fromkeys(forms.texts(posted, "profile"))
    return Typed(
        based_on=int(based_on) if based_on.isdecimal() else 0,
        points={c.key: forms.text(posted, f"weight.{c.key}") for c in criteria},
        profiles=tuple(
            TypedProfile(
                key,
                _posted_ranks(posted, f"profile.{key}"),
                bool(forms.text(posted, f"profile.{key}.remove")),
            )
            for key in keys
        ),
        anchors={c.key: ends for c in criteria if (ends := _posted_ends(posted, c)) is not None},
        new_name=forms.text(posted, f"{_NEW}.name"),
        new_ranks=_posted_ranks(posted, _NEW),
        reason=forms.text(posted, "reason", longest=_LONGEST_TYPED),
    )


def _posted_ends(posted: FormData, criterion: Criterion) -> tuple[str, str] | None:
    """Worst and best as typed; None where the form has no such fields, so that they stay."""
    names = f"anchor.{criterion.key}.worst", f"anchor.{criterion.key}.best"
    if not any(name in posted for name in names):
        return None
    return forms.text(posted, names[0]), forms.text(posted, names[1])


def _posted_ranks(posted: FormData, name: str) -> tuple[str, ...]:
    return tuple(forms.text(posted, f"{name}.{rank}") for rank in forms.RANKS)


def _ranked(ranks: Sequence[str]) -> tuple[str, ...]:
    return tuple(key for key in ranks if key)


# ---- the published sets ----------------------------------------------------------------------


@dataclass(frozen=True)
class CriterionRow:
    """A criterion with its published weight, and what worst and best are on it."""

    title: str
    share: str
    swing: str
    meaning: str


@dataclass(frozen=True)
class ProfileRow:
    """A goal profile and what it ranks, in words."""

    title: str
    ranks: str


@dataclass(frozen=True)
class VersionRow:
    """One published set; `changes` against the one before it."""

    number: int
    published: str
    by: str
    reason: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class WeightsPage(Page):
    """The set in force, and every one before it."""

    template: ClassVar[str] = "admin/weights.html"

    number: int
    waiting: tuple[WaitingRow, ...]
    criteria: tuple[CriterionRow, ...]
    profiles: tuple[ProfileRow, ...]
    versions: tuple[VersionRow, ...]


def weights_page(listed: Sequence[Published], waiting: Sequence[Proposal]) -> WeightsPage:
    """The published sets, of which there is at least one, newest first."""
    newest = listed[0].weights
    before = [published.weights for published in listed[1:]]
    return WeightsPage(
        number=newest.version,
        waiting=waiting_rows(waiting),
        criteria=tuple(
            CriterionRow(c.title, _share(newest.default_weights[c.key]), swing(c), c.meaning)
            for c in newest.criteria
        ),
        profiles=tuple(
            ProfileRow(profile_title(key), _ranking(ranked, newest))
            for key, ranked in newest.profiles.items()
        ),
        versions=tuple(
            VersionRow(
                number=published.number,
                published=day(published.at),
                by=published.by,
                reason=published.reason,
                changes=tuple(_changes(before[i], published.weights)) if i < len(before) else (),
            )
            for i, published in enumerate(listed)
        ),
    )


@dataclass(frozen=True)
class BesideRow:
    """One criterion or profile in two sets; "" where a set does not have it."""

    title: str
    other: str
    this: str

    @property
    def differs(self) -> bool:
        """Whether the two say something else."""
        return self.other != self.this


@dataclass(frozen=True)
class WeightSetPage(Page):
    """One published set beside another.

    Attributes:
        other: the number of the other set.
        others: numbers and words of the sets to hold it against.
    """

    template: ClassVar[str] = "admin/weight_set.html"

    number: int
    is_in_force: bool
    published: str
    by: str
    reason: str
    other: int
    others: tuple[tuple[int, str], ...]
    weights: tuple[BesideRow, ...]
    profiles: tuple[BesideRow, ...]
    anchors: tuple[BesideRow, ...]


def weight_set_page(
    this: Published, other: Published, listed: Sequence[Published]
) -> WeightSetPage:
    """The set `this` beside `other`; `listed` are all, newest first."""
    keys = dict.fromkeys((*other.weights.profiles, *this.weights.profiles))
    return WeightSetPage(
        number=this.number,
        is_in_force=this.number == listed[0].number,
        published=day(this.at),
        by=this.by,
        reason=this.reason,
        other=other.number,
        others=tuple(
            (one.number, f"Set {one.number}, {day(one.at)}")
            for one in listed
            if one.number != this.number
        ),
        weights=tuple(
            BesideRow(c.title, _share_of(c.key, other.weights), _share_of(c.key, this.weights))
            for c in this.weights.criteria
        ),
        profiles=tuple(
            BesideRow(
                profile_title(key), _ranks_of(key, other.weights), _ranks_of(key, this.weights)
            )
            for key in keys
        ),
        anchors=tuple(
            BesideRow(c.title, _swing_of(c.key, other.weights), swing(c))
            for c in this.weights.criteria
        ),
    )


def _swing_of(criterion: str, weights: WeightSet) -> str:
    return next((swing(c) for c in weights.criteria if c.key == criterion), "")


def _share_of(criterion: str, weights: WeightSet) -> str:
    share = weights.default_weights.get(criterion)
    return "" if share is None else _share(share)


def _ranks_of(profile: str, weights: WeightSet) -> str:
    ranked = weights.profiles.get(profile)
    return "" if ranked is None else _ranking(ranked, weights)


def _changes(before: WeightSet, after: WeightSet) -> Iterator[str]:
    """What differs between two sets, in words."""
    titles = {c.key: c.title for c in after.criteria}
    for key, share in after.default_weights.items():
        was = before.default_weights.get(key, 0.0)
        if abs(was - share) > 1e-9:
            yield f"{titles[key]}: {_share(was)} to {_share(share)}"
    yield from _changed_scales(before, after)
    for key in dict.fromkeys((*before.profiles, *after.profiles)):
        title = f"Profile {profile_title(key)}"
        if key not in after.profiles:
            yield f"{title}: removed"
        elif key not in before.profiles:
            yield f"{title}: new, {_ranking(after.profiles[key], after)}"
        elif before.profiles[key] != after.profiles[key]:
            yield f"{title}: {_ranking(after.profiles[key], after)}"


def _changed_scales(before: WeightSet, after: WeightSet) -> Iterator[str]:
    for criterion in after.criteria:
        if (was_swing := _swing_of(criterion.key, before)) != swing(criterion):
            yield f"{criterion.title}: the scale is {swing(criterion)}; it was {was_swing}"


def _share(share: float) -> str:
    if 0 < share < 0.0005:
        return "under 0.1%"
    return f"{round(share * 100, 1):g}%"


def swing(criterion: Criterion) -> str:
    """From the worst to the best of the scale, in words, and to the last digit."""
    worst, best = (f"{float(end):,.10g}" for end in typed_anchors(criterion))
    if in_percent(criterion):
        return f"from {worst}% to {best}{_unit(criterion)}"
    return f"from {worst} to {best} {_unit(criterion)}"


def _ranking(ranked: Sequence[str], weights: WeightSet) -> str:
    titles = {c.key: c.title.lower() for c in weights.criteria}
    return ", then ".join(titles[key] for key in ranked) or "the default weights"


# ---- a draft ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """A criterion to rank."""

    value: str
    label: str


@dataclass(frozen=True)
class WeightInput:
    """The weight of one criterion: published, typed, and what share it makes."""

    id: str
    name: str
    title: str
    swing: str
    published: str
    value: str
    share: str
    problem: str


@dataclass(frozen=True)
class AnchorInput:
    """Worst and best of the scale of one criterion: published, and typed in `unit`."""

    id: str
    name: str
    title: str
    measure: str
    published: str
    unit: str
    worst: str
    best: str
    problem: str


@dataclass(frozen=True)
class ProfileInput:
    """One goal profile; `options` are the criteria to choose each rank from."""

    id: str
    key: str
    title: str
    inputs: tuple[Input, ...]
    options: tuple[Choice, ...]
    is_removed: bool
    problem: str


@dataclass(frozen=True)
class ChangedRow:
    """A project whose answer would change."""

    name: str
    address: str
    now: str
    then: str
    moves: str


@dataclass(frozen=True)
class Effect:
    """What the draft would change: in the set, and in the saved projects."""

    differences: tuple[str, ...]
    headline: str
    notes: tuple[str, ...]
    rows: tuple[ChangedRow, ...]


@dataclass(frozen=True)
class DraftPage(Page):
    """The form of a draft.

    Attributes:
        based_on: the published set that the draft is compared with.
        overtaken: who published what while the draft was made; empty if nobody did.
        effect: what the draft would change; None until that is asked.
        worlds: over how many worlds it is looked at.
        may_publish: the button is there: after a look at what would change, or a try to publish.
        is_proposed: it waits for a second person when it is published.
    """

    template: ClassVar[str] = "admin/weights_draft.html"

    based_on: int
    overtaken: str
    weights: tuple[WeightInput, ...]
    anchors: tuple[AnchorInput, ...]
    profiles: tuple[ProfileInput, ...]
    new_profile: ProfileInput
    new_name: str
    reason: str
    reason_problem: str
    problems: tuple[FieldProblem, ...]
    effect: Effect | None
    worlds: int
    may_publish: bool
    is_proposed: bool


def draft_page(
    published: Published,
    typed: Typed,
    *,
    problems: Sequence[Problem] = (),
    preview: Preview | None = None,
    is_proposed: bool = False,
) -> DraftPage:
    """The form as typed, beside the newest published set.

    Args:
        published: the set in force; if the draft began from another, the page says so.
        preview: what the draft would change, if that was asked.
        is_proposed: it waits for a second person when it is published.
    """
    wrong = {_place(problem.path, typed): problem.message for problem in problems}
    overtaken = "" if typed.based_on == published.number else _overtaken(published)
    return DraftPage(
        based_on=published.number,
        overtaken=overtaken,
        weights=tuple(
            _weight(c, published.weights, typed, wrong, preview) for c in published.weights.criteria
        ),
        anchors=tuple(_anchor(c, typed, wrong) for c in published.weights.criteria),
        profiles=tuple(
            _profile(p.key, profile_title(p.key), p, published.weights, wrong)
            for p in typed.profiles
        ),
        new_profile=_profile(
            _NEW, "A new profile", TypedProfile(_NEW, typed.new_ranks), published.weights, wrong
        ),
        new_name=typed.new_name,
        reason=typed.reason,
        reason_problem=wrong.get("reason", ""),
        problems=tuple(FieldProblem(f"#{place}", text) for place, text in wrong.items()),
        effect=effect_of(published, preview) if preview else None,
        worlds=SCORED_WORLDS,
        may_publish=bool(preview or wrong or overtaken),
        is_proposed=is_proposed,
    )


def _place(path: str, typed: Typed) -> str:
    """The id of the field that a problem is about."""
    kind, _, key = path.partition(".")
    if kind == "weight":
        return f"weight-{key}"
    if kind == "anchor":
        return f"anchor-{key}-worst"
    if kind == "reason":
        return "reason"
    is_there = any(p.key == key for p in typed.profiles)
    return f"profile-{key}-1" if is_there else f"profile-{_NEW}-name"


def _overtaken(published: Published) -> str:
    return (
        f"{published.by} published set {published.number} while this draft was being made: "
        f"{published.reason} Your draft is below as you typed it, beside that set. "
        "If it still holds, publish it again."
    )


def _weight(
    criterion: Criterion,
    published: WeightSet,
    typed: Typed,
    wrong: Mapping[str, str],
    preview: Preview | None,
) -> WeightInput:
    identity = f"weight-{criterion.key}"
    return WeightInput(
        id=identity,
        name=f"weight.{criterion.key}",
        title=criterion.title,
        swing=swing(criterion),
        published=_share(published.default_weights[criterion.key]),
        value=typed.points.get(criterion.key, ""),
        share=_share(preview.weights.default_weights[criterion.key]) if preview else "",
        problem=wrong.get(identity, ""),
    )


def _anchor(criterion: Criterion, typed: Typed, wrong: Mapping[str, str]) -> AnchorInput:
    identity = f"anchor-{criterion.key}"
    worst, best = typed.anchors.get(criterion.key, typed_anchors(criterion))
    return AnchorInput(
        id=identity,
        name=f"anchor.{criterion.key}",
        title=criterion.title,
        measure=criterion.measure,
        published=swing(criterion),
        unit=_unit(criterion),
        worst=worst,
        best=best,
        problem=wrong.get(f"{identity}-worst", ""),
    )


def _unit(criterion: Criterion) -> str:
    """In which unit the ends of a scale are typed."""
    if not in_percent(criterion):
        return criterion.unit
    return f"%{criterion.unit.removeprefix('share').removeprefix('probability')}"


def _profile(
    key: str, title: str, typed: TypedProfile, weights: WeightSet, wrong: Mapping[str, str]
) -> ProfileInput:
    identity = f"profile-{key}"
    name = key if key == _NEW else f"profile.{key}"
    ranks = zip(forms.RANKS, ORDINALS, typed.ranks, strict=True)
    problem = wrong.get(f"{identity}-1", "") or wrong.get(f"{identity}-name", "")
    return ProfileInput(
        id=identity,
        key=key,
        title=title,
        inputs=tuple(Input(f"{identity}-{i}", f"{name}.{i}", word, v) for i, word, v in ranks),
        options=tuple(Choice(c.key, c.title) for c in weights.criteria),
        is_removed=typed.is_removed,
        problem=problem,
    )


# ---- what a draft would change -----------------------------------------------------------------


def effect_of(published: Published, preview: Preview) -> Effect:
    """What a draft would change against what is published, in words."""
    return Effect(
        differences=tuple(_changes(published.weights, preview.weights)),
        headline=_headline(preview),
        notes=tuple(_notes(preview)),
        rows=tuple(map(_changed_row, preview.changes)),
    )


def _headline(preview: Preview) -> str:
    every = f"all {_projects(preview.projects)} (of which {_samples(preview.samples)})"
    if not preview.projects:
        return "There is no saved version to look at yet, so nothing changes."
    if preview.options or preview.labels:
        return (
            f"{_projects(preview.options)} would get another recommended option, and "
            f"{preview.labels} more another label, of {every}."
        )
    if preview.own_ranking == preview.projects:
        return f"Nothing changes: {every} use their own ranking, which no weight set moves."
    return f"Nothing changes: {every} keep their recommended option and their label."


def _notes(preview: Preview) -> Iterator[str]:
    if 0 < preview.own_ranking < preview.projects:
        yield f"{_projects(preview.own_ranking)} with a ranking of their own cannot change."
    if preview.without_profile:
        yield (
            f"{_projects(preview.without_profile)} chose a profile that the draft removes, and "
            "must choose again before the next version is saved; until then counted with the "
            "default weights."
        )
    if preview.not_comparable:
        yield (
            f"{_projects(preview.not_comparable)} cannot be compared: saved before Footing kept "
            "what that takes."
        )
    yield from _notes_on_leads(preview)
    unread = preview.projects - preview.own_ranking - preview.closely
    if unread > 0:
        yield (
            f"The {_projects(preview.closely)} that are closest, or named below, were weighed "
            f"variation by variation; the other {unread:,} by their mean scores, which give no "
            f"label{' and on another scale are near, not exact' if preview.moves_anchors else ''}."
        )
    hidden = preview.options + preview.labels - len(preview.changes)
    if hidden:
        yield (
            f"{_projects(hidden)} of those that change are not named: they are not yours to see, "
            f"or more than {MOST_NAMED} change."
        )


def _notes_on_leads(preview: Preview) -> Iterator[str]:
    if preview.fixed:
        yield (
            f"{_projects(preview.fixed)} cannot be put on other scales: saved before Footing kept "
            "what was measured. They can once a new version is saved."
        )
    if preview.moves_anchors:
        yield (
            "Projects that rank the criteria themselves are among them: a weight is what going "
            "from the worst to the best is worth, so another scale moves them too."
        )
    if preview.closer or preview.further:
        yield (
            f"The lead over the next family shrinks in {_projects(preview.closer)} and grows in "
            f"{_projects(preview.further)}, by more than {A_MOVE:g} of the score."
        )


def _projects(count: int) -> str:
    return "1 project" if count == 1 else f"{count:,} projects"


def _samples(count: int) -> str:
    return "1 sample" if count == 1 else f"{count} samples"


def _changed_row(change: Change) -> ChangedRow:
    project = change.project
    is_sample = project.sample_key is not None
    return ChangedRow(
        name=project.name,
        address=f"/sample/{project.sample_key}" if is_sample else f"/projects/{project.id}",
        now=_standing(change.now),
        then=_standing(change.then),
        moves=f"{in_hundred(change.now.lead)}, then {in_hundred(change.then.lead)}",
    )


def _standing(standing: Standing) -> str:
    if standing.best is None:
        return "No option left"
    label = LABELS[standing.label][0]
    return f"{label}: {standing.best.title}, in {in_hundred(standing.share)} worlds"
