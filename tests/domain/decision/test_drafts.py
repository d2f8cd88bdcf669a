import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision.criteria import Criterion
from app.domain.decision.drafts import (
    Draft,
    as_number,
    drafted,
    is_same,
    profile_key,
    profile_title,
    typed_anchors,
)
from app.domain.errors import InvalidAnswers
from tests.domain.builders import WEIGHTS

AS_PUBLISHED = {key: f"{weight * 100:.10g}" for key, weight in WEIGHTS.default_weights.items()}


def a_draft(profiles: dict[str, tuple[str, ...]] | None = None, **points: str) -> Draft:
    return Draft(AS_PUBLISHED | points, dict(WEIGHTS.profiles) if profiles is None else profiles)


def refused(draft: Draft) -> dict[str, str]:
    with pytest.raises(InvalidAnswers) as caught:
        drafted(draft, WEIGHTS)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_what_is_published_makes_the_published_set() -> None:
    assert is_same(drafted(a_draft(), WEIGHTS), WEIGHTS)


def test_weights_are_rescaled_to_one() -> None:
    made = drafted(a_draft(cost="120"), WEIGHTS).default_weights
    assert sum(made.values()) == pytest.approx(1)
    assert made["cost"] == pytest.approx(0.6)
    assert made["cost"] / made["speed"] == pytest.approx(120 / 14)


@given(st.lists(st.floats(0, 1e6), min_size=10, max_size=10).filter(any))
def test_every_set_of_numbers_that_is_not_all_zero_makes_weights(points: list[float]) -> None:
    typed = dict(zip(WEIGHTS.keys, map(str, points), strict=True))
    made = drafted(Draft(typed, {}), WEIGHTS).default_weights
    assert sum(made.values()) == pytest.approx(1)
    assert all(weight >= 0 for weight in made.values())


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("nan", "is no number"),
        ("much", "is no number"),
        ("inf", "is too large"),
        ("1e300", "is too large"),
        ("-1", "is negative"),
        ("\N{MINUS SIGN}1", "is negative"),
        ("", "enter a number"),
    ],
)
def test_what_is_no_weight_is_refused_with_a_sentence(typed: str, reason: str) -> None:
    problems = refused(a_draft(cost=typed))
    assert list(problems) == ["weight.cost"]
    assert problems["weight.cost"].startswith("Cost: ")
    assert reason in problems["weight.cost"]


def test_weights_that_sum_to_zero_are_refused() -> None:
    nothing = dict.fromkeys(WEIGHTS.keys, "0")
    assert "All weights are 0" in refused(Draft(nothing, {}))["weight.cost"]


def test_every_problem_is_said_at_once() -> None:
    draft = a_draft({"cost_first": ("cost", "cost")}, cost="much", speed="-2")
    assert set(refused(draft)) == {"weight.cost", "weight.speed", "profile.cost_first"}


@pytest.mark.parametrize(
    ("ranked", "reason"),
    [
        (("cost", "speed", "cost"), "ranks cost twice"),
        (("price",), "no criterion named 'price'"),
        (WEIGHTS.keys[:5], "up to four"),
    ],
)
def test_a_profile_ranks_up_to_four_different_criteria(
    ranked: tuple[str, ...], reason: str
) -> None:
    assert reason in refused(a_draft({"mine": ranked}))["profile.mine"]


def test_a_profile_without_a_usable_name_is_refused() -> None:
    assert "cannot be called ''" in refused(a_draft({"": ("cost",)}))["profile."]


def test_there_are_only_as_many_profiles_as_one_can_choose_from() -> None:
    many: dict[str, tuple[str, ...]] = {f"profile_{i}": () for i in range(21)}
    assert "There are 21 profiles" in refused(a_draft(many))["profile"]


def test_a_profile_may_rank_nothing() -> None:
    assert drafted(a_draft({"balanced": ()}), WEIGHTS).profiles == {"balanced": ()}


def test_sets_that_differ_by_rounding_are_the_same() -> None:
    other = replace(WEIGHTS, default_weights={**WEIGHTS.default_weights, "cost": 0.2 + 1e-12})
    assert is_same(other, WEIGHTS)
    other = replace(WEIGHTS, default_weights={**WEIGHTS.default_weights, "cost": 0.2001})
    assert not is_same(other, WEIGHTS)
    assert not is_same(replace(WEIGHTS, profiles={}), WEIGHTS)


