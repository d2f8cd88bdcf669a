"""How often a password may be guessed. Counted in the database: a restart forgets nothing."""

import hashlib
import ipaddress
from datetime import datetime, timedelta

from app.domain.errors import TooOften
from app.persistence import Session, attempts

# Ten guesses at one account and a thousand at all in five minutes are what PyPI allows (warehouse,
# read 2026-11). It also allows ten per address; a whole office may come from one, hence more.
WITHIN = timedelta(minutes=5)
MOST_PER_ACCOUNT = 10
MOST_PER_NETWORK = 50
MOST_OF_ALL = 1_000

# Guesses at the passphrase of one link. It is told from mouth to mouth, so it is weak by nature.
MOST_PASSPHRASES = 5
PASSPHRASES_WITHIN = timedelta(hours=1)

# What is typed without a break for five minutes is saved every second at most; twice that.
MOST_BY_ONE_LINK = 600

_EVERYBODY = "everybody"


def admit(db: Session, *, account: str, network: str, now: datetime) -> bool:
    """Count one guess at `account` from `network`, before the guess is looked at.

    Returns whether it is the last that `account` has for now, if it is wrong.

    A guess counts when its transaction ends well: a wrong password must not be an exception.
    When only the limit of all is reached, a network from which nobody guessed wrongly of late is
    let in all the same: otherwise some strangers could keep everybody out.

    Raises:
        TooOften: there were too many of the account, of the network or of all; not counted then.
    """
    of_account, of_network = _key("account", account), _key("network", neighbourhood(network))
    attempts.one_by_one(db, [of_account, of_network])
    since = now - WITHIN
    from_here = attempts.count(db, of_network, since=since)
    guessed = attempts.count(db, of_account, since=since)
    if (
        guessed >= MOST_PER_ACCOUNT
        or from_here >= MOST_PER_NETWORK
        or (from_here > 0 and attempts.count(db, _EVERYBODY, since=since) >= MOST_OF_ALL)
    ):
        raise TooOften(
            "There were too many attempts with a wrong password. Wait five minutes and try again; "
            "whoever is signed in stays so.",
            int(WITHIN.total_seconds()),
        )
    attempts.forget_before(db, now - PASSPHRASES_WITHIN)
    attempts.add(db, [of_account, of_network, _EVERYBODY], now)
    return guessed + 1 == MOST_PER_ACCOUNT


def forgive(db: Session, *, account: str, network: str, now: datetime) -> None:
    """The guess counted at `now` was right: forget it, and the wrong ones at the same account.

    Wrong ones at other accounts from the same network still count.
    """
    attempts.forget(db, _key("account", account))
    attempts.take_back(db, [_key("network", neighbourhood(network)), _EVERYBODY], now)


def admit_by_link(db: Session, link_id: int, now: datetime) -> None:
    """Count one change by a link, before it is made.

    Raises:
        TooOften: there were too many by this link; not counted then.
    """
    key = _key("link", str(link_id))
    since = now - WITHIN
    if attempts.count(db, key, since=since) >= MOST_BY_ONE_LINK:
        raise TooOften(
            "This link was used very often just now. Wait five minutes; what you typed is still "
            "in the form.",
            int(WITHIN.total_seconds()),
        )
    attempts.forget_before(db, now - PASSPHRASES_WITHIN)
    attempts.add(db, [key], now)


def admit_passphrase(db: Session, link_id: int, now: datetime) -> None:
    """Count one guess at the passphrase of a link, before the guess is looked at.

    Raises:
        TooOften: there were too many within the hour; not counted then.
    """
    key = _key("passphrase", str(link_id))
    attempts.one_by_one(db, [key])
    if attempts.count(db, key, since=now - PASSPHRASES_WITHIN) >= MOST_PASSPHRASES:
        raise TooOften(
            "There were too many attempts with a wrong passphrase. Wait an hour and try again, or "
            "ask whoever sent you the link.",
            int(PASSPHRASES_WITHIN.total_seconds()),
        )
    attempts.add(db, [key], now)


def forgive_passphrase(db: Session, link_id: int) -> None:
    """A guess was right: forget the wrong ones at the same link."""
    attempts.forget(db, _key("passphrase", str(link_id)))


def neighbourhood(address: str) -> str:
    """The address, or of IPv6 its /64: that is what one customer of a provider has to choose from.

    A text that is no address, as a test sends, is taken as it is.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def _key(kind: str, value: str) -> str:
    # A hash, so that a copy of the database tells no addresses.
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
