"""In which currency a result is told: one dated rate, kept with it, and no figure moved."""

from app.domain.assessment.currency import told_in
from tests.domain.builders import FACTS, Json, a_decided_document, answers_of, assessed


def told(**currency: object) -> Json:
    return told_in(answers_of(a_decided_document(None, currency=currency)), FACTS)


def test_without_a_choice_money_is_in_dollars() -> None:
    assert told() == told(code="USD") == {"code": "USD", "usd_each": 1.0}


def test_the_euro_has_the_published_rate_with_its_day() -> None:
    rate = FACTS.figure("fx.eur_usd")
    euro = told(code="EUR")
    assert (euro["code"], euro["usd_each"]) == ("EUR", rate.value)
    assert euro["as_of"] == rate.source.as_of
    assert "European Central Bank" in euro["source"]


def test_an_own_rate_goes_before_the_published_one() -> None:
    assert told(code="EUR", usd_each=1.2) == {"code": "EUR", "usd_each": 1.2}
    assert told(code="CHF", usd_each=1.25) == {"code": "CHF", "usd_each": 1.25}


def test_a_currency_without_any_rate_is_not_guessed() -> None:
    assert told(code="CHF")["code"] == "USD"


def test_no_figure_moves_with_the_currency() -> None:
    dollars = assessed(a_decided_document(), 50)
    euros = assessed(a_decided_document(currency={"code": "EUR"}), 50)
    assert euros["currency"]["code"] == "EUR"
    for one, other in zip(dollars["options"], euros["options"], strict=True):
        assert one["tco_usd"] == other["tco_usd"]
    assert euros["recommended"] == dollars["recommended"]
