import pytest
from fastapi.testclient import TestClient

from benchmarks.measuring import Line, in_turns
from benchmarks.server import plain


@pytest.mark.parametrize(
    ("figure", "goal", "at_least", "verdict", "words"),
    [
        (0.5, 0.4, True, "met", "at least 0.4"),
        (0.3, 0.4, True, "missed", "at least 0.4"),
        (1.9, 2.0, False, "met", "at most 2"),
        (2.1, 2.0, False, "missed", "at most 2"),
        (2.1, None, False, "", "none"),
    ],
)
def test_a_line_says_whether_its_goal_is_met(
    figure: float, goal: float | None, *, at_least: bool, verdict: str, words: str
) -> None:
    line = Line("a page", figure, "x", "", goal, at_least=at_least)
    assert (line.verdict, line.goal_words) == (verdict, words)


def test_two_take_turns_and_the_middle_ratio_counts() -> None:
    turns: list[str] = []
    first, second = iter([2.0, 9.0, 4.0]), iter([1.0, 1.0, 1.0])

    def one() -> float:
        turns.append("first")
        return next(first)

    def other() -> float:
        turns.append("second")
        return next(second)

    assert in_turns(one, other, rounds=3) == 4
    assert turns == ["first", "second", "second", "first", "first", "second"]


def test_the_page_to_compare_with_is_as_long_as_ours() -> None:
    app, told = plain(176_000)
    client = TestClient(app)
    for path in ("/jinja", "/finished"):
        assert len(client.get(path).content) == int(told["bytes"])
    assert 170_000 < int(told["bytes"]) < 182_000
