from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.facts import Offer
from app.domain.prices.catalogue import ProviderChanges, changes, contenders, merged
from app.domain.prices.guards import Judged, Refused
from tests.domain.prices.builders import FACTS, an_offer

REFUSED = Refused(2, "aws", "p5 in us-east-1", "number", "'x' is not a price.")


def _changes(base: list[Offer], new: list[Offer], *refused: Refused) -> ProviderChanges:
    (found,) = changes(base, Judged(tuple(new), refused, 0), FACTS.providers)
    return found


def test_new_changed_dropped_and_confirmed_are_told_apart() -> None:
    base = [an_offer(instance=name) for name in ("moves", "stays", "goes")]
    new = [an_offer(instance="moves", usd_per_hour=7.568)]
    new += [an_offer(instance=name) for name in ("stays", "comes")]
    found = _changes(base, new)
    assert [o.instance for o in found.new] == ["comes"]
    assert [(c.after.instance, c.way, round(c.share, 4)) for c in found.changed] == [
        ("moves", "on demand", 0.1)
    ]
    assert [o.instance for o in found.dropped] == ["goes"]
    assert found.confirmed == 1
    assert not found.cautions


def test_rounding_is_no_change() -> None:
    assert _changes([an_offer(usd_per_hour=11.06125)], [an_offer(usd_per_hour=11.0612)]).confirmed


@pytest.mark.parametrize(
    ("factor", "is_jump"), [(1.29, False), (1.31, True), (0.71, False), (0.69, True)]
)
def test_a_jump_of_more_than_thirty_percent_needs_a_look(factor: float, is_jump: bool) -> None:  # noqa: FBT001
    found = _changes([an_offer()], [an_offer(usd_per_hour=6.88 * factor)])
    assert bool(found.jumps) is is_jump
    assert bool(found.cautions) is is_jump


def test_a_jump_of_a_reservation_counts_too() -> None:
    base = [an_offer(reserved_1y_usd_per_hour=4.0)]
    (change,) = _changes(base, [an_offer(reserved_1y_usd_per_hour=6.0)]).jumps
    assert change.way == "reserved for one year"
    assert change.share == pytest.approx(0.5)


def test_losing_the_price_of_a_reservation_needs_a_look() -> None:
    found = _changes([an_offer(reserved_3y_usd_per_hour=4.0)], [an_offer()])
    assert found.lost == 1
    assert "lose the price of a reservation" in found.cautions[0]


def test_losing_an_accelerator_altogether_needs_a_look() -> None:
    found = _changes([an_offer(), an_offer(accelerator="H200")], [an_offer()])
    assert found.cautions == ("H200 would not be on offer there any more.",)


def test_a_source_that_failed_never_empties_a_provider() -> None:
    found = _changes([an_offer()], [], REFUSED)
    assert not found.may_be_taken
    assert not found.dropped


def test_only_the_providers_that_are_taken_change() -> None:
    lambda_offer = an_offer(provider="lambda", provider_name="Lambda")
    base = [an_offer(), lambda_offer]
    found = _changes(base, [an_offer(usd_per_hour=7.0), an_offer(instance="comes")])
    assert merged(base, [found]) == (*found.offers, lambda_offer)
    assert merged(base, []) == tuple(base)


def test_a_provider_that_is_new_comes_last() -> None:
    found = _changes([an_offer()], [an_offer(provider="crusoe")])
    assert [o.provider for o in merged([an_offer()], [found])] == ["aws", "crusoe"]


def test_of_machines_of_one_shape_and_country_only_the_cheapest_can_win() -> None:
    cheap = an_offer(region="us-east-2", usd_per_hour=6.0)
    dear = an_offer(usd_per_hour=7.0)
    abroad = an_offer(region="eu-north-1", country="SE", geography="eu", usd_per_hour=9.0)
    reserved = an_offer(region="us-west-2", usd_per_hour=8.0, reserved_1y_usd_per_hour=3.0)
    smaller = an_offer(instance="p5.4xlarge", unit=1.0, per_machine=1.0, usd_per_hour=7.0)
    found = contenders([dear, cheap, abroad, reserved, smaller])
    assert found == (cheap, abroad, reserved, smaller)


_OFFERS = st.lists(
    st.builds(
        an_offer,
        region=st.sampled_from(["us-east-1", "us-east-2"]),
        country=st.sampled_from(["US", "SE"]),
        unit=st.sampled_from([1.0, 8.0]),
        usd_per_hour=st.sampled_from([6.0, 6.5, 7.0]),
        reserved_1y_usd_per_hour=st.sampled_from([None, 3.0, 4.0]),
    ),
    max_size=12,
)


@given(_OFFERS)
def test_no_lowest_price_is_lost_with_the_machines_that_cannot_win(offers: list[Offer]) -> None:
    def lowest(among: list[Offer] | tuple[Offer, ...], way: str) -> dict[tuple[str, float], float]:
        found: dict[tuple[str, float], float] = {}
        for offer in among:
            price = getattr(offer, way)
            if price is not None:
                key = (offer.country, offer.unit)
                found[key] = min(price, found.get(key, price))
        return found

    kept = contenders(offers)
    for way in ("usd_per_hour", "reserved_1y_usd_per_hour"):
        assert lowest(kept, way) == lowest(offers, way)
    assert contenders(kept) == kept


def test_contenders_keep_their_order_and_the_first_of_equals() -> None:
    first, second = an_offer(region="us-east-1"), an_offer(region="us-east-2")
    assert contenders([first, second]) == (first,)
    assert contenders([second, replace(first)]) == (second,)
