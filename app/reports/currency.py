"""In which currency money is written: that of the result which is being told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Params = ParamSpec("Params")
Told = TypeVar("Told")


@dataclass(frozen=True)
class Currency:
    """A currency and its dated rate.

    Attributes:
        usd_each: US dollars for one unit of it.
        as_of: the day of the rate; empty for the team's own.
    """

    code: str
    usd_each: float
    source: str = ""
    as_of: str = ""


DOLLARS = Currency("USD", 1.0)
_spoken: ContextVar[Currency] = ContextVar("spoken", default=DOLLARS)


def spoken() -> Currency:
    """The currency in which money is written now."""
    return _spoken.get()


def currency_of(result: dict[str, Any]) -> Currency:
    """The one that a result was saved with; US dollars for those of earlier engines."""
    told = result.get("currency")
    if not told:
        return DOLLARS
    return Currency(told["code"], told["usd_each"], told.get("source", ""), told.get("as_of", ""))


@contextmanager
def speaking(currency: Currency) -> Iterator[None]:
    """Write money in `currency` within the block."""
    before = _spoken.set(currency)
    try:
        yield
    finally:
        _spoken.reset(before)


def in_its_currency(
    tell: Callable[Concatenate[Any, Params], Told],
) -> Callable[Concatenate[Any, Params], Told]:
    """`tell`, whose first argument has a result, in the currency of that."""

    @wraps(tell)
    def told(saved: Any, /, *args: Params.args, **kwargs: Params.kwargs) -> Told:  # noqa: ANN401  # anything with a result
        with speaking(currency_of(saved.result)):
            return tell(saved, *args, **kwargs)

    return told
