"""Published studies of buying against renting, computed again: as JSON and for the terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.validation.consistency import Flag
from app.domain.validation.tco import TcoCase, TcoComputed
from app.reports.sizing_report import signed
from app.reports.words import money, percent, unit_price


@dataclass(frozen=True)
class Line:
    """One scenario: what its study states, what comes out, and what does not agree.

    Attributes:
        case: None where it could not be computed.
    """

    id: str
    case: TcoCase | None
    computed: TcoComputed
    flags: tuple[Flag, ...]


def plain(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Every scenario as `validate --json` prints it."""
    return [_plain(line) for line in lines]


def _plain(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": line.id,
        "computed": {name: _figure(v) for name, v in line.computed.figures.items()},
        "notes": list(line.computed.notes),
        "flags": [flag.key for flag in line.flags],
    }
    if line.case is not None and line.case.published:
        case = line.case
        found["published"] = dict(case.published)
        found["error"] = {k: _figure(line.computed.error(case, k)) for k in case.published}
        found["tolerance"] = case.tolerance
        found["within_tolerance"] = line.computed.holds(case)
    return found


def _figure(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.9g}")


def in_words(lines: Sequence[Line]) -> str:
    """Each scenario in a line for each published figure, or for what comes out."""
    return "\n".join(text for line in lines for text in _words(line))


def _words(line: Line) -> Iterator[str]:
    if line.case is None:
        yield f"{line.id}: not computed. {' '.join(line.computed.notes)}"
        return
    case = line.case
    for name, value in line.computed.figures.items():
        if case.published and name not in case.published:
            continue
        if value is not None:
            against = f", published {case.published[name]:,.6g}" if case.published else ""
            error = line.computed.error(case, name)
            off = f", {signed(error) or 'the same'}" if error is not None else ""
            yield f"{line.id}: {name} {value:,.6g}{against}{off}"
    for flag in line.flags:
        yield f"{line.id}: {flag.sentence}"


# ---- for the page ------------------------------------------------------------------------------

# Figure → its name and its unit in words.
_WORDS = {
    "breakeven_hours": ("Hours of use until it has paid", "hours"),
    "breakeven_months": ("Months until it has paid", "months"),
    "breakeven_hours_per_day": ("Use from which owning is cheaper", "hours a day"),
    "owned_total_usd": ("Cost of owning", "USD"),
    "cloud_total_usd": ("Cost of renting", "USD"),
    "saving_usd": ("Saving", "USD"),
    "saving_share": ("Saving", "of the rent"),
    "owned_usd_per_hour": ("An hour of owning", "USD"),
    "owned_usd_per_mtok": ("A million tokens, owned", "USD"),
    "cloud_usd_per_mtok": ("A million tokens, rented", "USD"),
    "breakeven_utilisation": ("Use from which owning is cheaper", "of all hours"),
}


def figure_name(figure: str) -> str:
    """What a figure is called on a page."""
    return _WORDS[figure][0]


def figure_words(figure: str, value: float | None) -> str:
    """The value of a figure with its unit: `4.283 hours a day`, `USD 13.8`, `84% of the rent`."""
    if value is None:
        return "never"
    unit = _WORDS[figure][1]
    if unit == "USD":
        return money(value) if value >= 1_000 else unit_price(value)
    if unit.startswith("of "):
        return f"{percent(value)} {unit}"
    return f"{value:,.0f} {unit}" if value >= 1_000 else f"{value:.4g} {unit}"
