import pytest

from app.domain.options import COMPARATORS, FAMILIES, FAMILY_TITLES, OPTIONS, Option


def test_every_family_has_an_option_and_a_title() -> None:
    assert {option.family for option in OPTIONS} == set(FAMILIES) == set(FAMILY_TITLES)


@pytest.mark.parametrize("options", [OPTIONS, COMPARATORS])
def test_no_key_appears_twice(options: tuple[Option, ...]) -> None:
    assert len({option.key for option in options}) == len(options)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_a_family_follows_from_what_is_owned_and_how_the_work_is_divided(option: Option) -> None:
    expected = "hybrid" if option.is_hybrid else "on_premises" if option.owned else "cloud"
    assert option.family == expected
    assert not (option.managed and option.rented), "managed services rent no machines"


def test_each_hybrid_divides_the_work_in_a_way_of_its_own() -> None:
    divisions = [option.division for option in OPTIONS if option.is_hybrid]
    assert sorted(map(str, divisions)) == ["by_hour", "by_kind", "by_stage"]
    owned = {option.division for option in OPTIONS if option.is_hybrid and option.owned}
    assert owned == {"by_hour", "by_kind"}, "at the devices no server is owned"


def test_the_yardsticks_are_both_kinds_of_provider_both_ways_of_paying() -> None:
    ways = {(c.rented, c.purchase) for c in COMPARATORS}
    assert ways == {
        (("hyperscaler",), "on_demand"),
        (("hyperscaler",), "reserved"),
        (("specialist",), "on_demand"),
        (("specialist",), "reserved"),
    }
    assert all(c.family == "cloud" for c in COMPARATORS)
