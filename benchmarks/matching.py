"""How long matching a project with 5,000 cases takes, over the bare distance computation.

`python -m benchmarks.matching` prints one ratio. Both sides are timed in turn, in one run, on
the same arrays; the fastest of many rounds counts, because a disturbance only ever adds time.

Timed above: reading the situation out of the answers, the distances, the three nearest cases
and the contrary one, each with its reason. Timed below: the distances alone. The arrays are
laid out once per library and belong to neither.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from app import reference
from app.domain.cases import Case
from app.domain.matching import (
    ATTRIBUTE_WEIGHTS,
    LIKENESS,
    Library,
    Match,
    level_of,
    match,
    situation_of,
)
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Array

CASES = 5_000
ROUNDS = 300
_PARTS = (
    "drivers",
    "modalities",
    "load_profile",
    "existing_datacentre",
    "data_sensitivity",
    "latency_need",
    "decision_scope",
)


def ratio(count: int = CASES, rounds: int = ROUNDS) -> float:
    """Time of matching `count` synthetic cases over the time of their bare distances."""
    shipped = reference.load()
    answers = read_answers(reference.sample("hospital_group"), shipped.questions)
    library = Library.of(synthetic(shipped.cases, count))
    bare = _bare(library, answers)

    def whole() -> object:
        return match(library, answers).precedents("on_premises")

    _check(match(library, answers), bare())
    fastest = [float("inf"), float("inf")]
    for _ in range(rounds):
        for which, work in enumerate((whole, bare)):
            began = time.perf_counter()
            work()
            fastest[which] = min(fastest[which], time.perf_counter() - began)
    return fastest[0] / fastest[1]


def synthetic(cases: Sequence[Case], count: int) -> list[Case]:
    """`count` cases, each attribute taken from a case of its own, so that none repeats."""
    chance = random.Random(1)  # noqa: S311  # the same cases in every run; nothing secret
    return [
        replace(
            chance.choice(cases),
            id=f"synthetic-{number}",
            **{name: getattr(chance.choice(cases), name) for name in _PARTS},
        )
        for number in range(count)
    ]


def _bare(library: Library, answers: Answers) -> Callable[[], Array]:
    """Gower's distances in plain numpy over the same arrays, and nothing else."""
    wanted = situation_of(answers)
    closed = [
        (ATTRIBUTE_WEIGHTS[name], LIKENESS[name][level_of(name, wanted[name])], levels)
        for name, levels in library.levels.items()
        if wanted[name]
    ]
    sets = [
        (
            ATTRIBUTE_WEIGHTS[name],
            np.uint64(library.bits(name, wanted[name])),
            library.members[name],
            library.sizes[name],
        )
        for name in library.vocabulary
        if wanted[name]
    ]

    def distances() -> Array:
        alike, held = np.zeros(len(library.cases)), np.zeros(len(library.cases))
        for weight, row, levels in closed:
            alike += weight * row[levels]
            held += weight * (levels < row.size - 1)
        for weight, ours, members, size in sets:
            shared = np.bitwise_count(members & ours)
            alike += weight * shared / (np.bitwise_count(ours) + size - shared)
            held += weight * (size > 0)
        result: Array = 1.0 - alike / np.where(held > 0, held, 1.0)
        return result

    return distances


def _check(matched: Match, bare: Array) -> None:
    if not np.allclose(1.0 - matched.share, bare):
        raise ValueError("The two sides do not compute the same distances.")


if __name__ == "__main__":
    print(f"matching {CASES} cases: {ratio():.2f} times the bare distance computation")
