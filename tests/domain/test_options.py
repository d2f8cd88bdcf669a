import pytest

from app.domain.options import COMPARATORS, FAMILIES, FAMILY_TITLES, OPTIONS, Option


def test_every_family_has_an_option_and_a_title() -> None:
    assert {option.family for option in OPTIONS} == set(FAMILIES) == set(FAMILY_TITLES)


@pytest.mark.parametrize("options", [OPTIONS, COMPARATORS])
def test_no_key_appears_twice(options: tuple[Option, ...]) -> None:
    assert len({option.key for option in options}) == len(options)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_a_family_follows_from_what_is_owned_and_rented(option: Option) -> None:
    expected = {
        (True, True): "hybrid",
        (True, False): "on_premises",
        (False, True): "cloud",
        (False, False): "cloud",  # managed services rent no machines
    }
    assert option.family == expected[bool(option.owned), bool(option.rented)]


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_a_hybrid_says_how_it_divides_the_work(option: Option) -> None:
    assert option.is_hybrid == (option.family == "hybrid") == (option.division is not None)


def test_the_yardsticks_are_both_kinds_of_provider_both_ways_of_paying() -> None:
    ways = {(c.rented, c.purchase) for c in COMPARATORS}
    assert ways == {
        (("hyperscaler",), "on_demand"),
        (("hyperscaler",), "reserved"),
        (("specialist",), "on_demand"),
        (("specialist",), "reserved"),
    }
    assert all(c.family == "cloud" for c in COMPARATORS)
