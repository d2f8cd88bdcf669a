"""The second opinion in words: who agrees with the answer, who does not, and that it is no vote."""

from typing import Any

import pytest

from app.reports.second_opinion import SecondOpinion, second_opinion

Json = dict[str, Any]
TITLES = {"own": "Own servers", "rented": "Rented GPUs", "managed": "Managed AI services"}


def said(topsis: str, promethee: str, label: str = "clear") -> SecondOpinion:
    found = second_opinion(a_result(topsis, promethee, label))
    assert found is not None
    return found


def a_result(topsis: str, promethee: str, label: str = "clear") -> Json:
    named = {"topsis": topsis, "promethee_ii": promethee}
    return {
        "recommended": {"option": "own", "title": TITLES["own"], "label": label},
        "options": [{"key": key, "title": title} for key, title in TITLES.items()],
        "second_opinion": [
            {"method": method, "leads": key, "agrees": key == "own"}
            for method, key in named.items()
        ],
    }


def test_two_agree() -> None:
    found = said("own", "own")
    assert (found.tag, found.tag_kind) == ("Two other methods agree", "good")
    assert found.sentence == "TOPSIS and PROMETHEE II also put own servers first."


def test_one_agrees_and_the_other_says_what_it_would_put_first() -> None:
    found = said("rented", "own")
    assert (found.tag, found.tag_kind) == ("One of two other methods agrees", "")
    assert found.sentence == (
        "PROMETHEE II also puts own servers first. TOPSIS would put rented GPUs first."
    )


def test_none_agrees() -> None:
    assert said("rented", "rented").tag == "Two other methods disagree"
    assert said("rented", "rented").tag_kind == ""
    assert said("rented", "rented").sentence == (
        "TOPSIS and PROMETHEE II would put rented GPUs first."
    )
    assert said("managed", "rented").sentence == (
        "TOPSIS would put managed AI services first. PROMETHEE II would put rented GPUs first."
    )


def test_agreement_makes_a_preference_no_clearer() -> None:
    found = said("own", "own", "leaning")
    assert (found.tag, found.tag_kind) == ("Two other methods agree", "")
    assert "no clearer" in found.sentence
    assert "no clearer" not in said("rented", "own", "leaning").sentence


def test_where_it_is_too_close_to_call_nothing_is_agreed_with() -> None:
    same = said("own", "own", "too_close_to_call")
    assert (same.tag, same.tag_kind) == ("Two other methods name the same", "")
    assert same.sentence.startswith("TOPSIS and PROMETHEE II would put own servers first. That")
    other = said("own", "rented", "too_close_to_call")
    assert other.tag == "Two other methods differ"
    assert "also" not in other.sentence


def test_it_says_what_the_methods_do_and_that_they_decide_nothing() -> None:
    methods = said("own", "own").methods
    assert "nearest to the best" in methods
    assert "by more than 1 of 100 points" in methods
    assert "neither changes the ranking" in methods


@pytest.mark.parametrize("gone", ["second_opinion", "recommended"])
def test_nothing_is_said_where_nothing_was_asked_or_nothing_is_left(gone: str) -> None:
    result = a_result("own", "own")
    if gone == "second_opinion":
        del result[gone]
    else:
        result[gone] = None
    assert second_opinion(result) is None
    assert second_opinion(a_result("own", "own") | {"second_opinion": []}) is None
