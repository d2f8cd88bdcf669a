"""B1 to B4 and B6 of security.md: guessing, spraying, telling apart, hashing, sessions."""

import statistics
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from app.domain.errors import TooOften
from app.persistence import Session
from app.persistence.engine import Database
from app.services import accounts, administration, api_tokens, passwords, people, throttle
from app.services.api_tokens import Wanted
from app.services.people import Caller, Person
from tests.builders import NOON, PASSWORD, a_person
from tests.web_client import Client

WRONG = "a guess"
Size = Callable[[int, int], int]


@pytest.fixture
def bo(database: Database) -> Person:
    with database.writing() as db:
        return a_person(db, "Bo", email="bo@example.org", password=PASSWORD)


@pytest.fixture
def no_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted here is attempts; hashing each would take a minute for a thousand."""
    monkeypatch.setattr(
        passwords, "matches", lambda password, kept: bool(kept) and password == PASSWORD
    )


def _guess(db: Session, email: str, network: str, password: str = WRONG) -> str | None:
    caller = Caller(network)
    return accounts.sign_in(db, email=email, password=password, caller=caller, now=NOON)


@pytest.mark.usefixtures("no_hashing")
def test_b1_guessing_at_one_account_is_stopped_and_hurts_nobody_else(
    db: Session, bo: Person, size: Size
) -> None:
    a_person(db, "Cy", email="cy@example.org", password=PASSWORD)
    session = _guess(db, "bo@example.org", "192.0.2.1", PASSWORD)
    assert session
    refused = 0
    for number in range(size(12, 200)):
        try:
            assert _guess(db, "bo@example.org", f"198.51.100.{number % 250}") is None
        except TooOften:
            refused += 1
    assert refused == size(12, 200) - throttle.MOST_PER_ACCOUNT
    with pytest.raises(TooOften):
        _guess(db, "bo@example.org", "192.0.2.1", PASSWORD)
    assert _guess(db, "cy@example.org", "192.0.2.1", PASSWORD)
    assert people.person_for(db, session, NOON) == bo


@pytest.mark.usefixtures("no_hashing")
def test_b2_one_guess_at_each_of_many_accounts_is_stopped_too(db: Session, size: Size) -> None:
    many, refused = size(60, 1_000), 0
    for number in range(many):
        try:
            _guess(db, f"person{number}@example.org", "192.0.2.1")
        except TooOften:
            refused += 1
    assert refused == many - throttle.MOST_PER_NETWORK


@pytest.mark.usefixtures("no_hashing")
def test_b2_from_a_hundred_networks_the_limit_of_all_holds(
    db: Session, size: Size, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_OF_ALL", size(40, throttle.MOST_OF_ALL))
    many, admitted = size(120, 2_000), 0
    for number in range(many):
        try:
            _guess(db, f"person{number}@example.org", f"192.0.2.{number % 100}")
        except TooOften:
            continue
        admitted += 1
    # A network without a miss of late is let in once, so that strangers lock nobody out.
    assert admitted <= throttle.MOST_OF_ALL + 100


@pytest.mark.usefixtures("no_hashing", "bo")
def test_b2_who_claims_to_be_forwarded_is_counted_as_who_connects(client: Client) -> None:
    statuses = []
    for number in range(throttle.MOST_PER_NETWORK + 1):
        data = {"email": f"person{number}@example.org", "password": "a guess"}
        claims = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}
        statuses.append(client.post("/sign-in", data=data, headers=claims).status_code)
    assert statuses == [422] * throttle.MOST_PER_NETWORK + [429]


@pytest.mark.usefixtures("bo")
def test_b3_signing_in_says_and_takes_the_same_for_an_address_that_nobody_has(
    client: Client, size: Size, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processor time, because a wall clock measures the machine's other work too."""
    for limit in ("MOST_PER_ACCOUNT", "MOST_PER_NETWORK", "MOST_OF_ALL"):
        monkeypatch.setattr(throttle, limit, 10_000)
    took: dict[str, list[float]] = {"bo@example.org": [], "nobody@example.org": []}
    said = set()
    for _ in range(size(12, 300)):
        for email, times in took.items():
            began = time.process_time()
            answer = client.post("/sign-in", data={"email": email, "password": "a wrong guess"})
            times.append(time.process_time() - began)
            said.add((answer.status_code, answer.text.replace(email, "")))
    assert len(said) == 1
    known, unknown = (statistics.median(times) for times in took.values())
    most = size(60, 5) / 100
    assert abs(known / unknown - 1) < most


def test_b4_no_more_than_two_passwords_are_hashed_at_once(
    size: Size, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes 46 MiB and a core: 50 at once would take the machine."""
    guard, now, most = threading.Lock(), 0, 0
    kept = passwords.hashed(PASSWORD)
    verify = PasswordHasher.verify

    def counted(*of: Any) -> Any:  # noqa: ANN401  # whatever it is called with
        nonlocal now, most
        with guard:
            now += 1
            most = max(most, now)
        try:
            return verify(*of)
        finally:
            with guard:
                now -= 1

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    threads = [
        threading.Thread(target=passwords.matches, args=(PASSWORD, kept))
        for _ in range(size(8, 50))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_b6_a_session_dies_of_age_idleness_sign_out_password_and_closing(
    db: Session, bo: Person
) -> None:
    ada = a_person(db, "Ada", is_administrator=True)

    def begin() -> str:
        return people.begin_session(db, bo.id, caller=Caller(), now=NOON)

    idle, old, out, other, own = (begin() for _ in range(5))
    assert len({idle, old, out, other, own}) == 5
    assert people.person_for(db, idle, NOON + timedelta(hours=12)) is None
    people.note_seen(db, old, NOON + timedelta(days=14) - timedelta(minutes=1))
    assert people.person_for(db, old, NOON + timedelta(days=14)) is None
    people.sign_out(db, out)
    assert people.person_for(db, out, NOON) is None
    own = accounts.change_password(
        db, bo, own, present=PASSWORD, password="eleven green bicycles", caller=Caller(), now=NOON
    )
    assert people.person_for(db, other, NOON) is None
    assert people.person_for(db, own, NOON) == bo
    token = api_tokens.make(db, bo, Wanted("A program"), NOON)
    administration.close(db, ada, bo.id, NOON)
    assert people.person_for(db, own, NOON) is None
    assert api_tokens.holder_of(db, token, NOON) is None
