from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.validation.tco import FIGURES, Owned, TcoCase, computed

# Everything at once, by hand: capex 87,600 over 2 years, so 5 an hour by the clock; 1 an hour of
# operations, 8.76 a year of staff and so on; power 2 kW x 1.5 x 0.10 = 0.30 an hour of use.
OWNED = Owned(
    capex_usd=87_600,
    opex_usd_per_hour=1.0,
    maintenance_share_per_year=0.1,  # 8,760 a year: 1 an hour
    colocation_usd_per_month=730,  # 1 an hour
    power_kw=2.0,
    pue=1.5,
    electricity_usd_per_kwh=0.10,
    staff_usd_per_year=4_380,  # 0.50 an hour
    other_usd_per_year=4_380,  # 0.50 an hour
    residual_share=0.2,  # 17,520 back: 1 an hour less
)
CASE = TcoCase(
    "by hand", hours=17_520, hours_per_day=12, owned=OWNED, cloud_usd_per_hour=20.0,
    tokens_per_second=1_000,
)  # fmt: skip
HOURS, USED = 17_520, 8_760


def _figure(name: str, case: TcoCase = CASE) -> float:
    value = computed(case).figures[name]
    assert value is not None
    return value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("breakeven_hours", 87_600 / (20 - 4 - 0.3)),
        ("breakeven_months", 87_600 / (20 - 4 - 0.3) / 365),  # twelve hours a day
        ("breakeven_hours_per_day", 24 * (4 + 4 + 0.3) / 20),  # owning runs all day
        ("owned_total_usd", (4 + 4) * HOURS + 0.3 * USED),
        ("cloud_total_usd", 20 * USED),
        ("saving_usd", 20 * USED - (8 * HOURS + 0.3 * USED)),
        ("saving_share", 1 - (8 * HOURS + 0.3 * USED) / (20 * USED)),
        ("owned_usd_per_hour", 2 * 8 + 0.3),
        ("owned_usd_per_mtok", 16.3 / 3.6),
        ("cloud_usd_per_mtok", 20 / 3.6),
        ("breakeven_utilisation", 8 / (20 - 0.3)),
    ],
)
def test_every_figure_by_hand(name: str, value: float) -> None:
    assert _figure(name) == pytest.approx(value)


def test_interest_counts_month_by_month() -> None:
    case = replace(CASE, discount_rate=0.08)
    month = [1.08 ** -(m / 12) for m in range(1, 25)]
    running = (4 * 730 + 0.3 * 365) * sum(month)
    assert _figure("owned_total_usd", case) == pytest.approx(87_600 - 17_520 * 1.08**-2 + running)
    assert _figure("cloud_total_usd", case) == pytest.approx(20 * 365 * sum(month))
    # What owning costs an hour is what one would have to be asked, for both to cost the same.
    same = replace(case, cloud_usd_per_hour=_figure("owned_usd_per_hour", case))
    assert _figure("saving_usd", same) == pytest.approx(0, abs=1e-6)


def test_at_the_break_even_use_both_cost_the_same() -> None:
    share = _figure("breakeven_utilisation")
    assert _figure("saving_usd", replace(CASE, hours_per_day=24 * share)) == pytest.approx(
        0, abs=1e-6
    )


def test_a_service_is_priced_by_its_tokens() -> None:
    case = replace(CASE, cloud_usd_per_hour=None, api_usd_per_mtok=5.0)
    assert _figure("cloud_usd_per_mtok", case) == 5.0
    assert _figure("cloud_total_usd", case) == pytest.approx(5.0 * 3.6 * USED)
    without = computed(replace(case, tokens_per_second=None))
    assert without.figures["cloud_total_usd"] is None
    assert "cloud_total_usd: needs throughput_tokens_per_second." in without.notes


def test_a_figure_that_does_not_exist_is_none_with_its_reason() -> None:
    found = computed(replace(CASE, cloud_usd_per_hour=4.0))
    for name in (
        "breakeven_hours", "breakeven_months", "breakeven_hours_per_day", "breakeven_utilisation",
    ):  # fmt: skip
        assert found.figures[name] is None
        assert any(note.startswith(f"{name}: owning never pays") for note in found.notes)
    assert found.figures["saving_usd"] is not None


def test_nothing_to_compute_is_said() -> None:
    found = computed(TcoCase("empty"))
    assert found.notes[0] == "insufficient_inputs"
    assert set(found.figures) == set(FIGURES)
    assert not any(found.figures.values())


def test_a_figure_is_held_against_what_was_published() -> None:
    case = replace(CASE, published={"cloud_total_usd": 20 * USED * 1.02}, tolerance=0.03)
    found = computed(case)
    assert found.error(case, "cloud_total_usd") == pytest.approx(1 / 1.02 - 1)
    assert found.holds(case)
    assert not found.holds(replace(case, tolerance=0.01))
    assert found.error(case, "saving_usd") is None


@given(st.floats(0.1, 50), st.floats(1, 24), st.floats(0, 0.2))
def test_owning_never_costs_less_where_something_costs_more(
    more: float, hours: float, rate: float
) -> None:
    case = replace(CASE, hours_per_day=hours, discount_rate=rate)
    before = _figure("owned_total_usd", case)
    for name in ("capex_usd", "opex_usd_per_hour", "staff_usd_per_year", "power_kw"):
        dearer = replace(OWNED, **{name: getattr(OWNED, name) + more})
        assert _figure("owned_total_usd", replace(case, owned=dearer)) > before
