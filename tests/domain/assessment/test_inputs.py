"""Inputs in words."""

from app.domain.assessment.inputs import answer_path, evidence_of, input_name, input_unit, is_asked
from tests.domain.builders import a_decided_document, a_setting

SETTING = a_setting(
    a_decided_document(growth_per_year={"low": 0.1, "likely": 0.2, "high": 0.3}), 10
)


def test_an_input_that_is_asked_for_is_named_as_it_is_asked() -> None:
    assert is_asked("growth_per_year", SETTING)
    assert input_name("modalities.text.volume_per_day", SETTING).endswith("(text)")
    assert input_unit("growth_per_year", SETTING) == "share"
    assert evidence_of("growth_per_year", SETTING) == "estimated"
    assert evidence_of("discount_rate", SETTING) == "default"


def test_a_figure_of_the_market_has_its_own_name_and_unit() -> None:
    assert not is_asked("site.electricity", SETTING)
    assert input_name("site.electricity", SETTING) == "electricity price"
    key = next(iter(SETTING.facts.figures))
    figure = SETTING.facts.figures[key]
    assert (input_name(key, SETTING), input_unit(key, SETTING)) == (figure.label, figure.unit)
    assert evidence_of(key, SETTING) == "market figure"
    assert input_unit("site.electricity", SETTING) == ""


def test_a_figure_that_an_answer_takes_the_place_of_is_answered_there() -> None:
    quoted = {"low": 300, "likely": 350, "high": 400, "evidence": "quoted"}
    setting = a_setting(
        a_decided_document(
            colocation_usd_per_kw_month=quoted, site={"electricity_usd_per_kwh": 0.2}
        ),
        10,
    )
    rent = "colocation.retail_usd_per_kw_month"
    assert answer_path(rent, setting) == "colocation_usd_per_kw_month"
    assert evidence_of(rent, setting) == "quoted"
    assert answer_path("site.electricity", setting) == "site.electricity_usd_per_kwh"
    assert answer_path("growth_per_year", setting) == "growth_per_year"
    assert (answer_path(rent, SETTING), evidence_of(rent, SETTING)) == ("", "market figure")
