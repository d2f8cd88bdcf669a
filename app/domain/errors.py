"""What can go wrong, in the words of the people who use Footing.

DomainError
├── InvalidAnswers    one or more answers cannot be used; carries every problem
├── NotFound          no such project, version, case or sample
├── Gone              it was there, and is no more
├── Conflict          somebody else changed it first, or it was used up
├── NotAllowed        the person may not do this
├── TooOften          it was tried too often; later it may be again
├── Busy              there is too much to compute just now; soon it may be tried again
├── NoBlueprint       no infrastructure code can be written for this, and why
├── NotEvidence       what was measured or described is not what it is taken for
└── MissingFact       the shipped facts lack a row that the calculation needs
"""

from collections.abc import Sequence
from dataclasses import dataclass


class DomainError(Exception):
    """Any error whose text is a sentence for the person who caused it."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one answer.

    Attributes:
        path: where it is, as in an answers file: `traffic.peak_to_average`.
        message: a sentence: what is wrong, with the value, and what would be right.
    """

    path: str
    message: str


class InvalidAnswers(DomainError):
    """Some answers cannot be used; nothing was computed or stored from them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path}: {p.message}" for p in self.problems))


class NotFound(DomainError):
    """There is no such thing, or it is not visible to this person."""


class Gone(DomainError):
    """There was such a thing; it was taken back, ran out or was erased."""


class Conflict(DomainError):
    """The thing changed, or was used up, since the person looked at it."""


class NotAllowed(DomainError):
    """The person may see this but not do that."""


class Locked(NotAllowed):
    """What a link opens is kept behind a passphrase that was not given."""


class TooOften(DomainError):
    """It was tried too often in a short time.

    Attributes:
        seconds: after how many it may be tried again.
    """

    def __init__(self, sentence: str, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(sentence)


class Busy(DomainError):
    """There is too much to compute just now."""


class NoBlueprint(DomainError):
    """Infrastructure code for these choices would have to guess, so none is written."""


class NotEvidence(DomainError):
    """A workload or a measurement cannot stand for the kind of data it is given for."""


class MissingFact(DomainError):
    """The shipped facts lack a row that a calculation needs."""
