"""Which published decisions are like a project, in what, and why each is shown.

Likeness is by situation and priorities, not by industry: where the data centre is, how the
load runs, how fast answers must come, how sensitive the data is, and what was wanted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.domain.cases import Case
from app.domain.options import FAMILIES, FAMILY_TITLES, Family
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Array

# Attribute → weight in the likeness. Judgement, 2026-11-24, after which attributes mattered
# when left out of a back-test on 85 published cases (load profile and drivers most).
ATTRIBUTE_WEIGHTS: Mapping[str, float] = {
    "drivers": 3.0,
    "load_profile": 2.0,
    "existing_datacentre": 2.0,
    "data_sensitivity": 1.5,
    "modalities": 1.5,
    "latency_need": 1.0,
    "decision_scope": 1.0,
}
# A case that states less than this share (by weight) of what the project states is ranked
# behind all that state more: one attribute in common is no likeness.
LEAST_STATED = 0.5
NEAREST = 3
_SAME, _DIFFERENT = 0.75, 0.25

# The closed attributes and their levels; of an ordered one, near levels are more alike.
_LEVELS: Mapping[str, tuple[str, ...]] = {
    "load_profile": ("steady", "growing", "seasonal", "bursty"),
    "existing_datacentre": ("no", "yes"),
    "data_sensitivity": ("public", "internal", "confidential", "regulated"),
    "latency_need": ("batch", "interactive", "realtime", "edge"),
    "decision_scope": ("workload_or_platform", "enterprise"),
}
_ORDERED = ("data_sensitivity", "latency_need")
_UNEVEN = ("growing", "seasonal", "bursty")
_SETS = ("drivers", "modalities")

# From the answers' words to the cases'.
_DATA_CLASSES: Mapping[str, str] = {
    "public": "public",
    "internal": "internal",
    "confidential": "confidential",
    "special_category": "regulated",
    "classified": "regulated",
}
_SHAPES: Mapping[str, str] = {
    "steady": "steady",
    "business_hours": "seasonal",
    "spiky": "bursty",
    "batch_windows": "bursty",
}
_SITES: Mapping[str, str] = {
    "own_datacentre": "yes",
    "server_room": "yes",
    "colocation": "no",
    "none": "no",
}
_SCOPES: Mapping[str, str] = {"one_workload": "workload_or_platform", "estate": "enterprise"}
_WAITED_FOR_MS = 500.0

Situation = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Likeness:
    """How alike a case is, and in what.

    Attributes:
        share: weighted mean of the likeness over what both sides state, in [0, 1].
        stated: how much of what the project states the case states too, by weight, in [0, 1].
        same, differs: attributes, most alike first and least alike first.
    """

    case: Case
    share: float
    stated: float
    same: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True)
class Precedent:
    """A case shown beside a result.

    Attributes:
        contrary: it decided otherwise.
        reason: the one reason it is there, part of a sentence.
    """

    found: Likeness
    contrary: bool
    reason: str


@dataclass(frozen=True)
class Library:
    """The cases, laid out for comparing all of them with a project at once, in order of id."""

    cases: tuple[Case, ...]

    @classmethod
    def of(cls, cases: Sequence[Case]) -> "Library":
        """The library of `cases`, in whatever order they come."""
        return cls(tuple(sorted(cases, key=lambda case: case.id)))

    @cached_property
    def _situations(self) -> tuple[Situation, ...]:
        return tuple(situation_of_case(case) for case in self.cases)

    @cached_property
    def levels(self) -> Mapping[str, NDArray[np.intp]]:
        """Closed attribute → level of each case, shape (cases,); unknown is one past the last."""
        return {
            name: np.array(
                [level_of(name, s.get(name, ())) for s in self._situations], dtype=np.intp
            )
            for name in _LEVELS
        }

    @cached_property
    def vocabulary(self) -> Mapping[str, tuple[str, ...]]:
        """Attribute that is a set → every word that any case has in it."""
        return {
            name: tuple(sorted({word for s in self._situations for word in s.get(name, ())}))
            for name in _SETS
        }

    @cached_property
    def members(self) -> Mapping[str, NDArray[np.uint64]]:
        """Attribute that is a set → the words of each case as bits, shape (cases,)."""
        return {
            name: np.array([self.bits(name, s.get(name, ())) for s in self._situations], np.uint64)
            for name in _SETS
        }

    def bits(self, name: str, words: Collection[str]) -> int:
        """The set `words` as a number with one bit for each word that some case has."""
        return sum(1 << at for at, word in enumerate(self.vocabulary[name]) if word in words)

    @cached_property
    def sizes(self) -> Mapping[str, Array]:
        """Attribute that is a set → how many words each case has in it, shape (cases,)."""
        return {name: np.bitwise_count(has) * 1.0 for name, has in self.members.items()}

    @cached_property
    def decisions(self) -> NDArray[np.intp]:
        """What each case decided, as its place among the families, shape (cases,)."""
        return np.array([FAMILIES.index(case.decision) for case in self.cases], dtype=np.intp)


@dataclass(frozen=True)
class Match:
    """A project held against every case of a library.

    Attributes:
        share, stated: see `Likeness`, shape (cases,).
    """

    library: Library
    situation: Situation
    share: Array
    stated: Array

    @cached_property
    def rank(self) -> Array:
        """What the cases are ranked by, the greatest first: likeness, if enough is stated."""
        result: Array = self.share - (self.stated < LEAST_STATED)
        return result

    def likenesses(self, rows: NDArray[np.intp]) -> list[Likeness]:
        """The cases in `rows` with what is the same and what differs, the weightiest first."""
        columns = [
            (name, *_compared(self.library, name, words, rows))
            for name, words in self.situation.items()
            if words
        ]
        alike: list[dict[str, float]] = [{} for _ in rows]
        for name, likeness, known in columns:
            for one, value, is_known in zip(alike, likeness.tolist(), known.tolist(), strict=True):
                if is_known:
                    one[name] = value
        return [self._likeness(int(row), one) for row, one in zip(rows, alike, strict=True)]

    def _likeness(self, row: int, alike: Mapping[str, float]) -> Likeness:
        ordered = sorted(alike, key=lambda name: -alike[name] * ATTRIBUTE_WEIGHTS[name])
        return Likeness(
            self.library.cases[row],
            float(self.share[row]),
            float(self.stated[row]),
            same=tuple(name for name in ordered if alike[name] >= _SAME),
            differs=tuple(name for name in reversed(ordered) if alike[name] <= _DIFFERENT),
        )

    def ordered(self) -> list[Likeness]:
        """Every case, the most alike first; ties in the order of their ids."""
        return self.likenesses(np.argsort(-self.rank, kind="stable"))

    def precedents(self, family: Family | None) -> list[Precedent]:
        """The three nearest, and one more so that both sides are heard; fewer if there are none.

        The fourth is the nearest other that decided otherwise; where all three did, the nearest
        that decided the same. Of the reasons, one that was not given yet goes first.

        Args:
            family: what is recommended; None when nothing is: then the nearest case stands for it.
        """
        if not self.library.cases:
            return []
        nearest = self._nearest()
        against = family or self.library.cases[nearest[0]].decision
        same = self.library.decisions == FAMILIES.index(against)
        unheard = same if not same[nearest].any() else ~same
        rank = np.where(unheard, self.rank, -np.inf)
        rank[nearest] = -np.inf
        other = int(np.argmax(rank))
        rows = [*nearest, other] if np.isfinite(rank[other]) else nearest
        given: set[str] = set()
        found = self.likenesses(np.array(rows, dtype=np.intp))
        return [self._precedent(likeness, against, given) for likeness in found]

    def _nearest(self) -> list[int]:
        count = min(NEAREST, len(self.library.cases))
        least = np.partition(self.rank, -count)[-count]
        close = np.flatnonzero(self.rank >= least)
        return [int(row) for row in close[np.argsort(-self.rank[close], kind="stable")][:count]]

    def _precedent(self, found: Likeness, against: Family, given: set[str]) -> Precedent:
        contrary = found.case.decision != against
        why = _why(found, self.situation, given)
        if contrary:
            why = f"it decided for {FAMILY_TITLES[found.case.decision].lower()}, although {why}"
        return Precedent(found, contrary, why)


def match(library: Library, answers: Answers) -> Match:
    """Gower similarity of the project to every case, over attributes that both state.

        share_i = sum_k weight_k * known_ki * alike_ki / sum_k weight_k * known_ki

    Closed attributes are alike if equal; ordered ones by their distance over the longest
    distance; sets by what they share over what either has. Unknown on either side counts for
    nothing, and a case with nothing known in common has a share of 0.

    Source: Gower, A general coefficient of similarity, Biometrics 27 (1971).
    """
    situation = situation_of(answers)
    score, held, total = np.zeros(len(library.cases)), np.zeros(len(library.cases)), 0.0
    for name, weight in ATTRIBUTE_WEIGHTS.items():
        if situation[name]:
            likeness, known = _compared(library, name, situation[name], slice(None))
            score += weight * likeness
            held += weight * known
            total += weight
    share = score / np.maximum(held, np.finfo(float).tiny)
    return Match(library, situation, share, stated=held / max(total, 1.0))


def _compared(
    library: Library, name: str, words: tuple[str, ...], rows: slice | NDArray[np.intp]
) -> tuple[Array, Array]:
    """Likeness of one attribute in [0, 1], 0 where unknown; and 1 where the case states it."""
    if name in _LEVELS:
        levels = library.levels[name][rows]
        return LIKENESS[name][level_of(name, words)][levels], _KNOWN[name][levels]
    shared = np.bitwise_count(library.members[name][rows] & np.uint64(library.bits(name, words)))
    size = library.sizes[name][rows]
    either = np.maximum(len(set(words)) + size - shared, 1.0)
    return shared / either, np.minimum(size, 1.0)


def situation_of_case(case: Case) -> Situation:
    """Attribute → what the case states; empty where it does not."""
    site = {None: (), True: ("yes",), False: ("no",)}[case.existing_datacentre]
    return {
        "drivers": case.drivers,
        "modalities": case.modalities,
        "load_profile": _if_stated(case.load_profile),
        "existing_datacentre": site,
        "data_sensitivity": _if_stated(case.data_sensitivity),
        "latency_need": _if_stated(case.latency_need),
        "decision_scope": _if_stated(case.decision_scope),
    }


# Kinds of data that cases know by a broader name.
_CASE_MODALITIES: Mapping[str, str] = {
    "document": "text",
    "embeddings": "text",
    "image_generation": "image",
    "video_generation": "video",
    "speech_synthesis": "audio",
}


def situation_of(answers: Answers) -> Situation:
    """Attribute → what the answers state, in the words of the cases; empty where unanswered."""
    return {
        "drivers": answers.choices("priorities"),
        "modalities": tuple(dict.fromkeys(_CASE_MODALITIES.get(m, m) for m in answers.modalities)),
        "load_profile": _if_stated(_SHAPES.get(answers.choice("traffic.shape"), "")),
        "existing_datacentre": _if_stated(_SITES.get(answers.choice("site.type"), "")),
        "data_sensitivity": _if_stated(_most_sensitive(answers)),
        "latency_need": _if_stated(_latency_need(answers)),
        "decision_scope": _if_stated(_SCOPES.get(answers.choice("scope"), "")),
    }


def _if_stated(word: str) -> tuple[str, ...]:
    return (word,) if word else ()


def _most_sensitive(answers: Answers) -> str:
    classes = [
        _DATA_CLASSES.get(answers.choice(f"modalities.{m}.data_class"), "")
        for m in answers.modalities
    ]
    known = [c for c in classes if c]
    return max(known, key=_LEVELS["data_sensitivity"].index, default="")


def _latency_need(answers: Answers) -> str:
    targets = [
        target.likely
        for m in answers.modalities
        if (target := answers.optional_quantity(f"modalities.{m}.latency.p95_ms")) is not None
    ]
    if targets:
        return "realtime" if min(targets) <= _WAITED_FOR_MS else "interactive"
    work = answers.choices("workloads")
    return "batch" if work and "realtime_inference" not in work else ""


def level_of(name: str, words: tuple[str, ...]) -> int:
    """The number of the level that `words` state; one past the last where they state none."""
    levels = _LEVELS[name]
    return levels.index(words[0]) if words and words[0] in levels else len(levels)


def _likeness_table(name: str) -> Array:
    """Likeness of any two levels, with a last row and column of 0 for the unknown."""
    levels = _LEVELS[name]
    count = len(levels)
    table = np.zeros((count + 1, count + 1))
    table[:count, :count] = np.eye(count)
    if name in _ORDERED:
        apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
        table[:count, :count] = 1.0 - apart / (count - 1)
    if name == "load_profile":
        # A load that grows, follows the season or comes in bursts needs room in each case.
        uneven = [levels.index(word) for word in _UNEVEN]
        table[np.ix_(uneven, uneven)] = 0.5
        np.fill_diagonal(table[:count, :count], 1.0)
    return table


# Closed attribute → likeness of any two levels in [0, 1].
LIKENESS: Mapping[str, Array] = {name: _likeness_table(name) for name in _LEVELS}
_KNOWN = {name: np.array([1.0] * len(levels) + [0.0]) for name, levels in _LEVELS.items()}


def _why(found: Likeness, situation: Situation, given: set[str]) -> str:
    """The weightiest thing in common that is not `given`, else the weightiest; adds it there.

    In words that continue a sentence about the case.
    """
    ours, theirs = situation, situation_of_case(found.case)
    if not found.same:
        shared = [w for w in theirs["drivers"] if w in ours["drivers"]]
        return f"it too wanted {_listed(shared)}" if shared else "no other is nearer"
    name = next((name for name in found.same if name not in given), found.same[0])
    given.add(name)
    words = _listed([w for w in theirs[name] if w in ours[name]] or list(theirs[name]))
    return _REASONS[name].format(words)


def _listed(words: Sequence[str]) -> str:
    plain = [_WORDS.get(word, word.replace("_", " ")) for word in words]
    return " and ".join([", ".join(plain[:-1]), plain[-1]] if len(plain) > 1 else plain)


_WORDS: Mapping[str, str] = {
    "yes": "with a data centre of its own",
    "no": "without a data centre",
    "workload_or_platform": "one workload or platform",
    "enterprise": "the whole organisation",
}
_REASONS: Mapping[str, str] = {
    "drivers": "it wanted the same: {}",
    "load_profile": "its load runs like yours: {}",
    "existing_datacentre": "it began as you do: {}",
    "data_sensitivity": "its data is as sensitive: {}",
    "modalities": "it works on the same kinds of data: {}",
    "latency_need": "answers were needed as soon: {}",
    "decision_scope": "it decided about as much: {}",
}
