"""The margin against any rival, the weight that ties, and how sure the order is."""

import numpy as np
import pytest

from app import reference
from app.domain.assessment import assess
from app.domain.assessment.explaining import rivals, stability
from app.domain.assessment.ranking import Ranking
from app.domain.decision.scoring import reweighted
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Worlds
from tests.domain.assessment.test_ranking import PRIORITIES, ranked
from tests.domain.builders import (
    FACTS,
    QUESTIONS,
    WEIGHTS,
    Json,
    a_decided_document,
    a_large_document,
    a_setting,
    assessed,
    option_of,
)

SETTING = a_setting(a_large_document(), 1_000)
RANKED: Ranking = ranked(SETTING, PRIORITIES)


@pytest.fixture(scope="module")
def found() -> list[Json]:
    return rivals(RANKED, WEIGHTS)


def test_every_other_option_that_may_be_chosen_is_a_rival(found: list[Json]) -> None:
    others = {o.option.key for o in RANKED.options if o.feasible} - {RANKED.robust.best}
    assert {row["option"] for row in found} == others
    assert len(others) >= 4


def test_the_bars_add_up_to_the_margin_against_every_rival(found: list[Json]) -> None:
    best = RANKED.robust.best
    assert best is not None
    for row in found:
        lead = RANKED.mean_score(best) - RANKED.mean_score(row["option"])
        assert sum(part["contribution"] for part in row["parts"]) == pytest.approx(lead, abs=1e-8)
        assert row["margin"] == pytest.approx(lead, abs=1e-8)
        assert [part["criterion"] for part in row["parts"]] == list(WEIGHTS.keys)


def test_at_the_weight_that_ties_both_score_the_same(found: list[Json]) -> None:
    means, tied = RANKED.valued.mean(axis=0), 0
    best = means[RANKED.index[RANKED.robust.best or ""]]
    for row in found:
        rival = means[RANKED.index[row["option"]]]
        for j, part in enumerate(row["parts"]):
            if part["ties_at"] is None:
                for weight in (0.0, 0.25, 0.5, 0.75, 0.999):
                    gap = (best - rival) @ reweighted(RANKED.weights, j, weight)
                    assert gap * ((best - rival) @ RANKED.weights) > 0
            else:
                tied += 1
                weights = reweighted(RANKED.weights, j, part["ties_at"])
                assert weights.sum() == pytest.approx(1.0)
                assert best @ weights == pytest.approx(rival @ weights, abs=1e-8)
    assert tied >= 10


def test_the_order_is_as_sure_as_it_is_counted() -> None:
    told = stability(RANKED, SETTING.worlds, WEIGHTS)
    assert told["largest_error"] == pytest.approx(0.5 / np.sqrt(1_000))
    options = told["options"]
    assert sum(row["first"] for row in options.values()) == pytest.approx(1.0)
    assert sum(row["first_whatever_one_values"] for row in options.values()) == pytest.approx(1.0)
    for key, row in options.items():
        assert set(row["beats"]) == set(options) - {key}
        assert all(
            share + options[other]["beats"][key] == pytest.approx(1.0)
            for other, share in row["beats"].items()
        )
        # nothing can be first oftener than it beats any one other
        assert row["first"] <= min(row["beats"].values()) + 1e-9
        assert row["regret"] >= 0
        central = row["central_weights"]
        assert (central is None) == (row["first_whatever_one_values"] == 0)
        if central is not None:
            assert sum(central.values()) == pytest.approx(1.0)
            assert list(central) == list(WEIGHTS.keys)


def test_the_mean_scores_and_the_regrets_tell_the_same_order() -> None:
    result = assessed(a_large_document(), 300)
    rows = result["robustness"]["options"]
    by_regret = sorted(rows, key=lambda key: rows[key]["regret"])
    by_score = sorted(rows, key=lambda key: -option_of(result, key)["score"])
    assert by_regret == by_score


def test_at_20_000_worlds_a_share_is_within_three_errors_of_what_others_count() -> None:
    answers = read_answers(reference.sample("contact_centre"), QUESTIONS)
    one, other = (
        assess(answers, FACTS, WEIGHTS, (), Worlds(20_000, seed))["robustness"] for seed in (1, 2)
    )
    for family, row in one["families"].items():
        apart = abs(row["share"] - other["families"][family]["share"])
        # of two counts, each with its error
        assert apart <= 3 * np.sqrt(2) * row["error"] + 1e-12


def test_where_nothing_may_be_chosen_there_is_nothing_to_explain() -> None:
    result = assessed(a_decided_document(isolation="air_gapped", gpu_owner="nobody"), 20)
    assert result["rivals"] == []
    assert result["robustness"]["options"] == {}
    assert not result["stop"]["may_stop"]
