"""The search index finds the same on both databases, whatever it is asked."""

import pytest

from app.persistence import Session, case_text

WORDS = {
    "bank": "a german bank with its own data centre cost control",
    "studio": "a film studio renders video in the cloud cost speed",
    "hospital": "a hospital keeps images at home control not or and near",
}


@pytest.fixture(autouse=True)
def _filled(db: Session) -> None:
    case_text.fill(db, WORDS)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["bank"], ["bank"]),
        (["cost"], ["bank", "studio"]),
        (["cost", "control"], ["bank"]),
        (["hosp"], ["hospital"]),
        (["spital"], []),
        (["near"], ["hospital"]),
        (["not"], ["hospital"]),
        (["or", "and"], ["hospital"]),
        (["nothing"], []),
        (["²"], []),
        (["情報"], []),
    ],
    ids=str,
)
def test_every_word_must_begin_a_word(db: Session, words: list[str], found: list[str]) -> None:
    assert sorted(case_text.search(db, words)) == found


def test_filling_again_replaces_all(db: Session) -> None:
    case_text.fill(db, {"bank": "a bank"})
    assert case_text.search(db, ["hospital"]) == []
    assert case_text.search(db, ["bank"]) == ["bank"]
    case_text.fill(db, {})
    assert case_text.search(db, ["bank"]) == []


@pytest.mark.parametrize("word", ["", '"', "a b", "a*", "it's", "a\x00", "x:y", "-x", "(x", "a_b"])
def test_what_could_be_an_operator_is_no_word(db: Session, word: str) -> None:
    with pytest.raises(ValueError, match="not words"):
        case_text.search(db, [word])


def test_no_words_are_no_search(db: Session) -> None:
    with pytest.raises(ValueError, match="not words"):
        case_text.search(db, [])
