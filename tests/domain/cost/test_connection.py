"""The connection of the site: its answered price, for the options that need it."""

from typing import Any

import pytest

from app.domain.assessment.candidates import candidate
from app.domain.cost.connection import uses_connection
from app.domain.cost.ledger import Line
from app.domain.cost.plan import costing
from app.domain.options import OPTIONS, Option
from tests.domain.builders import Document, a_document, a_large_document, a_setting, answers_of

PRICED = {"uplink_usd_per_month": 2_000, "discount_rate": 0.0, "horizon_months": 24}


def large(born: str, **answers: Any) -> Document:  # noqa: ANN401  # answers as a file has them
    document = a_large_document(**answers)
    document["answers"]["modalities"]["image"] |= {"born": born, "megapixels": 4}
    return document


def line_of(option: str, document: Document) -> Line | None:
    (chosen,) = (o for o in OPTIONS if o.key == option)
    likely = a_setting(document, worlds=5).likely
    plan = candidate(chosen, likely).plan
    assert plan is not None
    return costing(likely, plan).ledger.lines.get("uplink")


@pytest.mark.parametrize("option", ["own_site", "hyperscaler_on_demand", "colocation"])
def test_media_that_arise_at_the_site_need_it_wherever_they_are_worked_on(option: str) -> None:
    line = line_of(option, large("own_site", **PRICED))
    assert line is not None
    assert line.npv[0] == pytest.approx(24 * 2_000)
    assert sum(product.usd for product in line.products) == pytest.approx(24 * 2_000)


def test_of_media_from_elsewhere_only_servers_at_the_site_need_it() -> None:
    document = large("end_users", **PRICED)
    own = line_of("own_site", document)
    assert own is not None
    assert own.npv[0] == pytest.approx(24 * 2_000)
    for option in ("hyperscaler_on_demand", "specialist_cloud", "colocation"):
        assert line_of(option, document) is None, option


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_without_an_answer_it_is_not_priced(option: Option) -> None:
    document = large("edge")
    likely = a_setting(document, worlds=5).likely
    plan = candidate(option, likely).plan
    if plan is not None:
        assert "uplink" not in costing(likely, plan).ledger.lines


def test_systems_at_the_site_need_it_too() -> None:
    there = answers_of(a_document(systems={"place": "own_site", "tb_per_month": 1}))
    assert uses_connection(there, stands_there=False)
    assert not uses_connection(answers_of(a_document()), stands_there=False)
