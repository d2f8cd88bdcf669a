"""What the people cost. Nobody runs models without them, rented machines or not."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from app.domain.cost.ledger import Factor, Ledger, Line, Term, divided_by, figure, in_arrears, times
from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Array


def charge_staff(
    ledger: Ledger,
    owned_accelerators: Array,
    answers: Answers,
    known: Known,
    platform_key: str = "staff.platform_fte",
) -> None:
    """Enter the people who run the platform and, for owned servers, the machines.

        (platform FTE + [owned] max(minimum FTE, accelerators / accelerators per FTE)) * salary

    The platform share is the same for every option that runs its own models.

    Args:
        owned_accelerators: standing in each month, shape (months,); zeros when all is rented.
        platform_key: the figure for the platform's people; fewer where models are bought.
    """
    salary = answers.draw("engineer_year_usd", known.worlds)
    platform = known.positive(platform_key)
    machines = infrastructure_fte(owned_accelerators, known)
    line = ledger.monthly("staff", (platform[:, None] + machines) * salary[:, None] / 12)
    line.formula = "full-time people x cost of an engineer-year / 12, each month"
    pay = salary[0] / 12
    ledger.work_out(
        line,
        "People for the platform",
        in_arrears(np.full(ledger.months, platform[0] * pay)),
        figure(known.figure(platform_key)),
        _years(ledger),
        Factor(salary_term(answers)),
    )
    ledger.work_out(
        line,
        "People for the machines",
        in_arrears(machines[0] * pay),
        times("years of a person", machines[0].sum() / 12, "person-years"),
        Factor(salary_term(answers)),
    )
    if owned_accelerators.any():
        line.behind = tuple(Term.of(known.figure(key)) for key in _INFRASTRUCTURE)


def _years(ledger: Ledger) -> Factor:
    return times("length of the horizon", ledger.months / 12, "years")


_INFRASTRUCTURE = ("staff.infrastructure_minimum_fte", "staff.gpus_per_fte")


def infrastructure_fte(accelerators: Array, known: Known) -> Array:
    """Full-time people for owned machines each month, shape (worlds, months); 0 without any."""
    least = known.positive("staff.infrastructure_minimum_fte")
    each = known.positive("staff.gpus_per_fte")
    needed = np.maximum(least[:, None], accelerators[None, :] / each[:, None])
    result: Array = np.where(accelerators[None, :] > 0, needed, 0.0)
    return result


# Load shapes whose nights are quiet: what fails then can wait for the morning.
_QUIET_NIGHTS = ("business_hours", "batch_windows")


def is_on_call(answers: Answers, *, is_realtime: bool) -> bool:
    """Whether somebody must answer at night: people wait, and not in business hours alone."""
    return is_realtime and answers.choice("traffic.shape") not in _QUIET_NIGHTS


def charge_on_call(ledger: Ledger, rotas: int, known: Known) -> None:
    """Enter the pay for being reachable at all times.

        rotas * 365/7 weeks a year * pay for a week / 12, each month

    Work done at night, and the five people or more that a rota needs, are not in it.

    Args:
        rotas: one for the software, one more for machines that one owns.
    """
    weeks = 365.0 / 7.0 / 12.0
    pay = known.positive("oncall.usd_per_week")
    line = ledger.monthly("on_call", (rotas * weeks * pay)[:, None])
    line.formula = "people on call at a time x weeks x pay for a week, each month"
    ledger.work_out(
        line,
        "On call",
        in_arrears(np.full(ledger.months, rotas * weeks * pay[0])),
        times("people on call at a time", rotas, "people"),
        times("weeks of the horizon", weeks * ledger.months, "weeks"),
        figure(known.figure("oncall.usd_per_week")),
    )


_WEEKS_A_YEAR = 52.0


def charge_moving(
    ledger: Ledger, setting_up: Sequence[str], leaving: str | None, answers: Answers, known: Known
) -> None:
    """Enter the engineers who set an option up at the start, and leave a supplier at the end.

        weeks / 52 * cost of an engineer-year

    Args:
        setting_up: figures of the weeks at the start.
        leaving: the figure of the weeks at the horizon; None where no supplier is left.
    """
    salary = answers.draw("engineer_year_usd", known.worlds) / _WEEKS_A_YEAR
    dated = [(key, 0) for key in setting_up]
    for key, month in [*dated, *([(leaving, ledger.months)] if leaving else [])]:
        usd = known.positive(key) * salary
        enter = ledger.at_end if month else partial(ledger.once, month=0)
        line = enter("migration", usd=usd)
        ledger.work_out(
            line,
            "Leaving at the end" if month else "Setting up",
            {month: float(usd[0])},
            figure(known.figure(key)),
            Factor(salary_term(answers)),
            divided_by("weeks in a year", _WEEKS_A_YEAR, "weeks a year"),
        )
        line.formula = "weeks of an engineer x cost of an engineer-year / 52"


def charge_second_platform(
    ledger: Ledger, needed: Array, stored_gb_price: Array, answers: Answers, known: Known
) -> None:
    """Enter the price of running owned and rented machines side by side.

        second-platform FTE * salary / 12 + link + duplicated share of the storage

    Args:
        needed: 1 in worlds where both are run for good, else 0, shape (worlds,).
        stored_gb_price: what all storage would cost in the cloud each month, (worlds, months).
    """
    salary = answers.draw("engineer_year_usd", known.worlds)
    fte = known.positive("second_platform.fte")
    link = known.figure("second_platform.link_usd_per_month")
    twice = known.share("second_platform.duplicated_share")
    monthly = (fte * salary / 12)[:, None] + link.value + twice[:, None] * stored_gb_price
    line: Line = ledger.monthly("second_platform", monthly * needed[:, None])
    line.formula = (
        "extra people x cost of an engineer-year / 12 + private link + duplicated share of the "
        "cloud price of all storage, each month"
    )
    _work_out_second_platform(ledger, line, float(needed[0]), stored_gb_price[0], answers, known)


def _work_out_second_platform(
    ledger: Ledger,
    line: Line,
    needed: float,
    stored_usd: Array,
    answers: Answers,
    known: Known,
) -> None:
    people = known.figure("second_platform.fte")
    link = known.figure("second_platform.link_usd_per_month")
    twice = known.figure("second_platform.duplicated_share")
    salary = salary_term(answers)
    every_month = np.full(ledger.months, needed)
    ledger.work_out(
        line,
        "People for the second platform",
        in_arrears(every_month * people.value * salary.value / 12),
        figure(people),
        _years(ledger),
        Factor(salary),
    )
    ledger.work_out(
        line,
        "Link",
        in_arrears(every_month * link.value),
        times("months of the link", ledger.months, "months"),
        figure(link),
    )
    ledger.work_out(
        line,
        "What is kept twice",
        in_arrears(needed * twice.value * stored_usd),
        times("all storage at the dearest cloud price, over the months", stored_usd.sum(), "USD"),
        figure(twice),
    )


def salary_term(answers: Answers) -> Term:
    """The cost of an engineer-year, as answered or by default."""
    default = answers.questions.field("engineer_year_usd").default
    value = answers.quantity("engineer_year_usd").likely
    source = None if answers.is_given("engineer_year_usd") or default is None else default.source
    return Term("cost of an engineer-year", value, "USD a year", source)
