"""Passwords: which are good enough, and how they are kept (argon2id)."""

import threading
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12  # characters; NIST SP 800-63B-4 asks for 15 where it is the only factor, 8 at least
LONGEST_BYTES = 1_024
FEWEST_DIFFERENT = 5

# OWASP Password Storage Cheat Sheet, argon2id with m=47104 (46 MiB), t=1, p=1, read 2026-11.
_hasher = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
# Each takes a core for some 60 ms and 46 MiB: more at once would only crowd out the pages.
_HASHING = threading.BoundedSemaphore(2)
# Verified when there is no account, so that an unknown address takes as long as a known one.
_NOBODYS = _hasher.hash("the password of nobody")

# The words that lists of leaked passwords are made of (NCSC, "PwnedPasswordsTop100k", and
# NordPass, "Top 200 most common passwords", both read 2026-11), with our own name.
_COMMON = (
    "password", "passw0rd", "qwertyuiop", "asdfghjkl", "zxcvbnm", "letmein", "welcome", "iloveyou",
    "administrator", "changeme", "monkey", "dragon", "football", "baseball", "sunshine", "princess",
    "superman", "abcdefghijkl", "1234567890", "0987654321", "qwerty", "admin", "secret", "footing",
)  # fmt: skip


def hashed(password: str) -> str:
    """The password as it may be kept."""
    with _HASHING:
        return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether `password` is the one that was kept; without one, no, after as long a time."""
    if len(password.encode(errors="replace")) > LONGEST_BYTES:
        return False
    with _HASHING:
        try:
            _hasher.verify(kept or _NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was kept with other parameters than today's and should be hashed again."""
    return _hasher.check_needs_rehash(kept)


def weakness(password: str, about: Sequence[str]) -> str:
    """A sentence on why `password` will not do; empty when it will.

    `about` are words that somebody who knows the person would try: the name, the address.
    """
    if len(password) < SHORTEST:
        found = f"{len(password)} characters" if password else "nothing was entered"
        return f"Choose a password of at least {SHORTEST} characters ({found}); a sentence is fine."
    if len(password.encode(errors="replace")) > LONGEST_BYTES:
        return f"The password is longer than {LONGEST_BYTES:,} bytes; choose a shorter one."
    if len(set(password)) < FEWEST_DIFFERENT:
        return f"Choose a password with at least {FEWEST_DIFFERENT} different characters."
    if _is_guessed_first(password, about):
        return (
            "That is among the first passwords somebody would try: it is made of a common word, "
            "your name or your address. Choose several words that have nothing to do with you."
        )
    return ""


def _is_guessed_first(password: str, about: Sequence[str]) -> bool:
    """Whether hardly anything is left without common words, the person's own, and repetition."""
    rest = password.lower()
    own = (part for words in about for part in _parts(words.lower()))
    for word in sorted({*_COMMON, *own}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(set(rest) - set("0123456789 .-_!@#")) < FEWEST_DIFFERENT - 1


def _parts(words: str) -> list[str]:
    separated = "".join(c if c.isalnum() else " " for c in words).split()
    return [part for part in separated if len(part) >= 4]
