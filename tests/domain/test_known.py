import numpy as np
import pytest

from app.domain.errors import MissingFact
from app.domain.worlds import Range
from tests.domain.builders import FACTS, LIKELY, known


def test_in_the_likely_world_a_figure_has_its_value() -> None:
    figure = FACTS.figure("staff.gpus_per_fte")
    assert LIKELY.value(figure.key) == figure.value
    assert LIKELY.positive(figure.key).tolist() == [figure.value]
    assert LIKELY.share("power.idle_share").tolist() == [FACTS.figure("power.idle_share").value]


def test_whoever_asks_for_a_figure_sees_the_same_draws() -> None:
    over = known()
    first, second = over.positive("pue.colocation"), over.positive("pue.colocation")
    np.testing.assert_array_equal(first, second)


def test_a_figure_keeps_its_range_and_its_source() -> None:
    assert LIKELY.range("price.jump_size") == Range(0.2, 0.33, 0.45)
    assert LIKELY.figure("price.jump_size").source.as_of


def test_shares_stay_between_none_and_all() -> None:
    draws = known(2_000).share("availability.hyperscaler")
    assert 0 <= draws.min() < draws.max() <= 1


def test_an_accelerator_is_found_by_its_key() -> None:
    assert LIKELY.accelerator("H100").name == "NVIDIA H100 SXM"


def test_what_is_not_known_is_named() -> None:
    with pytest.raises(MissingFact):
        LIKELY.positive("pue.moon")
