import pytest
from argon2 import extract_parameters

from app.services import passwords

GOOD = "nineteen purple tractors"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "at least 12 characters"),
        ("elevenchars", "at least 12 characters"),
        ("a" * 12, "different characters"),
        ("abababababab", "different characters"),
        ("é" * 600, "1,024 bytes"),
        ("password1234", "common word"),
        ("Password!Password!", "common word"),
        ("123456789012", "common word"),
        ("qwertyuiop123", "common word"),
        ("footing2026!!", "common word"),
        ("lovelace2026!", "common word"),
        ("adalovelace-1815", "common word"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str, reason: str) -> None:
    assert reason in passwords.weakness(password, ("Ada Lovelace", "ada.lovelace@example.org"))


@pytest.mark.parametrize(
    "password", [GOOD, "x7#Kq9!vT2mZ", "日本語の長い文章はよい", "é" * 5 + GOOD]
)
def test_others_will_do(password: str) -> None:
    if len(password) < passwords.SHORTEST:
        password *= 2
    assert passwords.weakness(password, ("Ada Lovelace", "ada@example.org")) == ""


def test_only_the_same_password_matches() -> None:
    kept = passwords.hashed(GOOD)
    assert passwords.matches(GOOD, kept)
    for other in (GOOD + " ", GOOD.upper(), "", GOOD[:-1]):
        assert not passwords.matches(other, kept)


def test_all_of_a_long_password_counts() -> None:
    kept = passwords.hashed("ab" * 500)
    assert not passwords.matches("ab" * 499 + "ac", kept)


def test_without_an_account_nothing_matches_and_it_takes_a_verification() -> None:
    assert not passwords.matches("the password of nobody", None)
    assert not passwords.matches(GOOD, "no hash")


def test_it_is_kept_with_the_parameters_we_say() -> None:
    found = extract_parameters(passwords.hashed(GOOD))
    assert (found.type.name, found.memory_cost, found.time_cost) == ("ID", 47_104, 1)
    assert not passwords.is_outdated(passwords.hashed(GOOD))
    assert passwords.is_outdated(
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$2+JCoQtY/2x5F0VB9pEVP3xBNguWP1T25Ui0PtZuk8o"
    )
