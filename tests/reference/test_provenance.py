"""No number without a source and a date, no low evidence without a range, no free unknown."""

from dataclasses import replace
from datetime import date

import pytest

from app import reference
from app.domain.facts import Facts, Source, earliest_day
from app.reference import checking

TODAY = date(2026, 11, 24)
REFERENCE = reference.load()
FACTS = REFERENCE.facts
EUROPEAN_UNION = {
    "AT",
    "BE",
    "BG",
    "HR",
    "CY",
    "CZ",
    "DK",
    "EE",
    "FI",
    "FR",
    "DE",
    "GR",
    "HU",
    "IE",
}
EUROPEAN_UNION |= {"IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"}


def _problems(facts: Facts) -> list[str]:
    return checking.problems(facts, REFERENCE.questions, REFERENCE.weights, REFERENCE.cases, TODAY)


def _with_first_figure(**changes: object) -> Facts:
    figures = dict(FACTS.figures)
    key, figure = next(iter(figures.items()))
    figures[key] = replace(figure, **changes)  # type: ignore[arg-type]  # the fields vary by test
    return replace(FACTS, figures=figures)


def test_nothing_that_ships_has_a_problem() -> None:
    assert reference.check(TODAY) == []


@pytest.mark.parametrize(("name", "source"), list(checking.sources(FACTS)))
def test_every_row_has_a_source_and_a_date(name: str, source: Source) -> None:
    assert name
    assert source.source.startswith("judgement: ") or "https://" in source.source
    assert earliest_day(source.as_of)


def test_what_rests_on_low_evidence_is_a_range() -> None:
    for figure in checking.figures(FACTS):
        assert figure.low <= figure.value <= figure.high, figure.key
        if figure.source.confidence == "low":
            assert figure.low < figure.value < figure.high, figure.key


def test_what_nobody_publishes_is_marked_as_judgement_and_low() -> None:
    judged = [f for f in checking.figures(FACTS) if f.source.source.startswith("judgement")]
    assert judged
    assert {f.source.confidence for f in judged} == {"low"}
    assert {f.source.as_of for f in judged} == {"2026-11-24", "2026-11"}


def test_what_is_drawn_over_worlds_is_positive() -> None:
    assert all(f.low > 0 for f in checking.figures(FACTS))


def test_an_unknown_price_is_absent_and_never_free() -> None:
    for offer in FACTS.offers:
        prices = (
            offer.usd_per_hour,
            offer.reserved_1y_usd_per_hour,
            offer.reserved_3y_usd_per_hour,
        )
        assert any(prices), offer
        assert all(price is None or price > 0 for price in prices), offer
    nebius = FACTS.providers["nebius"]
    assert nebius.egress_tiers == ()
    assert nebius.egress_source is None


def test_each_provider_has_prices_in_each_part_of_the_world_or_none() -> None:
    listed = {(o.provider, o.geography) for o in FACTS.offers}
    for hyperscaler in ("aws", "azure", "gcp"):
        assert {(hyperscaler, g) for g in ("eu", "us", "asia")} <= listed
    specialists = {o.provider for o in FACTS.offers if o.kind == "specialist"}
    assert specialists == {"coreweave", "crusoe", "lambda", "nebius"}


def test_an_offer_is_listed_once() -> None:
    keys = [(o.provider, o.region, o.instance) for o in FACTS.offers]
    assert len(set(keys)) == len(keys)


def test_a_provider_that_names_no_place_is_not_given_one() -> None:
    for offer in FACTS.offers:
        if offer.geography == "any":
            assert offer.country == "", offer


def test_a_country_stands_for_its_offers() -> None:
    for offer in FACTS.offers:
        if offer.country:
            assert FACTS.countries[offer.country].geography == offer.geography, offer


def test_every_member_of_the_european_union_is_there() -> None:
    assert len(FACTS.countries) >= 40
    for code in EUROPEAN_UNION:
        assert FACTS.countries[code].electricity is not None
    for code in ("GB", "CH", "NO", "CA", "JP", "SG", "KR", "IN", "AU", "BR"):
        assert FACTS.countries[code].electricity is None
    assert all(c.grid_carbon is not None for c in FACTS.countries.values())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": Source("somebody said so", "2026", "high")}, "the source has no address"),
        ({"source": Source("judgement: so", "2026", "high")}, "a judgement has low confidence"),
        ({"source": Source("https://a.org", "2026-13", "high")}, "is not a year, month or day"),
        ({"source": Source("https://a.org", "2026-02-30", "high")}, "is not a year, month or day"),
        ({"source": Source("https://a.org", "2026-11-25", "high")}, "lies in the future"),
        (
            {"source": Source("https://a.org", "2026", "low"), "low": 1280.0},
            "it needs a low and a high",
        ),
    ],
)
def test_the_check_names_what_is_wrong(changes: dict[str, object], sentence: str) -> None:
    (problem,) = _problems(_with_first_figure(**changes))
    assert problem.startswith("tokens.image_cap: ")
    assert sentence in problem


def test_the_check_covers_cases_and_criteria() -> None:
    nobody = Source("somebody said so", "2026", "high")
    cost = replace(REFERENCE.weights.criteria[0], source=nobody)
    soon = replace(REFERENCE.cases[0], source=Source("https://a.org", "soon", "high"))
    found = checking.problems(
        FACTS,
        REFERENCE.questions,
        replace(REFERENCE.weights, criteria=(cost,)),
        (soon,),
        TODAY,
    )
    assert found == [
        "cost: the source has no address and is not marked as judgement.",
        f"{soon.id}: source_date 'soon' is not a year, month or day.",
    ]


def test_a_default_is_checked_like_a_figure() -> None:
    question = next(q for q in REFERENCE.questions.questions if q.key == "horizon")
    default = question.fields[0].default
    assert default is not None
    wrong = replace(default, source=replace(default.source, as_of="9999"))
    fields = (replace(question.fields[0], default=wrong),)
    questions = replace(REFERENCE.questions, questions=(replace(question, fields=fields),))
    found = checking.problems(FACTS, questions, REFERENCE.weights, (), TODAY)
    assert found == ["horizon_months: as_of 9999 lies in the future."]


def test_prices_older_than_ninety_days_are_listed_once_per_source() -> None:
    warnings = reference.warnings(TODAY)
    assert any("40 prices of 2026-06-18 may be out of date (159 days)" in w for w in warnings)
    assert not any("2026-09-20" in w for w in warnings)
    assert len(warnings) == len(set(warnings))
