"""What a case states is looked at, and what it does not know is named."""

import pytest

from app.domain.validation.cases import CannotCompute, Given


@pytest.mark.parametrize(
    ("inputs", "flag"),
    [
        ({"parms": 7}, "unknown_input:parms"),
        ({"params": -1}, "bad_value:params"),
        ({"params": "many"}, "bad_value:params"),
        ({"params": True}, "bad_value:params"),
        ({"params": float("nan")}, "bad_value:params"),
        ({"stack": "best"}, "bad_value:stack"),
        ({"phase": ["train"]}, "bad_value:phase"),
        ({"holdout": "yes"}, "bad_value:holdout"),
    ],
)
def test_what_is_outside_the_vocabulary_is_named(inputs: dict[str, object], flag: str) -> None:
    with pytest.raises(CannotCompute) as refused:
        Given(inputs)
    assert refused.value.flags == (flag,)
    assert flag.split(":")[1] in refused.value.sentences[0]


def test_everything_wrong_is_named_at_once() -> None:
    with pytest.raises(CannotCompute) as refused:
        Given({"parms": 7, "stack": "best"})
    assert refused.value.flags == ("unknown_input:parms", "bad_value:stack")


def test_what_is_missing_is_named() -> None:
    with pytest.raises(CannotCompute, match="tokens is missing") as refused:
        Given({"params": 7}).number("tokens")
    assert refused.value.flags == ("insufficient_inputs",)


def test_what_played_no_part_is_remembered() -> None:
    given = Given({"params": 7, "dim": 3, "gpu": "H100", "phase": "train"})
    assert given.number("params") == 7
    assert given.number_or("tokens", 5) == 5
    assert given.word("gpu") == "H100"
    assert given.unused() == ("dim",)
    assert not given.is_holdout()
