from datetime import date

import pytest

from app.domain.validation.consistency import Stated, does_not_follow, flags
from app.domain.validation.tco import TcoCase, computed
from tests.domain.prices.builders import an_offer

TODAY = date(2026, 11, 26)
OFFERS = (an_offer(), an_offer(accelerator="L4", usd_per_hour=0.5, unit=1.0, per_machine=1.0))


def _keys(stated: Stated) -> list[str]:
    return [flag.key for flag in flags(stated, OFFERS, TODAY)]


def test_power_below_half_of_the_name_plate() -> None:
    # Lenovo LP2368, configuration A: 0.87 an hour at 0.30 for a kWh is 2.9 of 10.2 kW
    stated = Stated(0.87, 0.12, 0.18, 10.2)
    assert _keys(stated) == ["power_below_nameplate", "implied_pue"]
    assert "2.9 kW" in flags(stated, OFFERS, TODAY)[0].sentence
    assert _keys(Stated(5.1 * 0.12, 0.12, 0.0, 10.2)) == []


@pytest.mark.parametrize(("cooling", "found"), [(0.12, []), (0.13, ["implied_pue"])])
def test_a_pue_above_two(cooling: float, found: list[str]) -> None:
    assert _keys(Stated(None, 0.12, cooling)) == found


def test_a_comparator_that_is_not_the_lowest_in_the_catalogue() -> None:
    stated = Stated(accelerator="H100", accelerators=8, rent_usd_per_hour=98.32)
    (flag,) = flags(stated, OFFERS, TODAY)
    assert flag.key == "comparator_not_lowest"
    assert "Amazon Web Services asks USD 55.04 for as many" in flag.sentence
    assert _keys(Stated(accelerator="H100", accelerators=8, rent_usd_per_hour=55.04)) == []
    assert _keys(Stated(accelerator="B300", accelerators=8, rent_usd_per_hour=99.0)) == []
    # A machine of one card is no comparator for eight.
    assert _keys(Stated(accelerator="L4", accelerators=8, rent_usd_per_hour=99.0)) == []


@pytest.mark.parametrize(
    ("as_of", "found"), [("2026-08-28", []), ("2026-08-27", ["old_price"]), ("", []), ("x", [])]
)
def test_a_price_older_than_ninety_days(as_of: str, found: list[str]) -> None:
    assert _keys(Stated(prices_as_of=as_of)) == found


def test_a_printed_figure_that_its_inputs_do_not_give() -> None:
    case = TcoCase("one", hours=10, cloud_usd_per_hour=2.0, published={"cloud_total_usd": 33.0})
    (flag,) = does_not_follow(case, computed(case))
    assert flag.sentence == "cloud_total_usd: it prints 33; its inputs give 20."
    right = TcoCase("one", hours=10, cloud_usd_per_hour=2.0, published={"cloud_total_usd": 20.1})
    assert does_not_follow(right, computed(right)) == ()
