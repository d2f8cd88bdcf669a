"""Models sold as a service: priced by token or by the minute, judged by class, pinned or not."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from app import reference
from app.domain.facts import ApiPrice
from app.reference import checking, rows, tables
from app.reference.snapshots import named

FACTS = reference.load().facts
PRICES = FACTS.api_prices
LANGUAGE_MODELS = [p for p in PRICES if p.stands_for]
shipped = rows.content


def _name(price: ApiPrice) -> str:
    return price.name


def test_at_least_four_vendors_sell_two_or_three_language_models_each() -> None:
    counts = Counter(p.vendor for p in LANGUAGE_MODELS)
    assert len(counts) >= 4
    assert set(counts.values()) <= {2, 3}


@pytest.mark.parametrize(
    ("model", "tokens_in", "tokens_out"),
    [
        ("Claude Sonnet 5.5", 2, 10),  # Anthropic, 2026-10-24
        ("Claude Haiku 5.5", 0.10, 0.50),  # Anthropic, 2026-10-24
        ("GPT-6.1 Terra", 1, 5),  # OpenAI, 2026-10-26
        ("Gemini 3.5 Flash-Lite", 0.30, 2.50),  # Google, 2026-10-07
        ("Nova Pro", 0.80, 3.20),  # Amazon, 2026-08-05
        ("Mistral Large 4", 1.36, 4.18),  # Mistral, 2026-10-20, after the sale
    ],
)
def test_a_price_by_token_is_the_published_one(
    model: str, tokens_in: float, tokens_out: float
) -> None:
    (price,) = (p for p in PRICES if p.model == model)
    assert (price.usd_per_mtok_in, price.usd_per_mtok_out) == (tokens_in, tokens_out)


def test_transcription_is_sold_by_the_minute() -> None:
    by_minute = {p.vendor: p.usd_per_audio_minute for p in PRICES if p.usd_per_audio_minute}
    assert by_minute["OpenAI"] == 0.0045  # GPT-Transcribe, read in November 2026
    assert by_minute["Mistral"] == 0.003  # Voxtral Mini, 2026-05-15


@pytest.mark.parametrize("model", list(FACTS.models))
def test_each_size_class_can_be_bought_and_processed_in_europe(model: str) -> None:
    sold = [p for p in LANGUAGE_MODELS if model in p.stands_for]
    assert len({p.vendor for p in sold}) >= 4
    assert any("eu" in p.geographies for p in sold)


@pytest.mark.parametrize("modality", tables.MODALITIES)
def test_each_kind_of_data_is_accepted_by_two_vendors(modality: str) -> None:
    assert len({p.vendor for p in PRICES if modality in p.modalities}) >= 2


def test_one_vendor_answers_to_european_law() -> None:
    homes = {p.home_country for p in PRICES}
    assert "US" in homes
    assert any(FACTS.countries[home].geography == "eu" for home in homes)


@pytest.mark.parametrize("price", PRICES, ids=_name)
def test_output_costs_more_than_input(price: ApiPrice) -> None:
    if price.usd_per_mtok_in is not None and price.usd_per_mtok_out is not None:
        assert 2 <= price.usd_per_mtok_out / price.usd_per_mtok_in <= 10


def test_its_sources_are_checked_and_grow_old_like_any_price() -> None:
    checked = dict(checking.sources(FACTS))
    assert all(_name(price) in checked for price in PRICES)
    later = checking.warnings(FACTS, date(2027, 11, 24))
    assert any("Anthropic" in sentence for sentence in later)


def test_the_checksum_covers_it() -> None:
    every = reference.load().snapshot
    fewer = replace(every, facts=replace(FACTS, api_prices=PRICES[1:]))
    assert named(fewer).facts.sha256 != FACTS.sha256


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (",0.1,0.5,,us,", ",,0.5,,us,", "prices of tokens, in and out, and stands_for go together"),
        (",0.1,0.5,,us,", ",0.1,0.5,0.01,us,", "sold by tokens or by the minute of audio"),
        (",0.1,0.5,,us,", ",0.1,0,,us,", "usd_per_mtok_out must be above 0"),
        (",0.1,0.5,,us,", ",0.1,0.5,,us us,", "geographies must name each of eu, us, asia at most"),
        ("under_4b 4_15b", "under_5b 4_15b", "stands_for must name each of under_4b,"),
        ("text document image", "text sound", "modalities must name each of text, document,"),
        ("text document image", "", "modalities is missing"),
        (",us,,true,US,", ",us,,yes,US,", "zero_retention must be one of true, false"),
        ("judgement: ", "", "the note must begin with judgement"),
        (",,audio,", ",,audio text,", "what is sold by the minute accepts audio, and only that"),
        ("Claude Sonnet 5.5", "Claude Haiku 5.5", "Anthropic Claude Haiku 5.5 appears twice"),
    ],
)
def test_a_mistake_is_named(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str, complaint: str
) -> None:
    text = shipped("api_prices.csv").decode()
    assert old in text
    broken = text.replace(old, new, 1).encode()
    monkeypatch.setattr(rows, "content", lambda n: broken if n == "api_prices.csv" else shipped(n))
    with pytest.raises(ValueError, match=r"api_prices\.csv") as raised:
        tables.facts()
    assert complaint in str(raised.value)


def test_what_pinning_costs_is_the_vendors_own_word() -> None:
    published = {p.model: p.pinned_factor for p in PRICES}
    assert published["GPT-6.1 Terra"] == published["Claude Sonnet 5.5"] == 1.1
    assert all(p.pinned_factor == 1 for p in PRICES if p.vendor == "Mistral")
    assert published["Gemini 3.5 Flash"] is None, "offered, and no price said"


def test_what_nobody_published_about_retention_is_unknown() -> None:
    (price,) = (p for p in PRICES if p.model == "Chirp 3")
    assert price.zero_retention is None
