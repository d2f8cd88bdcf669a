from datetime import timedelta

import pytest
from sqlalchemy import text

from app.domain.errors import TooOften
from app.persistence import Session
from app.services import throttle
from tests.builders import NOON


def _guess(db: Session, number: int, account: str = "ada", network: str = "192.0.2.1") -> None:
    throttle.admit(db, account=account, network=network, now=NOON + timedelta(seconds=number))


def test_the_eleventh_guess_at_an_account_waits(db: Session) -> None:
    for number in range(10):
        _guess(db, number, network=f"192.0.2.{number}")
    with pytest.raises(TooOften, match="five minutes") as caught:
        _guess(db, 10, network="192.0.2.99")
    assert caught.value.seconds == 300
    _guess(db, 10, account="bo")


def test_it_may_be_tried_again_when_the_time_is_over(db: Session) -> None:
    for number in range(10):
        _guess(db, number)
    _guess(db, 300)


def test_a_refused_guess_does_not_prolong_the_wait(db: Session) -> None:
    for number in range(10):
        _guess(db, 0)
        del number
    for number in (100, 200, 299):
        with pytest.raises(TooOften):
            _guess(db, number)
    _guess(db, 300)


def test_guessing_at_many_accounts_from_one_network_waits_too(db: Session) -> None:
    for number in range(throttle.MOST_PER_NETWORK):
        _guess(db, 0, account=f"person {number}")
    with pytest.raises(TooOften):
        _guess(db, 1, account="another")
    _guess(db, 1, account="another", network="198.51.100.7")


def test_guessing_from_everywhere_waits_too(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_OF_ALL", 20)
    for number in range(20):
        _guess(db, 0, account=f"person {number}", network=f"192.0.2.{number}")
    with pytest.raises(TooOften):
        _guess(db, 1, account="another", network="192.0.2.7")


def test_the_right_password_is_forgiven_its_wrong_ones(db: Session) -> None:
    for number in range(9):
        _guess(db, number)
    throttle.forgive(db, account="ada", network="192.0.2.1", now=NOON + timedelta(seconds=8))
    for number in range(9):
        _guess(db, 10 + number)


def test_right_passwords_use_up_nothing(db: Session) -> None:
    for number in range(throttle.MOST_PER_NETWORK + 1):
        moment = NOON + timedelta(milliseconds=number)
        throttle.admit(db, account=f"{number}", network="192.0.2.1", now=moment)
        throttle.forgive(db, account=f"{number}", network="192.0.2.1", now=moment)
    _guess(db, 1)


def test_strangers_do_not_keep_a_network_out_where_nobody_guessed(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_OF_ALL", 5)
    for number in range(5):
        _guess(db, 0, account=f"person {number}", network=f"192.0.2.{number}")
    _guess(db, 1, account="ada", network="198.51.100.7")
    with pytest.raises(TooOften):
        _guess(db, 2, account="ada", network="198.51.100.7")


def test_old_guesses_are_forgotten(db: Session) -> None:
    _guess(db, 0)
    _guess(db, 3_601)
    assert db.execute(text("SELECT count(*) FROM attempt")).scalar_one() == 3


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "testclient"),
    ],
)
def test_of_ipv6_a_whole_customers_network_counts(address: str, network: str) -> None:
    assert throttle.neighbourhood(address) == network
