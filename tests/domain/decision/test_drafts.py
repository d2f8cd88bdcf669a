"""A draft of weights as typed: made into weights, or refused with every reason."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision.drafts import Draft, drafted, is_same, profile_key, profile_title
from app.domain.errors import InvalidAnswers
from tests.domain.builders import WEIGHTS

EVEN = dict.fromkeys(WEIGHTS.keys, "10")


def refused(draft: Draft) -> dict[str, str]:
    with pytest.raises(InvalidAnswers) as caught:
        drafted(draft, WEIGHTS)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_only_ratios_matter() -> None:
    one = drafted(Draft(EVEN, {}), WEIGHTS)
    other = drafted(Draft(dict.fromkeys(WEIGHTS.keys, "0.5"), {}), WEIGHTS)
    assert one.default_weights == pytest.approx(dict.fromkeys(WEIGHTS.keys, 0.1))
    assert is_same(one, other)
    assert one.criteria == WEIGHTS.criteria


@given(st.lists(st.floats(0, 1e6), min_size=10, max_size=10).filter(lambda x: sum(x) > 1e-6))
def test_weights_sum_to_one(points: list[float]) -> None:
    typed = {key: f"{p:.6f}" for key, p in zip(WEIGHTS.keys, points, strict=True)}
    try:
        weights = drafted(Draft(typed, {}), WEIGHTS).default_weights
    except InvalidAnswers:
        assert not any(float(text) for text in typed.values())
    else:
        assert sum(weights.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("typed", ["12.5 %", " 12.5 ", "1 2.5"])
def test_a_weight_is_read_as_it_is_typed(typed: str) -> None:
    same = drafted(Draft({**EVEN, "cost": typed}, {}), WEIGHTS)
    assert is_same(same, drafted(Draft({**EVEN, "cost": "12.5"}, {}), WEIGHTS))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "enter a number; 0 if it shall not count."),
        ("much", "'much' is no number"),
        ("nan", "'nan' is no number"),
        ("-1", "-1 is negative"),
        ("\N{MINUS SIGN}1", "is negative"),
        ("1000001", "is too large"),
        ("inf", "is too large"),
    ],
)
def test_what_is_no_weight_is_told(typed: str, words: str) -> None:
    assert words in refused(Draft({**EVEN, "cost": typed}, {}))["weight.cost"]


def test_something_must_count() -> None:
    assert refused(Draft(dict.fromkeys(WEIGHTS.keys, "0"), {})) == {
        "weight.cost": "All weights are 0; at least one must count."
    }


def test_a_missing_weight_is_asked_for() -> None:
    assert set(refused(Draft({"cost": "1"}, {}))) == {f"weight.{k}" for k in WEIGHTS.keys[1:]}


@pytest.mark.parametrize(
    ("profiles", "path", "words"),
    [
        ({"x": ("beauty",)}, "profile.x", "There is no criterion named 'beauty'."),
        ({"x": ("cost", "cost")}, "profile.x", "ranks cost twice."),
        ({"x": WEIGHTS.keys[:5]}, "profile.x", "ranks 5 criteria; up to four are ranked."),
        ({"9 lives": ()}, "profile.9 lives", "A profile cannot be called '9 lives'"),
        ({f"p{i}": () for i in range(21)}, "profile", "There are 21 profiles"),
    ],
    ids=["strange", "twice", "five", "name", "many"],
)
def test_what_is_no_profile_is_told(
    profiles: dict[str, tuple[str, ...]], path: str, words: str
) -> None:
    assert words in refused(Draft(EVEN, profiles))[path]


def test_profiles_are_kept() -> None:
    made = drafted(Draft(EVEN, {"ours": ("cost", "speed"), "even": ()}), WEIGHTS)
    assert made.profiles == {"ours": ("cost", "speed"), "even": ()}


def test_a_set_is_itself_and_no_other() -> None:
    assert is_same(WEIGHTS, WEIGHTS)
    assert not is_same(WEIGHTS, replace(WEIGHTS, profiles={}))
    assert not is_same(WEIGHTS, drafted(Draft(EVEN, dict(WEIGHTS.profiles)), WEIGHTS))


@pytest.mark.parametrize(
    ("name", "key"), [("Board, 2027", "board_2027"), ("  Cost first ", "cost_first"), ("!!", "")]
)
def test_a_profile_is_called_by_its_name(name: str, key: str) -> None:
    assert profile_key(name) == key


def test_a_profile_has_a_title() -> None:
    assert profile_title("cost_first") == "Cost first"
