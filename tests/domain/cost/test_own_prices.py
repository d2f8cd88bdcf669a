"""Discounts and negotiated prices take the place of list prices, once, and only where they hold."""

import pytest

from app.domain.cost.setting import Setting
from app.domain.questionnaire.stated import NEGOTIATED, stated
from app.domain.worlds import Worlds
from tests.domain.builders import (
    FACTS,
    QUESTIONS,
    a_decided_document,
    answers_of,
    assessed,
    option_of,
)


def own(**answers: object) -> Setting:
    return Setting(answers_of(a_decided_document(None, **answers)), FACTS, Worlds(20, 1))


def test_a_discount_comes_off_everything_the_provider_bills_and_off_nothing_else() -> None:
    facts = own(discounts={"aws": 0.2}).facts
    for before, after in zip(FACTS.offers, facts.offers, strict=True):
        share = 0.8 if before.provider == "aws" else 1.0
        for price in ("usd_per_hour", "reserved_1y_usd_per_hour", "reserved_3y_usd_per_hour"):
            listed = getattr(before, price)
            assert getattr(after, price) == (
                None if listed is None else pytest.approx(listed * share)
            )
        assert after.source.source.startswith("your discount") == (share < 1)
    aws, listed = facts.providers["aws"], FACTS.providers["aws"]
    assert aws.egress_tiers == tuple((at, usd * 0.8) for at, usd in listed.egress_tiers)
    assert aws.storage_usd_per_gb_month["us"] == pytest.approx(
        0.8 * listed.storage_usd_per_gb_month["us"]
    )
    assert facts.providers["gcp"] == FACTS.providers["gcp"]
    for before_price, after_price in zip(FACTS.api_prices, facts.api_prices, strict=True):
        assert (before_price == after_price) == (before_price.billed_by != "aws")


def test_a_discount_comes_off_once_however_often_a_setting_is_made_from_another() -> None:
    setting = own(discounts={"aws": 0.2, "specialists": 0.1})
    derived = (
        setting.likely,
        setting.trial,
        setting.exogenous(5),
        setting.unanswered(5),
        setting.part(("text",)),
        setting.likely.part(("text",)),
    )
    for other in derived:
        assert other.facts.offers == setting.facts.offers
        assert other.facts.providers == setting.facts.providers


def test_a_discount_moves_the_bill_as_by_hand() -> None:
    """All of the rent is at one provider, so a tenth off the list is a tenth off the line."""

    def rent(**answers: object) -> float:
        result = assessed(
            a_decided_document(None, data_location={"scope": "anywhere"}, **answers), 50
        )
        option = option_of(result, "specialist_cloud")
        return float(next(x["usd"] for x in option["cost_lines"] if x["key"] == "cloud_compute"))

    assert rent(discounts={"specialists": 0.1}) == pytest.approx(0.9 * rent(), rel=1e-6)


def test_an_agreed_price_holds_for_its_provider_and_gpu_alone() -> None:
    agreed = {"provider": "aws", "accelerator": "H100", "usd_per_hour": 1.5}
    facts = own(negotiated=agreed).facts
    for before, after in zip(FACTS.offers, facts.offers, strict=True):
        if (before.provider, before.accelerator) == ("aws", "H100"):
            assert (after.usd_per_hour, after.source.source) == (1.5, NEGOTIATED)
            assert after.reserved_3y_usd_per_hour == before.reserved_3y_usd_per_hour
        else:
            assert before == after


def test_a_price_for_what_is_not_published_is_an_offer_without_a_place() -> None:
    published = {(offer.provider, offer.accelerator) for offer in FACTS.offers}
    assert ("lambda", "L4") not in published
    agreed = {"provider": "lambda", "accelerator": "L4", "usd_per_hour": 0.4}
    (*_, added) = own(negotiated=agreed).facts.offers
    assert (added.provider, added.accelerator, added.usd_per_hour) == ("lambda", "L4", 0.4)
    assert (added.region, added.geography) == ("", "any")


def test_a_price_without_its_gpu_says_nothing() -> None:
    assert own(negotiated={"provider": "aws", "usd_per_hour": 1.0}).facts.offers == FACTS.offers


def test_without_own_prices_the_facts_are_the_published_ones() -> None:
    assert stated(FACTS, answers_of(a_decided_document())) is FACTS


def test_one_may_name_every_provider_and_every_gpu_that_is_rented() -> None:
    providers = QUESTIONS.field("negotiated.provider").option_keys
    assert sorted(providers) == sorted(FACTS.providers)
    for key, provider in FACTS.providers.items():
        asked = "specialists" if provider.kind == "specialist" else key
        assert QUESTIONS.has_field(f"discounts.{asked}")
    assert QUESTIONS.field("negotiated.accelerator").option_keys == tuple(
        key for key in FACTS.on_offer
    )
