"""The benchmark compares like with like; how fast it is, is reported and never asserted."""

from app import reference
from app.domain.facts import Offer
from benchmarks.prices import REGIONS, synthetic


def test_every_accelerator_is_offered_in_every_region_at_prices_of_its_own() -> None:
    facts = reference.load().facts
    made = synthetic(facts, 8_000)
    places = {(offer.region, offer.accelerator) for offer in made}
    assert len(places) == REGIONS * len(facts.on_offer)
    assert len({offer.usd_per_hour for offer in made}) == len(made)

    def fits(offer: Offer) -> bool:
        return offer.accelerator == "H100" and offer.per_machine >= 8

    assert any(map(fits, made))
