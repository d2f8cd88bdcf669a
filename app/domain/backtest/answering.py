"""What the organisation of a published case could have answered before it decided.

Used are: its size or number of GPUs, the work, the sensitivity of its data, a rule that keeps
data in the country, load, growth, whether it had a data centre, the team's skill, how soon
answers were needed, and its drivers as priorities. Never used: direction, what it paid for
how, what came of it, the summary, the evidence, the scope and how much of it is AI.
What the source does not state is left unanswered.
"""

from collections.abc import Mapping
from typing import Any

from app.domain.cases import Case
from app.domain.demand.fleet import fleet
from app.domain.demand.workload import workload
from app.domain.facts import Facts
from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.questions import QuestionSet
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import likely_world

Document = dict[str, Any]

# No case states a volume, so demand is a prior: mean busy GPUs by size of the organisation,
# with P10 and P90 a factor apart. Judgement, 2026-11-24, wide on purpose; the same for all.
BUSY_GPUS: Mapping[str, float] = {"small": 8, "medium": 32, "large": 100, "very_large": 250}
BUSY_GPUS_UNKNOWN = 32.0
BUSY_SHARE_OF_GPUS = 0.5
SPREAD, SPREAD_UNKNOWN = 4.0, 8.0

# Peak over mean by kind of load: low, likely, high, after published load curves.
_PEAKS: Mapping[str, tuple[float, float, float]] = {
    "steady": (1.1, 1.3, 1.6),
    "growing": (1.5, 2.0, 3.0),
    "seasonal": (2.5, 3.5, 6.0),
    "bursty": (3.0, 5.0, 10.0),
}
_SHAPES: Mapping[str, str] = {
    "steady": "steady",
    "seasonal": "business_hours",
    "bursty": "spiky",
}
_GROWTH: Mapping[str, object] = {
    "low": 0.1,
    "high": {"low": 0.5, "likely": 1.0, "high": 2.0},
    "moderate": 0.3,
}
# Readiness of 4: low about 1, medium 2, high 3.5.
_TEAMS: Mapping[str, tuple[str, str]] = {
    "low": ("part_time", "never"),
    "medium": ("part_time", "pilot"),
    "high": ("named", "over_1_year"),
}
# No source gives a figure: these are judgement, so that none of them may exclude an option.
_LATENCY: Mapping[str, Document] = {
    "interactive": {"p95_ms": 2_000, "hard": False},
    "realtime": {"p95_ms": 200, "hard": False},
    "edge": {"p95_ms": 200, "hard": False},
}
_DATA_CLASSES: Mapping[str, str] = {
    "public": "public",
    "internal": "internal",
    "confidential": "confidential",
    "regulated": "special_category",
}
_SCOPES: Mapping[str, str] = {"workload_or_platform": "one_workload", "enterprise": "estate"}
_MODALITIES = ("text", "image", "audio", "video")
_RESIDENCY = "NATIONAL_DATA_RESIDENCY"
_MOST_PRIORITIES = 4
_RUNS_PER_YEAR = 12
_HOURS_PER_YEAR = 8_760.0
_MOST_PER_DAY, _LEAST_PER_DAY = 1e10, 1.0
_MOST_HOURS_PER_RUN = 1e8


def situation(case: Case, questions: QuestionSet, *, with_priorities: bool = True) -> Document:
    """The answers that `case` states, by key as in an answers file, without any volume."""
    body: Document = {
        "workloads": _workloads(case),
        "priorities": list(case.drivers[:_MOST_PRIORITIES]) if with_priorities else None,
        "traffic": {
            "shape": _SHAPES.get(case.load_profile),
            "peak_to_average": _ranged(_PEAKS.get(case.load_profile)),
        },
        "growth_per_year": _GROWTH.get(case.growth),
        "site": _site(case),
        "data_location": _data_location(case, questions),
        "modalities": {modality: _modality(case) for modality in modalities(case)},
    }
    if case.team_skill:
        body["gpu_owner"], body["gpu_experience"] = _TEAMS[case.team_skill]
    return _stated(body)


def starting_answers(case: Case, questions: QuestionSet) -> Document:
    """The answers with which a project begins where `case` began: no volume, but its scope."""
    return {"scope": _SCOPES[case.decision_scope], **situation(case, questions)}


