"""Whatever has a price: were it dearer, no option would cost less, with its plan made anew.

Every price of the reference data is raised in turn. An option chooses the plan with the lowest
expected cost, so it is that cost that must not fall; a test below says which prices are felt.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from app.domain.assessment.candidates import candidate
from app.domain.cost.plan import expected_npv
from app.domain.cost.setting import Setting
from app.domain.facts import ApiPrice, Facts, Offer, Provider
from app.domain.options import OPTIONS
from app.domain.worlds import Worlds
from tests.domain.builders import FACTS, a_large_document, answers_of

FACTOR = 1.3
WORLDS = 12
Dearer = Callable[[Facts], Facts]
# Many kinds of work in many places, so that nearly every price is paid by somebody.
DOCUMENT: Mapping[str, Any] = {
    "workloads": ["realtime_inference", "fine_tuning"],
    "training": {"runs_per_year": 12, "gpu_hours_per_run": 4_000},
    "traffic": {"shape": "steady"},
    "needed_in_weeks": 2,
    "egress_tb_per_month": 30,
    "second_copy": True,
    "uplink_usd_per_month": 2_000,
    "standstill_usd_per_hour": 1_000,
}


def times(value: float | None) -> float | None:
    return None if value is None else FACTOR * value


def figure(key: str) -> Dearer:
    def dearer(facts: Facts) -> Facts:
        old = facts.figure(key)
        new = replace(old, value=FACTOR * old.value, low=FACTOR * old.low, high=FACTOR * old.high)
        return replace(facts, figures={**facts.figures, key: new})

    return dearer


def offers(changed: Callable[[Offer], Offer]) -> Dearer:
    return lambda facts: replace(facts, offers=tuple(changed(o) for o in facts.offers))


def providers(changed: Callable[[Provider], Provider]) -> Dearer:
    return lambda facts: replace(
        facts, providers={k: changed(p) for k, p in facts.providers.items()}
    )


def services(changed: Callable[[ApiPrice], ApiPrice]) -> Dearer:
    return lambda facts: replace(facts, api_prices=tuple(changed(p) for p in facts.api_prices))


def of_provider(key: str) -> Dearer:
    return offers(
        lambda o: replace(o, usd_per_hour=times(o.usd_per_hour)) if o.provider == key else o
    )


def for_a_year(offer: Offer) -> Offer:
    return replace(offer, reserved_1y_usd_per_hour=times(offer.reserved_1y_usd_per_hour))


def for_three_years(offer: Offer) -> Offer:
    return replace(offer, reserved_3y_usd_per_hour=times(offer.reserved_3y_usd_per_hour))


def with_support(provider: Provider) -> Provider:
    plan = provider.support
    if plan is None:
        return provider
    tiers = tuple((start, FACTOR * share) for start, share in plan.tiers)
    return replace(
        provider, support=replace(plan, minimum_usd=FACTOR * plan.minimum_usd, tiers=tiers)
    )


def servers(facts: Facts) -> Facts:
    dearer = tuple(
        replace(s, price_usd=replace(s.price_usd, value=FACTOR * s.price_usd.value))
        for s in facts.servers
    )
    return replace(facts, servers=dearer)


def electricity(facts: Facts) -> Facts:
    def dearer(code: str) -> Any:  # noqa: ANN401  # a country
        country, price = facts.countries[code], facts.countries[code].electricity
        if price is None:
            return country
        new = replace(
            price, value=FACTOR * price.value, low=FACTOR * price.low, high=FACTOR * price.high
        )
        return replace(country, electricity=new)

    return replace(facts, countries={code: dearer(code) for code in facts.countries})


def prices() -> Iterator[tuple[str, Dearer]]:
    for key in sorted(FACTS.figures):
        unit = FACTS.figures[key].unit
        if unit.startswith("USD") and not key.startswith("fx."):
            yield key, figure(key)
    for key in ("maintenance.share_per_year", "insurance.share_per_year", "server.price_factor"):
        yield key, figure(key)
    for provider in sorted(FACTS.providers):
        yield f"on demand at {provider}", of_provider(provider)
    yield "reserved for a year", offers(for_a_year)
    yield "reserved for three years", offers(for_three_years)
    yield (
        "services",
        services(
            lambda p: replace(
                p,
                usd_per_mtok_in=times(p.usd_per_mtok_in),
                usd_per_mtok_out=times(p.usd_per_mtok_out),
                usd_per_audio_minute=times(p.usd_per_audio_minute),
            )
        ),
    )
    yield (
        "storage",
        providers(
            lambda p: replace(
                p,
                storage_usd_per_gb_month={
                    k: FACTOR * v for k, v in p.storage_usd_per_gb_month.items()
                },
            )
        ),
    )
    yield (
        "egress",
        providers(
            lambda p: replace(
                p, egress_tiers=tuple((start, FACTOR * usd) for start, usd in p.egress_tiers)
            )
        ),
    )
    yield (
        "between zones",
        providers(lambda p: replace(p, between_zones_usd_per_gb=times(p.between_zones_usd_per_gb))),
    )
    yield "support", providers(with_support)
    yield "servers", servers
    yield "electricity", electricity


PRICES: Mapping[str, Dearer] = dict(prices())
# Paid by nobody here: the plan that is chosen has another seller, country or size.
NOT_PAID = {
    "colocation.wholesale_usd_per_kw_month",
    "electricity.elsewhere",
    "reserved for a year",
    "staff.engineer_year_usd",
}


def totals(facts: Facts, **answers: float) -> dict[str, float]:
    """Option → expected cost of the plan it would choose, USD."""
    document = a_large_document(**{**DOCUMENT, **answers})
    modalities = document["answers"]["modalities"]
    modalities["image"] |= {"born": "edge", "megapixels": 4}
    modalities["text"] = {"volume_per_day": 3_000_000, "data_class": "confidential"}
    setting = Setting(answers_of(document), facts, Worlds(WORLDS, 1))
    found = {}
    for option in OPTIONS:
        plan = candidate(option, setting).plan
        if plan is not None:
            found[option.key] = expected_npv(setting, plan)
    return found


@cache
def before() -> dict[str, float]:
    return totals(FACTS)


@pytest.mark.parametrize("price", PRICES)
def test_a_dearer_price_never_makes_an_option_cheaper(price: str) -> None:
    after = totals(PRICES[price](FACTS))
    assert set(after) == set(before())
    for option, usd in before().items():
        assert after[option] >= usd * (1 - 1e-12), option
    felt = [option for option, usd in before().items() if after[option] > usd]
    sellers = price.startswith("on demand at ")  # of several sellers only the cheapest is paid
    assert sellers or bool(felt) == (price not in NOT_PAID)


@pytest.mark.parametrize("path", ["uplink_usd_per_month", "standstill_usd_per_hour"])
def test_a_dearer_answer_never_makes_an_option_cheaper(path: str) -> None:
    after = totals(FACTS, **{path: FACTOR * DOCUMENT[path]})
    assert set(after) == set(before())
    for option, usd in before().items():
        assert after[option] > usd, option
