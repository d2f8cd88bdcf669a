"""Regions, providers and cases reach as far as the product says they do."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from app import reference
from app.domain.cases import Case

REFERENCE = reference.load()
FACTS = REFERENCE.facts
HYPERSCALERS = {"aws", "azure", "gcp"}
LONGEST_SHARED_RUN = 5  # words in a row that a summary may share with the one it restates
# The summaries that ours restate lie beside the checkout on some machines only.
SUMMARIES = next(
    (p for p in Path(__file__).resolve().parents[3].glob("*/facts/case_studies.yaml")), None
)


def _by_id(case: Case) -> str:
    return case.id


# ---- regions and providers -------------------------------------------------------------------


def test_eight_regions_on_three_continents_have_prices_of_two_hyperscalers() -> None:
    hyperscalers: dict[str, set[str]] = {}
    for offer in FACTS.offers:
        if offer.provider in HYPERSCALERS:
            hyperscalers.setdefault(offer.country, set()).add(offer.provider)
    wide = {country for country, found in hyperscalers.items() if len(found) >= 2}
    assert {"US", "DE", "NL", "SE", "GB", "JP", "SG", "IN", "AU"} <= wide
    assert {FACTS.countries[c].geography for c in wide} == {"us", "eu", "asia"}


@pytest.mark.parametrize("provider", sorted(HYPERSCALERS))
def test_each_hyperscaler_has_an_eastern_and_a_western_price_in_the_united_states(
    provider: str,
) -> None:
    regions = {o.region for o in FACTS.offers if o.provider == provider and o.country == "US"}
    assert any("east" in region for region in regions)
    assert any("west" in region or "central" in region for region in regions)


@pytest.mark.parametrize("accelerator", list(FACTS.on_offer))
def test_each_accelerator_can_be_rented_from_two_providers(accelerator: str) -> None:
    providers = {o.provider for o in FACTS.offers if o.accelerator == accelerator}
    assert len(providers) >= 2


def test_two_hyperscalers_publish_what_a_commitment_costs() -> None:
    reserved = {o.provider for o in FACTS.offers if o.reserved_3y_usd_per_hour}
    assert {"azure", "gcp"} <= reserved
    for offer in FACTS.offers:
        terms = (offer.reserved_3y_usd_per_hour, offer.reserved_1y_usd_per_hour, offer.usd_per_hour)
        known = [price for price in terms if price is not None]
        assert known == sorted(known), offer


def test_three_specialist_clouds_publish_prices_of_machines_and_of_egress_or_storage() -> None:
    rented = {o.provider for o in FACTS.offers if o.kind == "specialist" and o.usd_per_hour}
    with_data = {p for p in rented if FACTS.providers[p].storage_source}
    with_data |= {p for p in rented if FACTS.providers[p].egress_source}
    assert len(with_data) >= 3


@pytest.mark.parametrize("provider", sorted(HYPERSCALERS))
def test_each_hyperscaler_publishes_machines_storage_egress_and_support(provider: str) -> None:
    known = FACTS.providers[provider]
    assert known.storage_source
    assert known.egress_source
    assert known.support
    assert known.support.minimum_usd > 0
    places = {o.geography for o in FACTS.offers if o.provider == provider and o.usd_per_hour}
    assert {"us", "eu", "asia"} <= places


def test_four_vendors_sell_models() -> None:
    assert {"Anthropic", "OpenAI", "Google", "Mistral"} <= {p.vendor for p in FACTS.api_prices}


def test_every_provider_of_an_offer_is_known() -> None:
    assert {o.provider for o in FACTS.offers} == set(FACTS.providers)
    assert all(p.home_country in FACTS.countries for p in FACTS.providers.values())


# ---- cases -----------------------------------------------------------------------------------


def test_at_least_eighty_cases_are_balanced() -> None:
    counts = Counter(case.decision for case in REFERENCE.cases)
    assert counts.total() >= 80
    assert min(counts.values()) >= 20
    assert max(counts.values()) <= counts.total() / 2


def test_the_cases_come_from_many_countries_and_trades() -> None:
    assert len({c.country for c in REFERENCE.cases if c.country}) >= 12
    assert len({c.industry for c in REFERENCE.cases}) >= 15
    for modality in ("text", "image", "audio", "video"):
        assert sum(modality in c.modalities for c in REFERENCE.cases) >= 5


@pytest.mark.parametrize("case", REFERENCE.cases, ids=_by_id)
def test_a_case_is_told_in_two_sentences(case: Case) -> None:
    assert len(re.findall(r"[.!?](?:\s|$)", case.summary)) == 2


def test_every_case_is_told_in_our_own_words() -> None:
    if SUMMARIES is None:
        pytest.skip("the summaries are not on this machine")
    others = {c["id"]: c for c in yaml.safe_load(SUMMARIES.read_text("utf-8"))}
    for case in REFERENCE.cases:
        theirs = others[case.id]
        assert not _repeated(case.summary, theirs["summary"]), case.id
        assert not _repeated(case.outcome, theirs["outcome"] or ""), case.id


def test_a_repeated_sentence_would_be_noticed() -> None:
    case = REFERENCE.cases[0]
    assert _repeated(f"Once upon a time. {case.summary}", case.summary.upper())
    assert not _repeated(case.summary, REFERENCE.cases[1].summary)


def _repeated(ours: str, theirs: str) -> set[tuple[str, ...]]:
    """The runs of words in `ours` that are longer than may be shared with `theirs`."""
    return _runs(ours) & _runs(theirs)


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every run of words that is one longer than may be shared."""
    words = re.findall(r"\w+", text.lower())
    length = LONGEST_SHARED_RUN + 1
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


# ---- managed API -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "below"),
    [
        ("lead.managed_api_weeks", "lead.hyperscaler_weeks"),
        ("talent.managed_api", "talent.rented_hyperscaler"),
        ("sovereignty.managed_api", "sovereignty.specialist"),
        ("staff.api_platform_fte", "staff.platform_fte"),
        ("network_ms.managed_api", "network_ms.elsewhere"),
        ("availability.hyperscaler", "availability.managed_api"),
    ],
)
def test_a_managed_api_is_quicker_easier_and_less_independent(key: str, below: str) -> None:
    assert FACTS.figure(key).value < FACTS.figure(below).value
