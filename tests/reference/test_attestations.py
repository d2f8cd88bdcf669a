"""What sellers hold and lack is published, or it is not said at all."""

from app import reference

REFERENCE = reference.load()
FACTS = REFERENCE.facts
ASKED = set(REFERENCE.questions.field("attestations").option_keys)


def test_every_seller_has_a_row_and_no_row_is_of_nobody() -> None:
    sellers = {*FACTS.providers, *(price.vendor for price in FACTS.api_prices)}
    assert set(FACTS.attested) == sellers


def test_only_what_may_be_asked_for_is_held_or_lacked_and_never_both() -> None:
    for row in FACTS.attested.values():
        assert {*row.holds, *row.lacks} <= ASKED, row.key
        assert not {*row.holds} & {*row.lacks}, row.key


def test_each_rule_demands_one_of_them() -> None:
    regimes = REFERENCE.questions.field("regimes").option_keys
    assert set(FACTS.regimes) == set(regimes)
    assert {regime.demands for regime in FACTS.regimes.values()} <= ASKED


def test_what_was_not_found_is_not_said() -> None:
    assert FACTS.attested["nebius"].holds == ()
    assert FACTS.attested["coreweave"].holds == ()
    assert FACTS.attested["aws"].single_tenant is None
