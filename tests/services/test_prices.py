from dataclasses import replace

import pytest

from app import reference
from app.domain.prices.catalogue import contenders
from app.domain.questionnaire.reading import read_answers
from app.persistence import Session, pinned, price_catalogue
from app.services import assessments, prices, weights
from tests.builders import NOON

SHIPPED = reference.load()


def test_the_shipped_prices_are_the_first_catalogue_and_change_nothing(db: Session) -> None:
    newest = price_catalogue.newest(db)
    assert newest is not None
    assert (newest.number, newest.by_name) == (1, "Footing")
    found = prices.in_force(db, SHIPPED)
    assert found.facts is SHIPPED.facts
    assert found.price_snapshot == 1
    assert prices.all_offers(db, SHIPPED) == SHIPPED.facts.offers


def test_a_footing_that_ships_other_prices_publishes_them_over_its_own(db: Session) -> None:
    newer = reference.with_offers(SHIPPED, SHIPPED.facts.offers[:-1])
    prices.ensure(db, newer, NOON)
    prices.ensure(db, newer, NOON)
    newest = price_catalogue.newest(db)
    assert newest is not None
    assert newest.number == 2
    assert prices.in_force(db, newer).facts == newer.facts


def test_what_is_computed_with_can_be_pinned(db: Session) -> None:
    found = weights.with_library_in_force(db, SHIPPED)
    assert pinned.has_facts(db, found.facts.sha256)


def test_the_name_of_a_list_of_offers_is_what_it_says_in_its_order() -> None:
    offers = SHIPPED.facts.offers
    assert prices.named(offers) == prices.named(tuple(replace(o) for o in offers))
    assert prices.named(offers) != prices.named(offers[::-1])
    assert prices.named(offers) != prices.named(offers[1:])


@pytest.mark.parametrize("country", ["", "DE"])
def test_the_cheapest_fits_are_those_that_a_scan_would_find(db: Session, country: str) -> None:
    found = prices.cheapest_fits(db, SHIPPED, 141.0, country)
    by_scan = {
        key: min(
            o.usd_per_hour
            for o in SHIPPED.facts.offers
            if o.accelerator == key
            and o.usd_per_hour is not None
            and o.per_machine * SHIPPED.facts.accelerators[key].memory_gb >= 141.0
            and country in ("", o.country)
        )
        for key in {o.accelerator for o, _ in found}
    }
    assert {o.accelerator: o.usd_per_hour for o, _ in found} == by_scan
    totals = [n * (o.usd_per_hour or 0) for o, n in found]
    assert totals == sorted(totals)
    assert found


@pytest.mark.parametrize("name", reference.SAMPLES)
def test_the_offers_that_can_win_give_the_same_answer_as_all_of_them(name: str) -> None:
    answers = read_answers(reference.sample(name), SHIPPED.questions)
    few = reference.with_offers(SHIPPED, contenders(SHIPPED.facts.offers))
    assert len(few.facts.offers) < len(SHIPPED.facts.offers)
    whole, pruned = (assessments.compute(answers, r, worlds=100) for r in (SHIPPED, few))
    assert {**whole, "versions": None} == {**pruned, "versions": None}
