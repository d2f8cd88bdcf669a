"""L1, L3 and L7 of security.md: tokens that nobody guesses, and who tries all the same."""

import base64
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from scipy import stats

from app import reference
from app.domain.errors import Locked, NotFound, TooOften
from app.persistence import Session, assessments
from app.services import passwords, people, share_links
from app.services.people import Person
from app.services.projects import Project
from app.web.link_misses import MOST, LinkMisses
from tests.builders import NOON, a_person, a_project, a_snapshot

Size = Callable[[int, int], int]
PASSPHRASE = "seven purple tractors"


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db)


@pytest.fixture
def project(db: Session, bo: Person) -> Project:
    project = a_project(db, bo)
    assessments.keep(db, project.id, a_snapshot(), by=bo.id, at=NOON)
    return project


def test_l1_tokens_are_256_bits_that_nobody_foresees(size: Size) -> None:
    tokens = [people.new_token() for _ in range(size(2_000, 100_000))]
    assert len(set(tokens)) == len(tokens)
    assert {len(token) for token in tokens} == {43}
    octets = b"".join(base64.urlsafe_b64decode(f"{token}=") for token in tokens)
    assert len(octets) == 32 * len(tokens)
    ones = sum(octet.bit_count() for octet in octets)
    # One run in a billion may fail by chance.
    assert stats.binomtest(ones, 8 * len(octets)).pvalue > 1e-9
    assert stats.chisquare([Counter(octets)[octet] for octet in range(256)]).pvalue > 1e-9


def test_l3_who_tries_links_is_told_the_same_each_time_and_then_kept_out(
    db: Session, size: Size
) -> None:
    questions, misses = reference.load().questions, LinkMisses()
    said = set[str]()
    for _ in range(MOST):
        with pytest.raises(NotFound) as told, misses.counted("192.0.2.1", NOON):
            share_links.look_up(db, questions, people.new_token(), NOON)
        said.add(str(told.value))
    assert len(said) == 1
    for number in range(size(3, 10_000)):
        with pytest.raises(TooOften), misses.counted("192.0.2.1", NOON):
            raise AssertionError(number)
    with misses.counted("192.0.2.2", NOON):
        pass  # nobody else is kept out


def test_l7_whoever_guesses_a_passphrase_has_five_tries_an_hour(
    db: Session, bo: Person, project: Project, size: Size, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = share_links.create(
        db, bo, project, number=1, label="Board", days=365, now=NOON, passphrase=PASSPHRASE
    )
    monkeypatch.setattr(passwords, "matches", lambda said, kept: bool(kept) and said == PASSPHRASE)
    hours, looked_at = size(2, 200), 0
    for minute in range(60 * hours):
        try:
            share_links.unlock(db, token, f"guess {minute}", NOON + timedelta(minutes=minute))
            looked_at += 1
        except TooOften:
            continue
    assert looked_at <= 5 * hours
    with pytest.raises(Locked):
        share_links.look_up(db, reference.load().questions, token, NOON)
