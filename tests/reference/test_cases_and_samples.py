"""Published decisions carry their source; the samples read without a problem."""

import re
from collections import Counter
from dataclasses import asdict

import pytest

from app import reference
from app.domain.cases import Case
from app.domain.facts import earliest_day
from app.domain.questionnaire.reading import read_answers
from app.reference import published_cases

REFERENCE = reference.load()


def _by_id(case: Case) -> str:
    return case.id


def test_the_decisions_are_counted() -> None:
    assert Counter(c.decision for c in REFERENCE.cases) == {
        "cloud": 34,
        "on_premises": 28,
        "hybrid": 23,
    }


def test_the_cases_cover_the_kinds_of_reader() -> None:
    industries = {c.industry for c in REFERENCE.cases}
    assert {"healthcare_provider", "finance_banking", "telecom"} <= industries
    assert {"small", "very_large"} <= {c.organisation_size for c in REFERENCE.cases}
    assert {"video", "audio"} <= {m for c in REFERENCE.cases for m in c.modalities}


@pytest.mark.parametrize("case", REFERENCE.cases, ids=_by_id)
def test_a_case_has_source_date_type_and_reasons(case: Case) -> None:
    assert re.match(r"https?://\S+\.\S+", case.source_url)
    assert case.source.source == case.source_url
    assert case.source_title
    assert earliest_day(case.source.as_of)
    assert case.source_type in published_cases.ALLOWED["source_type"]
    assert case.source.confidence in published_cases.ALLOWED["confidence"]
    assert case.drivers
    assert set(case.drivers) <= set(REFERENCE.weights.keys)


@pytest.mark.parametrize("case", REFERENCE.cases, ids=_by_id)
def test_what_a_source_does_not_say_is_empty(case: Case) -> None:
    assert all(value not in ("null", "unknown", "None") for value in asdict(case).values())
    assert case.summary.endswith(".")


@pytest.mark.parametrize("name", reference.SAMPLES)
def test_a_sample_reads_without_a_problem(name: str) -> None:
    answers = read_answers(reference.sample(name), REFERENCE.questions)
    assert answers.name
    assert answers.is_given("priorities")


def test_the_hospital_has_a_site_and_sensitive_data() -> None:
    answers = read_answers(reference.sample("hospital_group"), REFERENCE.questions)
    assert answers.modalities == ("document", "image")
    assert answers.choice("site.type") == "own_datacentre"
    assert answers.choice("data_location.country") == "DE"
    assert answers.quantity("modalities.image.volume_per_day").likely > 100_000
    assert answers.choice("modalities.image.data_class") == "special_category"


def test_the_contact_centre_has_a_server_room_and_wants_control() -> None:
    answers = read_answers(reference.sample("contact_centre"), REFERENCE.questions)
    assert answers.modalities == ("text", "audio")
    assert answers.choice("site.type") == "server_room"
    assert answers.choices("priorities")[0] == "control"
    assert answers.choice("data_location.region") == "eu"
    assert answers.quantity("needed_in_weeks").likely == 30
    assert answers.unknown == {"egress_tb_per_month"}


def test_a_sample_may_name_a_profile_instead_of_a_ranking() -> None:
    document = reference.sample("contact_centre")
    body = document["answers"]
    assert isinstance(body, dict)
    body["priorities"] = {"profile": "speed_first"}
    answers = read_answers(document, REFERENCE.questions)
    assert answers.choice("priorities.profile") == "speed_first"
    assert answers.choices("priorities") == ()


def test_there_is_no_other_sample() -> None:
    with pytest.raises(KeyError):
        reference.sample("shop")
