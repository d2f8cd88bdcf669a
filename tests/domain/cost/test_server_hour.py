"""The fixed and variable cost of an owned server, written out."""

import pytest

from app.domain.cost.owned import OwnedPlan
from app.domain.cost.server_hour import server_hour
from app.domain.cost.setting import Setting
from tests.domain.builders import LIKELY, a_large_document, a_server, a_setting


def setting_at(discount_rate: float) -> Setting:
    document = a_large_document(
        discount_rate=discount_rate, engineer_year_usd=120_000, horizon_months=36
    )
    return a_setting(document)


def test_without_interest_it_is_the_sum_of_its_parts() -> None:
    hour = server_hour(OwnedPlan(a_server(), "own_site", (1, 1, 1), 0), setting_at(0.0))
    price = 277_897.75 * LIKELY.value("server.price_factor")
    capital = (price * 1.185 - price * 0.275) / 3
    upkeep, space = 0.12 * price, 10.2 * 115 * 12
    idle = 0.3 * 10.2 * 8_760 * 1.54 * 0.2125
    people, insured = 0.35 * 120_000, price * 1.185 * 0.70 * 0.005
    fixed = capital + upkeep + space + idle + people + insured + 1_500 / 3
    assert hour.fixed_usd_per_year == pytest.approx(fixed)
    assert hour.variable_usd_per_hour == pytest.approx(0.7 * 10.2 * 1.54 * 0.2125)


def test_a_spare_is_borne_by_the_servers_that_work() -> None:
    alone = server_hour(OwnedPlan(a_server(), "own_site", (8, 8, 8), 0), setting_at(0.08))
    spared = server_hour(OwnedPlan(a_server(), "own_site", (9, 9, 9), 1), setting_at(0.08))
    assert spared.fixed_usd_per_year == pytest.approx(9 / 8 * alone.fixed_usd_per_year, rel=0.01)
    assert spared.variable_usd_per_hour == alone.variable_usd_per_hour


def test_interest_makes_capital_dearer() -> None:
    plan = OwnedPlan(a_server(), "own_site", (1, 1, 1), 0)
    free, dear = (server_hour(plan, setting_at(rate)).fixed_usd_per_year for rate in (0.0, 0.13))
    assert dear > free
