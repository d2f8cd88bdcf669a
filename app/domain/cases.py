"""Published decisions and how alike they are to a project.

Likeness is by situation and priorities, not by industry: where the data centre is, how the
load runs, how fast answers must come, how sensitive the data is, and what was wanted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.facts import Source
from app.domain.options import Family
from app.domain.questionnaire.answers import Answers

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
_SENSITIVITY_ORDER = ("public", "internal", "confidential", "regulated")
_LATENCY_ORDER = ("batch", "interactive", "realtime", "edge")
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
_SCOPES: Mapping[str, str] = {"one_workload": "workload_or_platform", "estate": "enterprise"}


@dataclass(frozen=True)
class Case:
    """One published decision; an attribute that the source does not state is "", () or None.

    Attributes:
        decision: what was chosen in the end; `direction`: whether that meant a move.
        years: when it was decided and carried out, for example `2014-2020`.
        data_volume_tb, gpus: as published; a volume may be a capacity or a forecast.
        drivers: criteria that the organisation named, the weightiest first.
        source_type: whose word it is.
    """

    id: str
    organisation: str
    industry: str
    country: str
    decision: Family
    decision_scope: str
    modalities: tuple[str, ...]
    data_sensitivity: str
    load_profile: str
    growth: str
    organisation_size: str
    workload: str
    team_skill: str
    ai_relevance: str
    existing_datacentre: bool | None
    latency_need: str
    drivers: tuple[str, ...]
    summary: str
    outcome: str
    source_title: str
    source_url: str
    source_type: str
    source: Source
    region: str = ""
    direction: str = ""
    years: str = ""
    regulations: tuple[str, ...] = ()
    data_volume_tb: float | None = None
    gpus: float | None = None


@dataclass(frozen=True)
class Likeness:
    """How alike a case is, and in what.

    Attributes:
        share: weighted mean of the likeness over what both sides state, in [0, 1].
        same, differs: attributes, most alike first and least alike first.
    """

    case: Case
    share: float
    same: tuple[str, ...]
    differs: tuple[str, ...]


def likeness(case: Case, answers: Answers) -> Likeness:
    """Gower similarity of `case` and the project, over attributes that both state.

        sum_k weight_k * alike_k / sum_k weight_k,  k over attributes known on both sides

    Source: Gower, A general coefficient of similarity, Biometrics 27 (1971).
    """
    alike = dict(_alike(case, answers))
    total = sum(ATTRIBUTE_WEIGHTS[name] for name in alike)
    share = sum(ATTRIBUTE_WEIGHTS[name] * value for name, value in alike.items())
    ordered = sorted(alike, key=lambda name: -alike[name] * ATTRIBUTE_WEIGHTS[name])
    return Likeness(
        case,
        share / total if total else 0.0,
        same=tuple(name for name in ordered if alike[name] >= 0.75),
        differs=tuple(name for name in reversed(ordered) if alike[name] <= 0.25),
    )


def _alike(case: Case, answers: Answers) -> Iterator[tuple[str, float]]:
    yield from _alike_sets(case, answers)
    shape = _SHAPES.get(answers.choice("traffic.shape"), "")
    if shape and case.load_profile:
        yield "load_profile", _alike_shapes(shape, case.load_profile)
    site = answers.choice("site.type")
    if site and case.existing_datacentre is not None:
        has_site = site in ("own_datacentre", "server_room")
        yield "existing_datacentre", float(has_site == case.existing_datacentre)
    wanted = _most_sensitive(answers)
    if wanted and case.data_sensitivity:
        yield "data_sensitivity", _near(wanted, case.data_sensitivity, _SENSITIVITY_ORDER)
    need = _latency_need(answers)
    if need and case.latency_need:
        yield "latency_need", _near(need, case.latency_need, _LATENCY_ORDER)
    scope = _SCOPES.get(answers.choice("scope"), "")
    if scope and case.decision_scope:
        yield "decision_scope", float(scope == case.decision_scope)


def _alike_sets(case: Case, answers: Answers) -> Iterator[tuple[str, float]]:
    drivers = answers.choices("priorities")
    if drivers and case.drivers:
        yield "drivers", _overlap(drivers, case.drivers)
    modalities = tuple("text" if m == "document" else m for m in answers.modalities)
    if case.modalities:
        yield "modalities", _overlap(modalities, case.modalities)


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Jaccard similarity of two sets, in [0, 1]."""
    return len(set(one) & set(other)) / len(set(one) | set(other))


def _alike_shapes(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return 0.5 if {one, other} <= {"seasonal", "bursty", "growing"} else 0.0


def _near(one: str, other: str, order: Sequence[str]) -> float:
    distance = abs(order.index(one) - order.index(other))
    return 1.0 - distance / (len(order) - 1)


def _most_sensitive(answers: Answers) -> str:
    classes = [
        _DATA_CLASSES.get(answers.choice(f"modalities.{m}.data_class"), "")
        for m in answers.modalities
    ]
    known = [c for c in classes if c]
    return max(known, key=_SENSITIVITY_ORDER.index, default="")


def _latency_need(answers: Answers) -> str:
    targets = [
        target.likely
        for m in answers.modalities
        if (target := answers.optional_quantity(f"modalities.{m}.latency.p95_ms")) is not None
    ]
    if not targets:
        return "" if "realtime_inference" in answers.choices("workloads") else "batch"
    return "realtime" if min(targets) <= 500 else "interactive"


def chosen_cases(
    cases: Sequence[Case], answers: Answers, family: Family | None, count: int = 3
) -> list[tuple[Likeness, bool]]:
    """The `count` nearest cases, and the nearest that decided otherwise, with a contrary mark.

    Args:
        family: what is recommended; None when nothing is, and then nothing is contrary.
    """
    ranked = sorted((likeness(c, answers) for c in cases), key=lambda x: (-x.share, x.case.id))
    chosen = [(x, family is not None and x.case.decision != family) for x in ranked[:count]]
    contrary = [x for x in ranked[count:] if family is not None and x.case.decision != family]
    if contrary and not any(is_contrary for _, is_contrary in chosen):
        chosen.append((contrary[0], True))
    return chosen
