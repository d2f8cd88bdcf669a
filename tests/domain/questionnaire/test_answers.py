import numpy as np
import pytest

from app.domain.worlds import Range, Worlds
from tests.domain.builders import a_document, answers_of

ANSWERS = answers_of(
    a_document(
        {"text": {"volume_per_day": {"low": 10, "likely": 20, "high": 40}}},
        priorities=["speed", "cost"],
        isolation="none",
        zero_retention=False,
        needed_in_weeks=12,
        egress_tb_per_month="unknown",
    )
)


def test_an_answer_goes_before_the_default() -> None:
    assert ANSWERS.quantity("modalities.text.volume_per_day") == Range(10, 20, 40)
    assert ANSWERS.choice("isolation") == "none"
    assert ANSWERS.choices("priorities") == ("speed", "cost")
    assert ANSWERS.flag("zero_retention") is False


def test_a_default_stands_in_for_a_gap_and_for_the_unknown() -> None:
    assert ANSWERS.quantity("horizon_months") == Range(36, 36, 36)
    assert ANSWERS.quantity("egress_tb_per_month") == Range(0.1, 1, 10)
    assert ANSWERS.choice("modalities.text.precision") == "fp8"
    assert not ANSWERS.is_given("egress_tb_per_month")
    assert ANSWERS.unknown == {"egress_tb_per_month"}


def test_where_nothing_may_be_assumed_nothing_is() -> None:
    assert ANSWERS.optional_quantity("ceilings.capex_usd") is None
    assert ANSWERS.choice("gpu_owner") == ""
    assert ANSWERS.choices("modalities") == ()
    assert ANSWERS.flag("modalities.text.latency.hard") is None
    with pytest.raises(KeyError):
        ANSWERS.quantity("ceilings.capex_usd")


def test_an_answer_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError):
        ANSWERS.quantity("isolation")
    with pytest.raises(TypeError):
        ANSWERS.choice("needed_in_weeks")


def test_a_draw_has_the_answered_median() -> None:
    draws = ANSWERS.draw("modalities.text.volume_per_day", Worlds(20_000, 1))
    assert np.percentile(draws, [10, 50, 90]) == pytest.approx([10, 20, 40], rel=0.04)
