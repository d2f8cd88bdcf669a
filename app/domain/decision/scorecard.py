"""What an assessment found before anything was weighed, and what a set of weights makes of it.

An administrator who drafts weights wants to know which saved projects would change their
answer. Sizing and pricing depend neither on weights nor on anchors, so they are not done again:
what was measured of the options in the first worlds is kept with each assessment, and only valued
and scored anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.domain.decision.criteria import Anchors, WeightSet
from app.domain.decision.robustness import Label, held_back, robustness
from app.domain.decision.scoring import Measures, scores
from app.domain.decision.weights import drawn_weights, likely_weights
from app.domain.options import Family
from app.domain.worlds import Array, Worlds

# Enough to tell a share of 0.80 from one of 0.76; what is kept grows with it.
SCORED_WORLDS = 500


@dataclass(frozen=True)
class Contender:
    """An option that may be chosen; `is_doubtful`: a placement of it is not verified."""

    key: str
    title: str
    family: Family
    is_doubtful: bool


@dataclass(frozen=True)
class LikelyCase:
    """The options that may be chosen in the likely world.

    Attributes:
        families: of each option.
        values: (options, criteria), in [0, 1].
        measures: what `values` were made of, in one world; None where that was not kept.
    """

    families: tuple[Family, ...]
    values: Array
    measures: Measures | None = None

    def on(self, changed: Mapping[int, Anchors]) -> "LikelyCase":
        """The same, with other anchors on some criteria; as it is without measures."""
        if self.measures is None:
            return self
        return replace(self, values=self.measures.revalued(self.values[None], changed)[0])

    def winner(self, weights: Array) -> Family | None:
        """The family of the best option under `weights` (criteria,); None without options."""
        if not self.families:
            return None
        return self.families[int(np.argmax(scores(self.values[None], weights[None])[0]))]


@dataclass(frozen=True)
class Scorecard:
    """What an assessment found, weighed by nobody yet.

    Attributes:
        values: (worlds, contenders, criteria), in [0, 1]; the first worlds of the assessment.
        ranked: criteria that the team ranked itself, best first; no set of weights moves them.
        profile: the goal profile it chose instead; "" for none.
        likely: the likely world as answered; nothing when no core choice is open.
        open_choices: for each core choice that is open, the likely world with each alternative.
        anchors: those that `values` are on; none where they are those that shipped, because the
            version was saved before others could be published.
        measures: what `values` were made of; None where that was not kept.
    """

    contenders: tuple[Contender, ...]
    values: Array
    ranked: tuple[str, ...]
    profile: str
    seed: int
    likely: LikelyCase
    open_choices: tuple[tuple[LikelyCase, ...], ...]
    anchors: tuple[Anchors, ...] = ()
    measures: Measures | None = None

    def on(self, anchors: tuple[Anchors, ...]) -> "Scorecard":
        """The same, valued on other anchors.

        Validity: a card without measures stays on the anchors that it was made with.
        """
        if self.measures is None or anchors == self.anchors:
            return self
        both = zip(self.anchors, anchors, strict=True)
        changed = {j: after for j, (before, after) in enumerate(both) if before != after}
        return replace(
            self,
            values=self.measures.revalued(self.values, changed),
            likely=self.likely.on(changed),
            open_choices=tuple(tuple(c.on(changed) for c in cases) for cases in self.open_choices),
            anchors=anchors,
        )


@dataclass(frozen=True)
class Standing:
    """What a set of weights makes of a scorecard.

    Attributes:
        best: None when no option may be chosen.
        share: of the worlds, won by the family of the best option.
        lead: by how much of the worlds that family is ahead of the next; 1 if it is alone.
    """

    best: Contender | None
    label: Label
    share: float
    lead: float


def standing(card: Scorecard, weights: WeightSet) -> Standing:
    """What `weights` make of `card`: the same as an assessment with them, in the same worlds.

    Validity: `weights` has the criteria of the card, in its order, and for a card without measures
    their anchors too.
    """
    card = card.on(weights.anchors)
    ranked = card.ranked or weights.profiles.get(card.profile, ())
    return standing_with(
        card,
        likely=likely_weights(ranked, weights),
        drawn=drawn_weights(ranked, weights, Worlds(len(card.values), card.seed)),
        has_priorities=bool(ranked),
    )


def standing_with(
    card: Scorecard, *, likely: Array, drawn: Array, has_priorities: bool
) -> Standing:
    """What weights make of `card`, whoever they are of.

    Args:
        likely: (criteria,), summing to 1; drawn: (worlds, criteria), the same in each world.
        has_priorities: somebody ranked or weighed; if nobody did, the label is capped.
    """
    robust = robustness(
        scores(card.values, drawn),
        {contender.key: contender.family for contender in card.contenders},
        [True] * len(card.contenders),
        has_priorities=has_priorities,
        doubtful=[contender.key for contender in card.contenders if contender.is_doubtful],
    )
    best = next((c for c in card.contenders if c.key == robust.best), None)
    if best is None:
        return Standing(None, robust.label, 0.0, 0.0)
    shares = sorted(robust.family_shares.values(), reverse=True)
    return Standing(
        best=best,
        label=held_back(robust.label, choice_decides=_an_open_choice_decides(card, likely)),
        share=robust.family_shares[best.family],
        lead=shares[0] - shares[1],
    )


def _an_open_choice_decides(card: Scorecard, weights: Array) -> bool:
    now = card.likely.winner(weights)
    return any(_flips(cases, now, weights) for cases in card.open_choices)


def _flips(cases: Sequence[LikelyCase], now: Family | None, weights: Array) -> bool:
    return any(case.winner(weights) != now for case in cases)
