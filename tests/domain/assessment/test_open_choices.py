"""Choices that nobody made, tried one by one in the likely world."""

from app.domain.assessment.open_choices import open_choices
from app.domain.options import FAMILIES
from tests.domain.builders import (
    FACTS,
    WEIGHTS,
    Document,
    a_decided_document,
    answers_of,
    assessed,
)

PRIORITIES = ("cost", "speed")


def found(document: Document) -> dict[str, dict[str, str | None]]:
    choices = open_choices(answers_of(document), FACTS, WEIGHTS, PRIORITIES)
    return {choice.path: dict(choice.families) for choice in choices}


def test_where_everything_is_decided_nothing_is_tried() -> None:
    assert found(a_decided_document()) == {}


def test_every_alternative_of_an_open_choice_is_tried() -> None:
    tried = found(a_decided_document(isolation=None))
    assert set(tried) == {"isolation"}
    assert set(tried["isolation"]) == {"none", "egress_filtered", "air_gapped"}
    assert all(family is None or family in FAMILIES for family in tried["isolation"].values())


def test_a_place_and_a_profile_are_not_tried() -> None:
    document = a_decided_document(data_location={"scope": "anywhere"}, priorities=None)
    assert not {"data_location.country", "data_location.region", "priorities.profile"} & set(
        found(document)
    )


def test_a_choice_flips_where_another_family_would_win() -> None:
    document = a_decided_document(isolation=None)
    (choice,) = open_choices(answers_of(document), FACTS, WEIGHTS, PRIORITIES)
    assert choice.families["air_gapped"] != "cloud", "no rented machine may be used"
    for key in ("none", "air_gapped"):
        decided = found(a_decided_document(isolation=key))
        assert decided == {}
        result = assessed(a_decided_document(isolation=key), 1)
        best = result["recommended"]
        if key == "air_gapped":
            assert (best and best["family"]) != "cloud"
    assert "air_gapped" in choice.flips


def test_an_open_choice_that_decides_caps_the_label_and_is_asked_next() -> None:
    result = assessed(a_decided_document(isolation=None), 200)
    assert result["recommended"]["label"] != "clear"
    asked = result["ask_next"][0]
    assert asked["path"] == "isolation"
    assert set(asked["alternatives"]) == {"none", "egress_filtered", "air_gapped"}
    assert 0 < asked["changes_winner_share"] <= 1
