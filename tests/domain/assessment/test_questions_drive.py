"""A question that drives nothing is not asked: some answer to each moves some figure.

The figures of every option are compared before and after the answer, on a project in which the
answer can matter: costs, measures, verdicts, weights and the published cases.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from app.domain.assessment import assess
from app.domain.assessment.candidates import candidate, comparator_plan
from app.domain.assessment.evaluation import evaluate, reference
from app.domain.cost.setting import Setting
from app.domain.errors import InvalidAnswers
from app.domain.options import COMPARATORS, OPTIONS
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.questions import Field, Question
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Worlds
from tests.domain.builders import (
    EVERY_MODALITY,
    FACTS,
    QUESTIONS,
    REFERENCE,
    WEIGHTS,
    Document,
    a_decided_document,
)

WORLDS = 12
# Enough of each kind of data to keep machines busy.
VOLUMES = {"text": 3_000_000, "embeddings": 50_000_000, "image_generation": 200_000}
RICH: dict[str, Any] = {
    "workloads": ["realtime_inference", "fine_tuning"],
    "data_location": {"scope": "country", "country": "DE"},
    "site": {"type": "own_datacentre", "free_kw": 500, "kw_per_rack": 40},
    "horizon_months": 36,
}
AGREED = {"provider": "aws", "accelerator": "H100", "usd_per_hour": 0.5}
THERE = {"accelerator": "H200", "count": 64}
QUOTED = {"way": "by_use", "usd_per_gpu_hour": 4, "accelerator": "H200"}
# A path whose answers matter only beside others.
BESIDE: dict[str, dict[str, Any]] = {
    "corpus.place": {"corpus": {"tb": 900}},
    "corpus.tb": {"corpus": {"place": "cloud"}},
    "systems.place": {"systems": {"tb_per_month": 500}},
    "systems.tb_per_month": {"systems": {"place": "cloud"}},
    "tenancy.machines": {"tenancy": {"from_class": "internal"}},
    "tenancy.from_class": {"tenancy": {"machines": "own"}},
    "people_in_media": {"tenancy": {"machines": "own", "from_class": "special_category"}},
    "data_location.region": {"data_location": {"scope": "region", "region": "us"}},
    "training.method": {"training": {"runs_per_year": 50, "million_tokens_per_run": 4_000}},
    "site.liquid_cooling": {"site": {**RICH["site"], "kw_per_rack": 60}},
    **{
        f"negotiated.{part}": {"negotiated": {k: v for k, v in AGREED.items() if k != part}}
        for part in AGREED
    },
    **{f"owned_gpus.{part}": {"owned_gpus": THERE} for part in ("count", "age_months")},
    "currency.usd_each": {"currency": {"code": "EUR"}},
    "owned_gpus.accelerator": {"owned_gpus": {"count": 64}},
    "own_payment.lease_rate": {"own_payment": {"way": "leased"}},
    **{
        f"own_payment.{part}": {"own_payment": {k: v for k, v in QUOTED.items() if k != part}}
        for part in ("accelerator", "usd_per_gpu_hour", "least_share")
    },
    "owned_gpus.free_share": {"owned_gpus": THERE},
}
# The same for one kind of data, by the last part of the path.
BESIDE_OF_DATA: dict[str, dict[str, Any]] = {
    "hard": {"latency": {"p95_ms": 50}},
    "places": {"born": "edge", "megapixels": 40},
    "size_class": {"task": "understand"},
    "precision": {"task": "understand"},
}
# What the check page objects to, instead of moving a figure.
OBJECTED = {"site.liquid_cooling"}
# What only the result as it is told shows.
TOLD = {"currency.code", "currency.usd_each"}
# What only the page of the demand shows.
DEMANDED = {"modalities.embeddings.dimensions"}


def project(path: str) -> Document:
    """A project with the kind of data that the question is about, else with three kinds."""
    first = path.split(".")
    is_of_data = first[0] == "modalities" and len(first) > 1
    asked = [first[1]] if is_of_data else ["text", "image", "video"]
    # One model for all matters where it is memory, not work, that decides the fleet.
    few = 50 if path == "fusion" else 50_000
    beside = BESIDE_OF_DATA.get(first[-1], {}) if is_of_data else {}
    modalities = {
        m: {"volume_per_day": min(VOLUMES.get(m, few), 1_000 * few), "born": "own_site"}
        | {k: v for k, v in beside.items() if _may(m, k, v)}
        for m in asked
    }
    return a_decided_document(modalities, **{**RICH, **BESIDE.get(path, {})})


def _may(modality: str, name: str, value: object) -> bool:
    path = f"modalities.{modality}.{name}"
    if name == "task":
        return value in QUESTIONS.field(path).option_keys
    return name != "megapixels" or QUESTIONS.has_field(path)


def alternatives(field: Field) -> Iterator[object]:
    """Answers to try, the boldest first."""
    if field.kind == "quantity":
        least, most = field.minimum or 0.0, field.maximum or 1.0
        usual = field.default.range.likely if field.default and field.default.range else None
        for value in ((usual or max(least, 1e-3)) * 3, least, min(most, 40.0), most):
            yield min(max(round(value) if field.whole else value, least), most)
    elif field.kind == "flag":
        yield from (True, False)
    elif field.kind in ("choices", "ranking"):
        yield from ([key] for key in reversed(field.option_keys))
    else:
        yield from reversed(field.option_keys)


def put(document: Document, path: str, value: object) -> Document:
    body: dict[str, Any] = {**document["answers"]}
    node, steps = body, path.split(".")
    for step in steps[:-1]:
        inner = node.get(step)
        node[step] = {**inner} if isinstance(inner, dict) else {}
        node = node[step]
    node[steps[-1]] = value
    return {**document, "answers": body}


def read(document: Document) -> Answers | None:
    try:
        return read_answers(document, QUESTIONS)
    except InvalidAnswers:
        return None


def figures(answers: Answers) -> object:
    """What every option costs, measures and is told."""
    setting = Setting(answers, FACTS, Worlds(WORLDS, 1))
    plans = [(o, plan) for o in COMPARATORS if (plan := comparator_plan(o, setting)) is not None]
    held_against = reference(plans, setting)
    found = [evaluate(candidate(option, setting), setting, held_against) for option in OPTIONS]
    return [
        (
            e.option.key,
            None if e.money is None else float(e.money.npv.mean()),
            {key: float(m.value.mean()) for key, m in e.measured.items() if m.is_known},
            [(v.rule, v.outcome, v.message) for v in e.verdicts],
        )
        for e in found
    ]


def whole(answers: Answers) -> object:
    result = assess(answers, FACTS, WEIGHTS, REFERENCE.cases, Worlds(WORLDS, 1))
    rows = [[c["weight"] for c in o["criteria"].values()] for o in result["options"]]
    cases = [(case["id"], case["likeness"]) for case in result["cases"]]
    return rows, cases, result["demand"], result["currency"]


QUESTIONS_ASKED = list(QUESTIONS.asked(EVERY_MODALITY))
# Only one answer is possible, so none can differ from the default: what is done with the data.
ONE_ANSWER = {q.key for q in QUESTIONS_ASKED if all(len(f.options) == 1 for f in q.fields)}
# Chosen in every project; another choice is another project.
THE_PROJECT = {"modalities"}


@pytest.mark.parametrize(
    "question",
    [q for q in QUESTIONS_ASKED if q.key not in ONE_ANSWER | THE_PROJECT],
    ids=lambda question: question.key,
)
def test_some_answer_moves_some_figure(question: Question) -> None:
    weighed = {"weights", "cases"} & set(question.drives)
    for field in question.fields:
        say = whole if weighed or field.path in DEMANDED | TOLD else figures
        document = project(field.path)
        before = read(document)
        assert before is not None
        unchanged = say(before)
        tried = (read(put(document, field.path, value)) for value in alternatives(field))
        moved = (
            field.path in OBJECTED if answers is None else say(answers) != unchanged
            for answers in tried
        )
        assert any(moved), f"no answer at {field.path} moves anything"
