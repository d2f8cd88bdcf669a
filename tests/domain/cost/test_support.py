"""Technical support: published plans tier by tier, and a share where none is priced."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.ledger import Ledger, Line
from app.domain.cost.plan import Plan, costing
from app.domain.cost.support import Bill, charge_support
from tests.domain.builders import FACTS, LIKELY, a_document, a_setting, an_offer


def charged(vendor: str, *monthly: float) -> Line:
    ledger = Ledger(len(monthly), np.zeros(1))
    provider = FACTS.providers[vendor]
    charge_support(
        ledger, [Bill(provider.name, np.array([monthly], dtype=float), provider.support)], LIKELY
    )
    return ledger.lines["support"]


@pytest.mark.parametrize(
    ("vendor", "bill", "support"),
    [
        # AWS prints this example: 10 % of 10,000, 7 % of 70,000 and 5 % of 5,000 dollars
        ("aws", 85_000, 1_000 + 4_900 + 250),
        ("aws", 500, 100),
        ("gcp", 300_000, 1_000 + 4_900 + 8_500 + 1_500),
        ("azure", 85_000, 100),
        ("nebius", 85_000, 0),
        ("crusoe", 85_000, 0),
        ("coreweave", 10_000, 500),  # no plan is published: 5 % of the bill, drawn
    ],
)
def test_a_month_costs_what_the_plan_says(vendor: str, bill: float, support: float) -> None:
    assert charged(vendor, bill).npv[0] == pytest.approx(support)


def test_a_month_without_a_bill_costs_nothing() -> None:
    assert charged("aws", 0, 0, 2_000).npv[0] == pytest.approx(200)


@given(one=st.floats(0.01, 1e6), other=st.floats(0.01, 1e6))
def test_a_larger_bill_is_never_supported_for_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for vendor in FACTS.providers:
        assert charged(vendor, low).npv[0] <= charged(vendor, high).npv[0] + 1e-9


def test_the_line_can_be_worked_out_from_its_inputs() -> None:
    line = charged("aws", 20_000)
    names = {term.name: term.value for term in line.terms}
    assert names["Amazon Web Services: bill of the first month"] == 20_000
    assert names["AWS Business Support, at least a month"] == 100
    assert names["AWS Business Support, of the bill above USD 10,000"] == 0.07
    assert sum(term.source is not None for term in line.terms) == 5


def test_the_bill_of_a_rented_fleet_is_rent_storage_and_egress() -> None:
    setting = a_setting(a_document(), 50)
    ledger = costing(setting, Plan(an_offer(), None)).ledger
    billed = sum(ledger.lines[key].undiscounted for key in ("cloud_compute", "storage", "egress"))
    assert (ledger.lines["support"].undiscounted <= 0.10 * billed + 100 * ledger.months).all()
    assert (ledger.lines["support"].undiscounted > 0.03 * billed).all()


def test_a_model_on_a_cloud_bill_falls_under_the_plan_of_that_cloud() -> None:
    """Amazon's models are a line of the AWS bill, whatever the vendor's name."""
    document = a_document({m: {"volume_per_day": 400_000} for m in ("text", "document")})
    setting = a_setting(document, 1).likely
    nova = next(price for price in FACTS.api_prices if price.model == "Nova Lite")
    plan = Plan(None, None, services=(("text", nova), ("document", nova)))
    ledger = costing(setting, plan).ledger
    line = ledger.lines["support"]
    names = [product.what for product in line.products]
    assert any(name.startswith("AWS Business Support") for name in names)
    assert not any("no plan" in term.name for term in line.terms)
    bills = [term for term in line.terms if term.name.endswith("bill of the first month")]
    assert [bill.name.partition(":")[0] for bill in bills].count("Amazon Web Services") == 1


def test_every_model_of_amazon_stands_on_the_bill_of_aws() -> None:
    assert {p.billed_by for p in FACTS.api_prices if p.vendor == "Amazon"} == {"aws"}
    assert {p.billed_by for p in FACTS.api_prices} <= {"", *FACTS.providers}
