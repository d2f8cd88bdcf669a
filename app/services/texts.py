"""Texts that people type into forms: cleaned, and checked for length."""

from collections.abc import Iterator

from app.domain.errors import Problem


def one_line(text: str) -> str:
    """The text on one line, without what a database cannot store."""
    return " ".join(storable(text).split())


def storable(text: str) -> str:
    """The text without NUL and lone surrogates, which PostgreSQL refuses to store."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def too_long(path: str, what: str, text: str, most: int) -> Iterator[Problem]:
    """A problem, if `text` has more than `most` characters; `what` begins its sentence."""
    if len(text) > most:
        yield Problem(path, f"{what} has {len(text):,} characters; at most {most:,} fit.")