def test_numbers_may_have_a_percent_sign_and_spaces() -> None:
    assert as_number(" 12.5 %") == 12.5
    assert as_number("1 000") == 1000
    assert math.isnan(as_number("a dozen"))


def test_a_profile_has_a_key_and_a_title() -> None:
    assert profile_key("  Board, 2027! ") == "board_2027"
    assert profile_title("board_2027") == "Board 2027"


# ---- anchors -----------------------------------------------------------------------------------


def anchored(**anchors: tuple[str, str]) -> Draft:
    return replace(a_draft(), anchors=anchors)


def test_without_anchors_the_published_ones_stay() -> None:
    assert drafted(anchored(), WEIGHTS).criteria == WEIGHTS.criteria


@given(st.sampled_from(WEIGHTS.criteria))
def test_what_the_form_begins_with_changes_nothing(criterion: Criterion) -> None:
    made = drafted(anchored(**{criterion.key: typed_anchors(criterion)}), WEIGHTS)
    assert made.criteria == WEIGHTS.criteria
    assert is_same(made, WEIGHTS)


@pytest.mark.parametrize(
    ("key", "typed", "made"),
    [
        ("cost", ("3", "0.4"), (3.0, 0.4)),
        ("cost", (" 1.5 ", "0.9"), (1.5, 0.9)),
        ("security", ("20", "80"), (0.2, 0.8)),  # shares are typed in percent
        ("security", ("20 %", "80%"), (0.2, 0.8)),
        ("predictability", ("100", "0"), (1.0, 0.0)),
        ("integration", ("100", "0.5"), (100.0, 0.5)),
        ("talent", ("4", "1"), (4.0, 1.0)),
        ("integration", ("1 500", "1"), (1500.0, 1.0)),
    ],
)
def test_anchors_are_taken_as_typed(
    key: str, typed: tuple[str, str], made: tuple[float, float]
) -> None:
    found = drafted(anchored(**{key: typed}), WEIGHTS)
    of_key = next(c for c in found.criteria if c.key == key)
    assert (of_key.worst, of_key.best) == pytest.approx(made)
    assert not is_same(found, WEIGHTS)
    assert [c for c in found.criteria if c.key != key] == [
        c for c in WEIGHTS.criteria if c.key != key
    ]


@pytest.mark.parametrize(
    ("key", "typed", "reason"),
    [
        (
            "cost",
            ("2", "2"),
            "Cost: worst and best are both 2; between them nothing is told",
        ),
        ("cost", ("0.5", "2"), "Cost: less is better, so the best end must lie below"),
        (
            "control",
            ("5", "0"),
            "Control: more is better, so the best end must lie above",
        ),
        ("cost", ("2", ""), "Cost: enter the best end; the published one is 0.5."),
        ("cost", ("dear", "1"), "Cost: the worst end 'dear' is no number; it is one such as 2."),
        ("cost", ("nan", "1"), "is no number"),
        ("cost", ("inf", "1"), "lies outside what it can be, 0.01 and 100."),
        ("cost", ("2", "0"), "Cost: the best end 0 lies outside what it can be, 0.01 and 100."),
        ("security", ("0", "101"), "the best end 101 lies outside what it can be, 0 and 100."),
        ("control", ("0", "6"), "the best end 6 lies outside what it can be, 0 and 5."),
        ("speed", ("52", "-2"), "lies outside"),
    ],
)
def test_anchors_that_are_no_scale_are_refused(
    key: str, typed: tuple[str, str], reason: str
) -> None:
    told = refused(anchored(**{key: typed}))
    assert list(told) == [f"anchor.{key}"]
    assert reason in told[f"anchor.{key}"]


def test_every_criterion_says_where_its_measure_can_lie() -> None:
    """Else 'outside' would never be said of it."""
    for criterion in WEIGHTS.criteria:
        told = refused(anchored(**{criterion.key: ("1e9", "1e8")}))
        assert "lies outside" in told[f"anchor.{criterion.key}"], criterion.key


def test_minus_nothing_is_nothing() -> None:
    """Else anchors that are the same would be kept under two names."""
    made = drafted(anchored(talent=("2", "-0")), WEIGHTS)
    assert [str(c.best) for c in made.criteria if c.key == "talent"] == ["0.0"]
