import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.figures import annuity, breakeven_utilisation, equivalent_annual_cost


def test_an_annuity_is_the_sum_of_its_payments() -> None:
    assert annuity(0.08, 5) == pytest.approx(sum(1.08**-y for y in range(1, 6)))
    monthly = sum(1.08 ** -(m / 12) / 12 for m in range(1, 61))
    assert annuity(0.08, 5, 12) == pytest.approx(monthly)
    assert annuity(0.0, 5, 12) == 5


def test_the_forward_price_that_terms_imply() -> None:
    # 7.20 for one year and 5.40 for three: 1 + r + r^2 = 3 x 5.40 / 7.20, so r = 0.7247
    ratio = 0.724745
    falling = annuity(1 / ratio - 1, 3) / ratio
    assert 7.20 * falling == pytest.approx(3 * 5.40, rel=1e-5)


def test_a_year_of_an_owned_node_by_hand() -> None:
    # (313,000 - 30,000 x 1.08^-5) / 4.1372 + 90,000: 69,943 + 90,000 - 4,935
    found = equivalent_annual_cost(313_000, 30_000, 90_000, rate=0.08, years=5)
    assert found == pytest.approx((313_000 - 30_000 * 0.680583) / 4.13719 + 90_000, rel=1e-4)
    assert equivalent_annual_cost(50, 10, 3, rate=0.0, years=4) == 13.0


def test_the_use_at_which_owning_and_renting_meet() -> None:
    # 192,000 a year and 0.86 an hour of power, against 84.8: 192,000 / (8,760 x 83.94)
    share = breakeven_utilisation(192_000, 0.86, 84.8, 8_760)
    assert share == pytest.approx(0.2611, abs=1e-4)


def test_where_owning_never_pays_there_is_no_such_use() -> None:
    assert breakeven_utilisation(1.0, 5.0, 5.0, 8_760) is None
    assert breakeven_utilisation(8_761.0, 1.0, 2.0, 8_760) is None
    assert breakeven_utilisation(8_760.0, 1.0, 2.0, 8_760) == 1.0


@given(st.floats(1e3, 1e6), st.floats(0, 5), st.floats(6, 200), st.floats(0.01, 50))
def test_a_dearer_rent_lowers_it(fixed: float, power: float, rent: float, more: float) -> None:
    before = breakeven_utilisation(fixed, power, rent, 8_760)
    after = breakeven_utilisation(fixed, power, rent + more, 8_760)
    assert before is None or (after is not None and after < before)


# One server of eight H200 in colocation, five years at 8 %: our worked example of November 2026.
FIXED, VARIABLE = 192_000.0, 0.86


def test_the_fixed_cost_of_the_worked_example() -> None:
    people, upkeep, space = 0.25 * 225_000, 0.12 * 278_000, 10.2 * 184 * 12
    idle = 8_760 * 0.3 * 10.2 * 1.3 * 0.0929
    running = people + upkeep + space + idle + 0.005 * 313_000
    capital = (278_000 + 35_000 - 0.12 * 278_000 * 1.08**-5) / annuity(0.08, 5)
    assert capital + running == pytest.approx(FIXED, rel=0.02)
    assert pytest.approx(VARIABLE, abs=0.005) == 0.7 * 10.2 * 1.3 * 0.0929


@pytest.mark.parametrize(
    ("usd_per_hour", "use", "hours"),
    [
        (84.8, 0.26, 6.3),
        (63.3, 0.35, 8.4),
        (36.7, 0.61, 14.7),
        (34.3, 0.66, 15.7),
        (28, 0.81, 19.4),
    ],
)
def test_the_break_even_use_of_the_worked_example(
    usd_per_hour: float, use: float, hours: float
) -> None:
    found = breakeven_utilisation(FIXED, VARIABLE, usd_per_hour, 8_760)
    assert found == pytest.approx(use, abs=0.005)
    assert 24 * (found or 0) == pytest.approx(hours, abs=0.05)
