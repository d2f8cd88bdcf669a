"""How owning and renting are compared: the cost of a year, and the use at which they meet."""

import math

_NO_INTEREST = 1e-12


def annuity(rate: float, years: float, payments_per_year: int = 1) -> float:
    """Present value of 1 a year, paid in `payments_per_year` equal parts in arrears; in years.

        A = (1 - (1 + rate)^-years) / (m ((1 + rate)^(1/m) - 1)),  m payments a year

    `years` where the rate is 0. Source: cost.md section 3; any textbook of finance.

    >>> round(annuity(0.08, 5), 4)
    3.9927
    """
    if rate < _NO_INTEREST:
        return years
    a_year = math.log1p(rate)
    return -math.expm1(-years * a_year) / (
        payments_per_year * math.expm1(a_year / payments_per_year)
    )


def equivalent_annual_cost(
    capex: float, residual: float, running_per_year: float, *, rate: float, years: float
) -> float:
    """What owning costs a year whether it is used or not, USD, with payments by the month.

        F = (capex - residual (1 + rate)^-years) / A + running

    Args:
        residual: USD that the hardware brings after `years`.
        running_per_year: maintenance, space, staff: all that does not depend on use.
    """
    lost: float = capex - residual * (1 + rate) ** -years
    return lost / annuity(rate, years, 12) + running_per_year


def breakeven_utilisation(
    fixed_per_year: float, usd_per_used_hour: float, rent_per_hour: float, hours_per_year: float
) -> float | None:
    """The share of all hours above which owning costs less; None where it never does.

        u* = F / (hours (p - v))

    Valid against a rent that is paid for used hours only, not against a reservation.
    """
    if rent_per_hour <= usd_per_used_hour:
        return None
    share = fixed_per_year / (hours_per_year * (rent_per_hour - usd_per_used_hour))
    return share if share <= 1 else None