def answers_of(
    case: Case, questions: QuestionSet, facts: Facts, *, with_priorities: bool = True
) -> Answers:
    """What the engine is asked about `case`: its situation, and the prior for its demand."""
    body = situation(case, questions, with_priorities=with_priorities)
    busy, spread = busy_gpus(case)
    serving, training = _split(case, busy)
    if training:
        hours = min(training * _HOURS_PER_YEAR / _RUNS_PER_YEAR, _MOST_HOURS_PER_RUN)
        body["training"] = {
            "runs_per_year": dict.fromkeys(("low", "likely", "high"), _RUNS_PER_YEAR),
            "gpu_hours_per_run": _around(hours, spread, _MOST_HOURS_PER_RUN),
        }
    share = serving / len(body["modalities"])
    for modality, given in body["modalities"].items():
        volume = share / _busy_per_item(body, modality, questions, facts)
        given["volume_per_day"] = _around(max(volume, _LEAST_PER_DAY), spread, _MOST_PER_DAY)
    return read_answers({"name": case.organisation, "answers": body}, questions)


def modalities(case: Case) -> tuple[str, ...]:
    """Those that can be sized; text stands in where a case has none of them."""
    return tuple(m for m in _MODALITIES if m in case.modalities) or ("text",)


def busy_gpus(case: Case) -> tuple[float, float]:
    """Mean busy GPUs, and the factor between the likely value and P10 or P90."""
    if case.gpus is not None:
        return case.gpus * BUSY_SHARE_OF_GPUS, SPREAD
    if case.organisation_size:
        return BUSY_GPUS[case.organisation_size], SPREAD
    return BUSY_GPUS_UNKNOWN, SPREAD_UNKNOWN


def _split(case: Case, busy: float) -> tuple[float, float]:
    """Busy GPUs of serving and of training."""
    share = {"training": 1.0, "both": 0.5}.get(case.workload, 0.0)
    return busy * (1.0 - share), busy * share


def _workloads(case: Case) -> list[str]:
    serving = "batch_inference" if case.latency_need == "batch" else "realtime_inference"
    return {
        "training": ["pre_training"],
        "both": ["fine_tuning", serving],
    }.get(case.workload, [serving])


def _site(case: Case) -> Document | None:
    sites: Mapping[bool | None, Document | None] = {
        None: None,
        True: {"type": "own_datacentre"},
        False: {"type": "none"},
    }
    return sites[case.existing_datacentre]


def _data_location(case: Case, questions: QuestionSet) -> Document | None:
    if _RESIDENCY not in case.regulations:
        return None
    if case.country in questions.field("data_location.country").option_keys:
        return {"scope": "country", "country": case.country}
    # No region is sold in a country without a price; what is left is a place of its own.
    return {"scope": "named_site"}


def _modality(case: Case) -> Document:
    return _stated(
        {
            "model_source": "own_weights" if case.workload in ("training", "both") else None,
            "latency": _LATENCY.get(case.latency_need),
            "data_class": _DATA_CLASSES.get(case.data_sensitivity),
            "born": _born(case),
        }
    )


def _born(case: Case) -> str | None:
    """Where data arises: at the edge if that is where answers are needed, else on its own site."""
    if case.latency_need == "edge":
        return "edge"
    return "own_site" if case.existing_datacentre else None


def _busy_per_item(body: Document, modality: str, questions: QuestionSet, facts: Facts) -> float:
    """Mean busy H100s for one item a day of `modality`, in the likely world."""
    items = 1e6
    given = {**body["modalities"][modality], "volume_per_day": items}
    document = {"name": "one", "answers": {**body, "modalities": {modality: given}}}
    known = Known(facts, likely_world())
    work = workload(read_answers(document, questions), known)
    found = fleet(work, known.accelerator("H100"), known)
    if found is None:
        raise ValueError(f"{modality} with default answers does not fit an H100")
    return float(found.serving_load[0]) / items


def _around(likely: float, spread: float, most: float) -> Document:
    likely = min(likely, most)
    low = max(likely / spread, min(likely, _LEAST_PER_DAY))
    return {"low": low, "likely": likely, "high": min(likely * spread, most)}


def _ranged(values: tuple[float, float, float] | None) -> Document | None:
    return dict(zip(("low", "likely", "high"), values, strict=True)) if values else None


def _stated(body: Mapping[str, Any]) -> Document:
    """`body` without what is not stated; of a group, only the parts that are."""
    kept = {
        key: _stated(value) if isinstance(value, Mapping) and key != "modalities" else value
        for key, value in body.items()
    }
    return {key: value for key, value in kept.items() if value not in (None, {}, [])}
