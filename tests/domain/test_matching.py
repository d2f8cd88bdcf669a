"""Likeness to published decisions, which are shown, and why."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import reference
from app.domain.cases import Case
from app.domain.matching import (
    ATTRIBUTE_WEIGHTS,
    LEAST_STATED,
    Library,
    Likeness,
    Precedent,
    match,
)
from app.domain.options import Family
from app.domain.questionnaire.answers import Answers
from tests.domain.builders import REFERENCE, a_document, answers_of

CASES = REFERENCE.cases
LIBRARY = Library.of(CASES)
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


def likeness(case: Case, answers: Answers) -> Likeness:
    return match(Library.of([case]), answers).ordered()[0]


def chosen(answers: Answers, family: Family | None) -> list[Precedent]:
    return match(LIBRARY, answers).precedents(family)


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


def test_how_much_of_what_is_asked_a_case_states() -> None:
    answers = answers_of(a_document(priorities=["cost"], traffic={"shape": "steady"}))
    wanted = ("drivers", "load_profile", "modalities")
    found = likeness(replace(SILENT, load_profile="steady"), answers)
    assert found.stated == pytest.approx(
        ATTRIBUTE_WEIGHTS["load_profile"] / sum(ATTRIBUTE_WEIGHTS[name] for name in wanted)
    )


def test_one_attribute_in_common_does_not_make_a_case_the_nearest() -> None:
    answers = answers_of(a_document(priorities=["cost", "speed"], traffic={"shape": "steady"}))
    full = replace(SILENT, id="full", drivers=("cost", "talent"), load_profile="steady")
    scant = replace(SILENT, id="scant", modalities=("text",))
    ordered = match(Library.of([scant, full]), answers).ordered()
    assert [found.case.id for found in ordered] == ["full", "scant"]
    assert ordered[1].share > ordered[0].share
    assert ordered[1].stated < LEAST_STATED


@pytest.mark.parametrize("name", ["hospital_group", "contact_centre"])
@pytest.mark.parametrize("family", ["cloud", "on_premises", "hybrid"])
def test_three_nearest_are_shown_and_one_for_the_other_side(name: str, family: Family) -> None:
    answers = answers_of(reference.sample(name))
    shown = chosen(answers, family)
    ordered = match(LIBRARY, answers).ordered()
    assert [p.found for p in shown[:3]] == ordered[:3]
    assert len(shown) == 4
    assert {p.contrary for p in shown} == {True, False}
    assert all(p.contrary == (p.found.case.decision != family) for p in shown)
    assert len({p.found.case.id for p in shown}) == 4
    all_otherwise = all(p.contrary for p in shown[:3])
    nearest = next(f for f in ordered[3:] if (f.case.decision == family) == all_otherwise)
    assert shown[3].found == nearest


def test_each_is_shown_for_one_reason() -> None:
    answers = answers_of(reference.sample("hospital_group"))
    for precedent in chosen(answers, "on_premises"):
        assert precedent.reason
        assert ("although" in precedent.reason) == precedent.contrary
        assert precedent.reason[0].islower()
        assert "{" not in precedent.reason


def test_the_reason_is_the_weightiest_thing_in_common() -> None:
    case = replace(SILENT, existing_datacentre=False, data_sensitivity="public", decision="cloud")
    document = a_document({"text": {"volume_per_day": 5, "data_class": "public"}})
    document["answers"]["site"] = {"type": "none"}
    answers = answers_of(document)
    (nearest,) = match(Library.of([case]), answers).precedents("cloud")
    assert nearest.reason == "it began as you do: without a data centre"
    (nearest,) = match(Library.of([case]), answers).precedents("hybrid")
    assert (
        nearest.reason == "it decided for cloud, although it began as you do: without a data centre"
    )


def test_a_reason_is_not_given_twice_while_there_is_another() -> None:
    alike = replace(SILENT, existing_datacentre=False, data_sensitivity="public", decision="cloud")
    document = a_document({"text": {"volume_per_day": 5, "data_class": "public"}})
    document["answers"]["site"] = {"type": "none"}
    library = Library.of([replace(alike, id=name) for name in "abc"])
    reasons = [p.reason for p in match(library, answers_of(document)).precedents("cloud")]
    assert [reason.split(":")[0] for reason in reasons] == [
        "it began as you do",
        "its data is as sensitive",
        "it began as you do",
    ]


def test_where_the_nearest_all_decided_otherwise_the_fourth_decided_the_same() -> None:
    near = replace(SILENT, existing_datacentre=False, decision="cloud")
    cases = [replace(near, id=name) for name in "abcd"] + [
        replace(SILENT, id="e", decision="hybrid")
    ]
    document = a_document({"text": {"volume_per_day": 5}})
    document["answers"]["site"] = {"type": "none"}
    shown = match(Library.of(cases), answers_of(document)).precedents("hybrid")
    assert [(p.found.case.id, p.contrary) for p in shown] == [
        ("a", True),
        ("b", True),
        ("c", True),
        ("e", False),
    ]


def test_without_anything_in_common_the_reason_says_so() -> None:
    (nearest,) = match(Library.of([SILENT]), answers_of(a_document())).precedents("cloud")
    assert nearest.reason.endswith("no other is nearer")


def test_without_a_recommendation_the_contrary_case_contradicts_the_nearest() -> None:
    shown = chosen(answers_of(a_document()), None)
    assert len(shown) == 4
    assert shown[3].found.case.decision != shown[0].found.case.decision


def test_when_all_decided_alike_there_is_no_contrary_case() -> None:
    alike_cases = [case for case in CASES if case.decision == "cloud"]
    shown = match(Library.of(alike_cases), answers_of(a_document())).precedents("cloud")
    assert len(shown) == 3
    assert not any(precedent.contrary for precedent in shown)


def test_without_cases_nothing_is_shown() -> None:
    assert match(Library.of([]), answers_of(a_document())).precedents("cloud") == []


@given(order=st.permutations(range(len(CASES))))
def test_the_order_of_the_cases_does_not_matter(order: list[int]) -> None:
    answers = answers_of(a_document(priorities=["cost"]))
    shuffled = Library.of([CASES[i] for i in order])
    assert match(shuffled, answers).precedents("cloud") == chosen(answers, "cloud")


@given(case=st.sampled_from(CASES))
def test_likeness_is_a_share(case: Case) -> None:
    document = a_document(priorities=["cost", "talent"], site={"type": "none"}, scope="estate")
    found = likeness(case, answers_of(document))
    assert 0 <= found.share <= 1
    assert 0 <= found.stated <= 1
