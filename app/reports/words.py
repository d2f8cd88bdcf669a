"""How numbers, money and dates are written: in plain English, rounded only here.

Pages, charts, spreadsheets and the terminal all write through this module, so that the same
figure reads the same everywhere.
"""

import re
from datetime import date

from app.reports.currency import DOLLARS, spoken

MINUS = "\N{MINUS SIGN}"
NO_DATA = "no data"
NOT_KNOWN = "not known"


def money(usd: float | None) -> str:
    """A sum as a person would say it: `USD 6.15 million`, `USD 12,300`, `USD 0.425`.

    Given in US dollars, written in the currency that is spoken.
    """
    if usd is None:
        return NO_DATA
    return f"{_sign(usd)}{spoken().code} {_amount(abs(converted(usd)))}"


def converted(usd: float) -> float:
    """US dollars in the currency that is spoken, at its dated rate."""
    return usd / spoken().usd_each


# A sum in a sentence that was written with the result.
_IN_A_SENTENCE = re.compile(r"USD ([\d,]+(?:\.\d+)?)")


def retold(sentence: str) -> str:
    """A sentence that was saved with sums in US dollars, with them in the currency spoken."""
    return _IN_A_SENTENCE.sub(lambda m: money(float(m[1].replace(",", ""))), sentence)


def rate_words() -> str:
    """At which rate money is converted, in a sentence; empty for US dollars."""
    currency = spoken()
    if currency == DOLLARS:
        return ""
    given = f"{currency.source}, {day(currency.as_of)}" if currency.as_of else "your own rate"
    return (
        f"Computed in US dollars and shown in {currency.code} at {currency.usd_each:g} US dollars "
        f"for one {currency.code} ({given}). Answers about money are typed in US dollars."
    )


def money_range(low: float | None, high: float | None) -> str:
    """Two sums with the unit said once: `USD 1.92 to 2.40 million`, `USD 12,300 to 1.4 million`."""
    if low is None or high is None:
        return NO_DATA
    first, last = (f"{_sign(usd)}{_amount(abs(converted(usd)))}" for usd in (low, high))
    if first.rpartition(" ")[2] == last.rpartition(" ")[2] and " " in first:
        first = first.rpartition(" ")[0]
    return f"{spoken().code} {first} to {last}"


def hourly_price(usd: float | None) -> str:
    """A price of an hour; None where the team keeps it to itself."""
    return "an hourly price that the team hides" if usd is None else f"{unit_price(usd)} an hour"


def unit_price(usd: float | None) -> str:
    """A price of one thing with four digits that count: `USD 3.85`, `USD 0.375 per 1,000`.

    Below a cent for a thousand, below a cent for a thousand for a million, so that no price
    that is not nothing reads as nothing.
    """
    if not usd:
        return NO_DATA if usd is None else f"{spoken().code} 0"
    usd, code = converted(usd), spoken().code
    for scale, words in ((1, ""), (1_000, " per 1,000"), (1_000_000, " per million")):
        if abs(usd) * scale >= 0.01 or scale == 1_000_000:
            return f"{_sign(usd)}{code} {_four_digits(abs(usd) * scale)}{words}"
    raise AssertionError(usd)


def _four_digits(usd: float) -> str:
    if usd >= 1_000:
        return f"{usd:,.0f}"
    cents = f"{usd:.2f}"
    return cents if float(cents) == float(f"{usd:.4g}") else f"{usd:.4g}"


def money_short(usd: float) -> str:
    """A sum for the tick of an axis: `0`, `250k`, `1.5M`; see `money_ticks`."""
    size = float(f"{abs(converted(usd)):.6g}")
    if size >= 1e6:
        return f"{_sign(usd)}{size / 1e6:g}M"
    return f"{_sign(usd)}{size / 1e3:g}k" if size >= 1e3 else f"{_sign(usd)}{size:g}"


def whole(value: int) -> str:
    """A number to its last digit, for sums and counts that a reader adds up: `6,151,204`."""
    return f"{_sign(value)}{abs(value):,}"


def change(words: str, value: float) -> str:
    """The words of a `value` that is a change: `+USD 1,200`, `−12`, `0`."""
    return f"+{words}" if value > 0 else words


def number(value: float | None, digits: int | None = None) -> str:
    """A quantity: `1.2 million`, `12,300`, `0.42`; with `digits`, that many significant ones."""
    if value is None:
        return NO_DATA
    if digits is not None and 0 < abs(value) < 10 ** (digits + 1):
        value = float(f"{value:.{digits}g}")
    return f"{_sign(value)}{_quantity(abs(value))}"


def exact(value: float) -> str:
    """A factor with the digits that a reader needs to multiply it: five that count."""
    if abs(value) >= 10_000:
        return f"{_sign(value)}{abs(value):,.0f}"
    return f"{_sign(value)}{float(f'{abs(value):.5g}'):,.10g}"


def percent(share: float | None) -> str:
    """A share as whole percent; nearly nothing and nearly all do not become 0 % and 100 %."""
    if share is None:
        return NO_DATA
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{_sign(round(share, 2))}{abs(share):.0%}"


def in_hundred(share: float) -> str:
    """A share of the worlds as a frequency: `84 of 100`, `fewer than 1 of 100`, `none of 100`."""
    return f"{of_hundred(share)} of 100"


def of_hundred(share: float) -> str:
    """The first half of a frequency whose `of 100` was said: `84`, `fewer than 1`, `none`."""
    if share == 0:
        return "none"
    if 0 < share < 0.01:
        return "fewer than 1"
    if 0.99 < share < 1:
        return "more than 99"
    return f"{share * 100:.0f}"


def lower_first(text: str) -> str:
    """`text` inside a sentence: its first letter small, unless it begins an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def day(moment: date | str) -> str:
    """A date without ambiguity: `1 Nov 2026`; a month or a year alone stays one."""
    if isinstance(moment, date):
        return f"{moment.day} {moment:%b %Y}"
    parts = moment[:10].split("-")
    if len(parts) == 3:
        return day(date.fromisoformat(moment[:10]))
    if len(parts) == 2:
        return f"{date(int(parts[0]), int(parts[1]), 1):%b %Y}"
    return moment


def _sign(value: float) -> str:
    return MINUS if value < 0 else ""


def _amount(usd: float) -> str:
    if usd >= 999_950:  # what would round to a million
        return _large_sum(usd)
    if usd >= 9_995:  # from here on single dollars only distract
        return f"{round(usd, -2):,.0f}"
    if usd >= 100 or usd == 0:
        return f"{usd:,.0f}"
    return f"{usd:.2f}" if usd >= 1 else f"{usd:.3g}"  # cents, then three significant digits


def _large_sum(usd: float) -> str:
    """Three significant digits, so that a ratio of two sums can be worked out from the page."""
    if usd >= 999_950_000:  # what would round to a billion
        return f"{usd / 1e9:,.2f} billion"
    millions = usd / 1e6
    return f"{millions:.2f} million" if millions < 9.995 else f"{millions:.1f} million"


def _quantity(value: float) -> str:
    if value >= 999_950:  # what would round to a million
        return _large(value)
    if value >= 9_995:  # three significant digits
        return f"{round(value, -2):,.0f}"
    if value >= 100 or value == round(value):  # three significant digits
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2g}"  # three, then two


def _large(value: float) -> str:
    if value >= 999_950_000:  # what would round to a billion
        return f"{value / 1e9:,.1f} billion"
    return f"{value / 1e6:.1f} million"
