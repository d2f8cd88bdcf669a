"""Buying against renting, as published studies state it: the same figures from the same inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.domain.cost.figures import annuity, breakeven_utilisation, equivalent_annual_cost

FIGURES = (
    "breakeven_hours", "breakeven_months", "breakeven_hours_per_day", "owned_total_usd",
    "cloud_total_usd", "saving_usd", "saving_share", "owned_usd_per_hour", "owned_usd_per_mtok",
    "cloud_usd_per_mtok", "breakeven_utilisation",
)  # fmt: skip
HOURS_PER_YEAR, HOURS_PER_MONTH = 8_760.0, 730.0
# Studies round what they print to two or three figures. Judgement.
USUAL_TOLERANCE = 0.01


@dataclass(frozen=True)
class Owned:
    """Hardware that is bought: all at once, and what it costs while it stands there.

    Attributes:
        opex_usd_per_hour: whatever a study puts into one hourly rate, used or not.
        maintenance_share_per_year: of `capex_usd`.
        power_kw: drawn in an hour of use.
        residual_share: of `capex_usd`, that it brings at the end.
    """

    capex_usd: float = 0.0
    opex_usd_per_hour: float = 0.0
    maintenance_share_per_year: float = 0.0
    colocation_usd_per_month: float = 0.0
    power_kw: float = 0.0
    pue: float = 1.0
    electricity_usd_per_kwh: float = 0.0
    staff_usd_per_year: float = 0.0
    other_usd_per_year: float = 0.0
    residual_share: float = 0.0


@dataclass(frozen=True)
class TcoCase:
    """One scenario; None for what it does not state.

    Attributes:
        hours: of the horizon, by the clock.
        hours_per_day: of use; what owning costs whether used or not runs all day.
        published: figure → what the study printed.
        tolerance: greatest relative error, as a share.
    """

    id: str
    hours: float | None = None
    hours_per_day: float = 24.0
    discount_rate: float = 0.0
    hours_per_year: float = HOURS_PER_YEAR
    hours_per_month: float = HOURS_PER_MONTH
    owned: Owned | None = None
    cloud_usd_per_hour: float | None = None
    api_usd_per_mtok: float | None = None
    tokens_per_second: float | None = None
    published: Mapping[str, float] = field(default_factory=dict)
    tolerance: float = USUAL_TOLERANCE


@dataclass(frozen=True)
class TcoComputed:
    """What comes out.

    Attributes:
        figures: figure → value; None where there is none.
        notes: a machine word (`unknown_input:NAME`, `insufficient_inputs`) where the case was
            not computed, and for each figure that does not exist a sentence that says why.
    """

    figures: Mapping[str, float | None]
    notes: tuple[str, ...] = ()

    def error(self, case: TcoCase, figure: str) -> float | None:
        """Computed over published, less one; None where one of them is missing."""
        published, value = case.published.get(figure), self.figures.get(figure)
        return None if published is None or value is None else value / published - 1.0

    def holds(self, case: TcoCase) -> bool:
        """Whether every published figure comes out within the tolerance."""
        errors = [self.error(case, figure) for figure in case.published]
        return all(error is not None and abs(error) <= case.tolerance for error in errors)


NOT_COMPUTED: Mapping[str, float | None] = dict.fromkeys(FIGURES)


class _None(Exception):
    """A figure does not exist; the text says why."""


def computed(case: TcoCase) -> TcoComputed:
    """Every figure of `FIGURES` that the inputs allow; the others None, each with its reason."""
    compared = _Compared(case)
    figures: dict[str, float | None] = {}
    reasons: list[str] = []
    for name in FIGURES:
        figure: Callable[[], float] = getattr(compared, name)
        try:
            figures[name] = figure()
        except _None as why:
            figures[name] = None
            reasons.append(f"{name}: {why}")
    if all(value is None for value in figures.values()):
        return TcoComputed(figures, ("insufficient_inputs", *reasons))
    return TcoComputed(figures, tuple(reasons))


class _Compared:
    """One scenario; each public method is the figure that it is named after."""

    def __init__(self, case: TcoCase) -> None:
        self.case = case

    def breakeven_hours(self) -> float:
        """Hours of use after which the purchase is paid back: capex / (rent - running cost).

        As published studies print it: undiscounted, and with the owned hardware's hourly cost
        counted in the hours of use alone.
        """
        owned = self._owned()
        saving = self._rent() - self._fixed_per_hour(owned) - self._power_per_hour(owned)
        if saving <= 0:
            raise _None(
                "owning never pays, because an hour of it costs no less to run than to rent."
            )
        return owned.capex_usd / saving

    def breakeven_months(self) -> float:
        """Those hours at the given use, in months."""
        used_per_month = self.case.hours_per_month * self.case.hours_per_day / 24.0
        return self.breakeven_hours() / used_per_month

    def breakeven_hours_per_day(self) -> float:
        """Use at which renting over the horizon costs what owning costs that runs all day."""
        all_day = self._owned_total(self._horizon())
        hours = 24.0 * all_day / (self._rent() * self._present(self._horizon()))
        if hours > 24.0:
            raise _None("owning never pays, because renting around the clock costs less.")
        return hours

    def owned_total_usd(self) -> float:
        """Purchase, running cost all day, power in the hours of use, less what it brings."""
        return self._owned_total(self._used())

    def cloud_total_usd(self) -> float:
        """Rent of the hours of use."""
        return self._rent() * self._present(self._used())

    def saving_usd(self) -> float:
        """What owning saves; below 0 where it costs more."""
        return self.cloud_total_usd() - self.owned_total_usd()

    def saving_share(self) -> float:
        """The saving over what renting costs."""
        total = self.cloud_total_usd()
        if total == 0:
            raise _None("renting costs nothing, so there is nothing to save a share of.")
        return self.saving_usd() / total

    def owned_usd_per_hour(self) -> float:
        """Cost of owning for each hour of use, both at their present value."""
        return self.owned_total_usd() / self._present(self._used())

    def owned_usd_per_mtok(self) -> float:
        """Cost of owning for a million tokens at the given throughput."""
        return self.owned_usd_per_hour() / self._mtok_per_hour()

    def cloud_usd_per_mtok(self) -> float:
        """Rent for a million tokens, or the price of the service."""
        case = self.case
        if case.cloud_usd_per_hour is None and case.api_usd_per_mtok is not None:
            return case.api_usd_per_mtok
        return self._rent() / self._mtok_per_hour()

    def breakeven_utilisation(self) -> float:
        """The share of all hours above which owning costs less than paying for the hours used."""
        owned, case = self._owned(), self.case
        years = self._horizon() / case.hours_per_year
        fixed = equivalent_annual_cost(
            owned.capex_usd,
            owned.residual_share * owned.capex_usd,
            self._fixed_per_hour(owned) * case.hours_per_year,
            rate=case.discount_rate,
            years=years,
        )
        share = breakeven_utilisation(
            fixed, self._power_per_hour(owned), self._rent(), case.hours_per_year
        )
        if share is None:
            raise _None("owning never pays, however much it is used.")
        return share

    # ---- parts -----------------------------------------------------------------------------

    def _owned(self) -> Owned:
        if self.case.owned is None:
            raise _None("needs owned.")
        return self.case.owned

    def _horizon(self) -> float:
        if self.case.hours is None:
            raise _None("needs years, months or hours.")
        return self.case.hours

    def _used(self) -> float:
        return self._horizon() * self.case.hours_per_day / 24.0

    def _rent(self) -> float:
        """USD for an hour of use; a service's price at the given throughput."""
        case = self.case
        if case.cloud_usd_per_hour is not None:
            return case.cloud_usd_per_hour
        if case.api_usd_per_mtok is None:
            raise _None("needs cloud.usd_per_hour or api.usd_per_mtok.")
        return case.api_usd_per_mtok * self._mtok_per_hour()

    def _mtok_per_hour(self) -> float:
        if not self.case.tokens_per_second:
            raise _None("needs throughput_tokens_per_second.")
        return self.case.tokens_per_second * 3_600 / 1e6

    def _fixed_per_hour(self, owned: Owned) -> float:
        """USD an hour by the clock, used or not."""
        case = self.case
        per_year = (
            owned.maintenance_share_per_year * owned.capex_usd
            + owned.staff_usd_per_year
            + owned.other_usd_per_year
        )
        return (
            owned.opex_usd_per_hour
            + owned.colocation_usd_per_month / case.hours_per_month
            + per_year / case.hours_per_year
        )

    def _power_per_hour(self, owned: Owned) -> float:
        """USD of power in an hour of use."""
        return owned.power_kw * owned.pue * owned.electricity_usd_per_kwh

    def _owned_total(self, used: float) -> float:
        owned, horizon = self._owned(), self._horizon()
        years = horizon / self.case.hours_per_year
        end: float = (1.0 + self.case.discount_rate) ** -years
        return (
            owned.capex_usd * (1.0 - owned.residual_share * end)
            + self._fixed_per_hour(owned) * self._present(horizon)
            + self._power_per_hour(owned) * self._present(used)
        )

    def _present(self, hours: float) -> float:
        """Hours spread evenly over the horizon, paid by the month, at their present value."""
        years = self._horizon() / self.case.hours_per_year
        return hours * annuity(self.case.discount_rate, years, 12) / years
