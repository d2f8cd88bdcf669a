"""Likeness to published decisions, and which are shown."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cases import ATTRIBUTE_WEIGHTS, Case, chosen_cases, likeness
from tests.domain.builders import REFERENCE, a_document, answers_of

CASES = REFERENCE.cases
SILENT = replace(
    CASES[0],
    modalities=(),
    drivers=(),
    load_profile="",
    existing_datacentre=None,
    data_sensitivity="",
    latency_need="",
    decision_scope="",
)


def alike(case: Case, modality: dict[str, Any] | None = None, **answers: object) -> float:
    document = a_document({"text": {"volume_per_day": 5, **(modality or {})}}, **answers)
    return likeness(case, answers_of(document)).share


@pytest.mark.parametrize(
    ("case", "answers", "share"),
    [
        ({"drivers": ("cost", "speed")}, {"priorities": ["cost", "speed"]}, 1.0),
        ({"drivers": ("cost", "speed")}, {"priorities": ["cost", "control"]}, 1 / 3),
        ({"drivers": ("cost",)}, {"priorities": ["speed"]}, 0.0),
        ({"load_profile": "steady"}, {"traffic": {"shape": "steady"}}, 1.0),
        ({"load_profile": "bursty"}, {"traffic": {"shape": "business_hours"}}, 0.5),
        ({"load_profile": "steady"}, {"traffic": {"shape": "spiky"}}, 0.0),
        ({"existing_datacentre": True}, {"site": {"type": "server_room"}}, 1.0),
        ({"existing_datacentre": True}, {"site": {"type": "colocation"}}, 0.0),
        ({"decision_scope": "enterprise"}, {"scope": "estate"}, 1.0),
        ({"modalities": ("text", "image")}, {}, 0.5),
    ],
    ids=str,
)
def test_likeness_is_gowers_by_hand(
    case: dict[str, Any], answers: dict[str, Any], share: float
) -> None:
    assert alike(replace(SILENT, **case), **answers) == pytest.approx(share)


@pytest.mark.parametrize(
    ("case", "modality", "share"),
    [
        ({"data_sensitivity": "regulated"}, {"data_class": "special_category"}, 1.0),
        ({"data_sensitivity": "public"}, {"data_class": "classified"}, 0.0),
        ({"data_sensitivity": "internal"}, {"data_class": "confidential"}, 2 / 3),
        ({"latency_need": "realtime"}, {"latency": {"p95_ms": 500}}, 1.0),
        ({"latency_need": "interactive"}, {"latency": {"p95_ms": 501}}, 1.0),
        ({"latency_need": "batch"}, {"latency": {"p95_ms": 100}}, 1 / 3),
    ],
    ids=str,
)
def test_near_is_more_alike_than_far(
    case: dict[str, Any], modality: dict[str, Any], share: float
) -> None:
    assert alike(replace(SILENT, **case), modality) == pytest.approx(share)


def test_attributes_count_by_their_weight() -> None:
    case = replace(SILENT, drivers=("cost",), load_profile="steady")
    answers: dict[str, Any] = {"priorities": ["cost"], "traffic": {"shape": "spiky"}}
    drivers, load = ATTRIBUTE_WEIGHTS["drivers"], ATTRIBUTE_WEIGHTS["load_profile"]
    assert alike(case, **answers) == pytest.approx(drivers / (drivers + load))


def test_what_either_side_does_not_state_counts_for_nothing() -> None:
    assert alike(SILENT, priorities=["cost"], scope="estate") == 0.0
    assert (
        alike(replace(SILENT, drivers=("cost",), load_profile="steady"), priorities=["cost"]) == 1
    )


def test_a_document_is_text_to_a_case() -> None:
    document = a_document({"document": {"volume_per_day": 5}})
    assert likeness(replace(SILENT, modalities=("text",)), answers_of(document)).share == 1.0


def test_without_a_target_the_work_says_whether_anybody_waits() -> None:
    case = replace(SILENT, latency_need="batch")
    assert alike(case, workloads=["batch_inference"]) == 1.0
    assert likeness(case, answers_of(a_document())).share == 0.0


def test_the_same_and_the_different_are_named_weightiest_first() -> None:
    case = replace(
        SILENT, drivers=("cost",), load_profile="steady", existing_datacentre=True, modalities=()
    )
    document = a_document(priorities=["cost"], traffic={"shape": "steady"}, site={"type": "none"})
    found = likeness(case, answers_of(document))
    assert found.same == ("drivers", "load_profile")
    assert found.differs == ("existing_datacentre",)


@pytest.mark.parametrize("name", ["hospital_group", "contact_centre"])
def test_three_are_shown_and_one_that_decided_otherwise(name: str) -> None:
    from app import reference  # noqa: PLC0415  # only here

    answers = answers_of(reference.sample(name))
    for family in ("cloud", "on_premises", "hybrid"):
        chosen = chosen_cases(CASES, answers, family)
        shares = [found.share for found, _ in chosen[:3]]
        assert shares == sorted(shares, reverse=True)
        assert 3 <= len(chosen) <= 4
        assert all(contrary == (found.case.decision != family) for found, contrary in chosen)
        assert any(contrary for _, contrary in chosen)
        assert len({found.case.id for found, _ in chosen}) == len(chosen)


def test_without_a_recommendation_nothing_is_contrary() -> None:
    chosen = chosen_cases(CASES, answers_of(a_document()), None)
    assert len(chosen) == 3
    assert not any(contrary for _, contrary in chosen)


def test_without_cases_nothing_is_shown() -> None:
    assert chosen_cases([], answers_of(a_document()), "cloud") == []


@given(order=st.permutations(range(len(CASES))))
def test_the_order_of_the_cases_does_not_matter(order: list[int]) -> None:
    answers = answers_of(a_document(priorities=["cost"]))
    shuffled = [CASES[i] for i in order]
    assert chosen_cases(shuffled, answers, "cloud") == chosen_cases(CASES, answers, "cloud")


@given(case=st.sampled_from(CASES))
def test_likeness_is_a_share(case: Case) -> None:
    document = a_document(priorities=["cost", "talent"], site={"type": "none"}, scope="estate")
    assert 0 <= likeness(case, answers_of(document)).share <= 1
