import pytest
from starlette.datastructures import FormData

from app import reference
from app.domain.errors import NotFound
from app.web import forms

QUESTIONS = reference.load().questions
GROWTH = QUESTIONS.field("growth_per_year")


def typed(*pairs: tuple[str, str]) -> dict[str, forms.Raw]:
    return forms.typed_answers(FormData(list(pairs)), QUESTIONS)


def test_a_percentage_is_stored_with_its_mark() -> None:
    assert typed(("asked", "growth_per_year"), ("growth_per_year.likely", "30")) == {
        "growth_per_year": {"likely": "30 %"}
    }


@pytest.mark.parametrize("text", ["30 %", "30%"])
def test_a_mark_that_was_typed_is_not_doubled(text: str) -> None:
    stored = typed(("asked", "growth_per_year"), ("growth_per_year.likely", text))
    assert stored == {"growth_per_year": {"likely": text}}


@pytest.mark.parametrize(
    ("stored", "shown"),
    [({"likely": "30 %"}, "30"), ({"likely": 0.3}, "30"), (0.3, "30"), ("30%", "30%"), (None, "")],
)
def test_what_is_stored_is_shown_as_it_was_typed(stored: forms.Raw, shown: str) -> None:
    assert forms.part_of(stored, "likely", GROWTH) == shown


def test_a_field_that_was_asked_and_left_empty_takes_its_answer_back() -> None:
    assert typed(("asked", "workloads"), ("asked", "scope"), ("asked", "growth_per_year")) == {
        "workloads": None,
        "scope": None,
        "growth_per_year": None,
    }


def test_only_what_was_asked_is_read() -> None:
    assert typed(("scope", "estate")) == {}


def test_i_do_not_know_keeps_what_was_typed() -> None:
    stored = typed(
        ("asked", "growth_per_year"),
        ("growth_per_year.likely", "30"),
        ("growth_per_year.unknown", "on"),
    )["growth_per_year"]
    assert forms.is_unknown(stored)
    assert forms.part_of(stored, "likely", GROWTH) == "30"


def test_ranks_become_a_list_without_gaps() -> None:
    pairs = [("asked", "priorities"), ("priorities.1", "cost"), ("priorities.3", "speed")]
    assert typed(*pairs) == {"priorities": ["cost", "speed"]}


def test_a_grade_alone_is_no_answer() -> None:
    pairs = [("asked", "growth_per_year"), ("growth_per_year.evidence", "measured")]
    assert forms.is_blank(typed(*pairs)["growth_per_year"])


def test_long_texts_are_cut() -> None:
    stored = typed(("asked", "scope"), ("scope", "ab" + "x" * 5000))["scope"]
    assert isinstance(stored, str)
    assert len(stored) == forms.LONGEST_VALUE


def test_a_field_that_no_question_has_is_refused() -> None:
    with pytest.raises(NotFound, match="No question has a field 'password'"):
        typed(("asked", "password"))
