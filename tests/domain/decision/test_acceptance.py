"""The ten acceptance tests of the engine's design, by their number.

Two of them are kept where their subject is and are only called here: 7 (other methods against
pymcdm, `test_second_opinion.py`) and 10 (the back-test that ships, `test_backtests.py`).
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from app import reference
from app.domain.cost.ledger import LINES
from app.domain.decision.measures import Measured
from app.domain.decision.scoring import scores, values
from app.domain.worlds import Array
from tests.domain.builders import (
    EVERY_MODALITY,
    WEIGHTS,
    Json,
    a_decided_document,
    a_large_document,
    assessed,
    option_of,
)
from tests.domain.decision.test_second_opinion import test_both_equal_what_pymcdm_computes
from tests.reference import test_backtests

ROOT = Path(__file__).parents[3]
PROBLEMS = 20_000
# A period as an amount names it → as a price does.
_PERIODS = {"hour": "hour|kWh", "month": "month", "year": "year"}


def options_of(random: np.random.Generator, keys: Sequence[str]) -> dict[str, dict[str, Array]]:
    """Options in 20,000 problems at once, measured in natural units, some beyond the anchors."""
    return {
        key: {
            c.key: c.worst + (c.best - c.worst) * random.uniform(-0.2, 1.2, PROBLEMS)
            for c in WEIGHTS.criteria
        }
        for key in keys
    }


def valued(options: Mapping[str, Mapping[str, Array]]) -> Array:
    table = {
        key: {name: Measured(measure, "so") for name, measure in measures.items()}
        for key, measures in options.items()
    }
    return values(table, WEIGHTS)


def weights_of(random: np.random.Generator) -> Array:
    drawn: Array = random.dirichlet(np.ones(len(WEIGHTS.keys)), PROBLEMS)
    return drawn


def test_1_adding_or_removing_an_option_never_reorders_the_others() -> None:
    random = np.random.default_rng(1)
    seven, weights = options_of(random, "abcdefg"), weights_of(random)
    whole = scores(valued(seven), weights)
    for gone in seven:
        left = [key for key in seven if key != gone]
        alone = scores(valued({key: seven[key] for key in left}), weights)
        columns = [i for i, key in enumerate(seven) if key != gone]
        before = np.argsort(-whole[:, columns], axis=1, kind="stable")
        assert (before != np.argsort(-alone, axis=1, kind="stable")).sum() == 0


def test_2_a_dominated_option_is_never_first() -> None:
    random = np.random.default_rng(2)
    six, weights = options_of(random, "abcdef"), weights_of(random)
    worse = {
        c.key: c.worst + (six["c"][c.key] - c.worst) * random.random(PROBLEMS)
        for c in WEIGHTS.criteria
    }
    # first in the order, so that a tie would go to it
    both = {"dominated": worse, **six}
    marks = valued(both)
    assert (marks[:, 0] <= marks[:, 3]).all()
    assert (scores(marks, weights).argmax(axis=1) == 0).sum() == 0


def test_3_improving_a_measure_never_lowers_the_rank() -> None:
    random = np.random.default_rng(3)
    six, weights = options_of(random, "abcdef"), weights_of(random)
    before = ranks(scores(valued(six), weights))
    for c in WEIGHTS.criteria:
        step = (c.best - six["c"][c.key]) * random.random(PROBLEMS)
        towards = np.where(step * (c.best - c.worst) > 0, step, 0.0)
        better = {**six, "c": {**six["c"], c.key: six["c"][c.key] + towards}}
        after = ranks(scores(valued(better), weights))
        assert (after[:, 2] <= before[:, 2]).all(), c.key


def ranks(scored: Array) -> NDArray[np.intp]:
    order = np.argsort(-scored, axis=1, kind="stable")
    return np.argsort(order, axis=1)


@pytest.mark.parametrize(
    ("cause", "lifted", "key"),
    [
        ({"isolation": "air_gapped"}, {"isolation": "none"}, "specialist_cloud"),
        ({"gpu_owner": "nobody"}, {"gpu_owner": "named"}, "own_site"),
        ({"ceilings": {"capex_usd": 1}}, {"ceilings": {"capex_usd": 1e9}}, "own_site"),
    ],
    ids=("air gap", "no owner", "no capital"),
)
def test_4_what_a_must_have_rules_out_never_ranks_and_lifting_it_restores_it(
    cause: Json, lifted: Json, key: str
) -> None:
    out = assessed(a_large_document(**cause), 50)
    assert not option_of(out, key)["feasible"]
    assert (option_of(out, key)["score"], option_of(out, key)["rank_shares"]) == (None, [])
    named = [row["option"] for row in out["rivals"]] + list(out["robustness"]["options"])
    assert key not in named
    back = assessed(a_large_document(**lifted), 50)
    assert option_of(back, key)["feasible"]
    assert sum(option_of(back, key)["rank_shares"]) == pytest.approx(1.0)
    assert key in back["robustness"]["options"]


def test_5_weights_of_one_and_three_saturate_at_25_75_and_100() -> None:
    marks = np.array([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]])
    assert 100 * scores(marks, np.array([[1.0, 3.0]]) / 4) == pytest.approx(
        np.array([[25.0, 75.0, 100.0]])
    )


def test_6_same_seed_and_versions_give_equal_bytes_in_any_process(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(yaml.safe_dump(reference.sample("contact_centre")))
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    places = [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC", **dict.fromkeys(threads, "1")},
        {
            "PYTHONHASHSEED": "4242",
            "LC_ALL": "de_DE.UTF-8",
            "TZ": "Asia/Kolkata",
            **dict.fromkeys(threads, "4"),
        },
        {"PYTHONHASHSEED": "random", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    ]
    printed = {_assessed_elsewhere(file, place) for place in places}
    assert len(printed) == 1
    assert json.loads(printed.pop())["versions"]["worlds"] == 2_000


def _assessed_elsewhere(file: Path, place: Mapping[str, str]) -> bytes:
    command = [sys.executable, "-m", "app", "assess", str(file), "--json"]
    here = {key: value for key, value in os.environ.items() if not key.startswith("FOOTING_")}
    run = subprocess.run(
        command,
        cwd=ROOT,
        env={**here, "FOOTING_WORLDS": "2000", **place},
        stdout=subprocess.PIPE,
        check=True,
    )
    return run.stdout


def test_7_topsis_and_promethee_equal_pymcdm() -> None:
    test_both_equal_what_pymcdm_computes()


def test_8_a_price_for_a_time_is_multiplied_by_that_time() -> None:
    """An hourly price on months, or a yearly one on hours, would be 730 or 8,760 times off."""
    seen = set()
    for document in (reference.sample("contact_centre"), a_large_document()):
        for option in assessed(document, 20)["options"]:
            for line in option["cost_lines"]:
                for product in line["products"]:
                    units = [f["unit"] for f in product["factors"]]  # or divided by weeks a year
                    prices = " ".join(unit for unit in units if unit.startswith("USD"))
                    amounts = " ".join(unit for unit in units if not unit.startswith("USD"))
                    assert prices, (line["key"], units)
                    for period, word in _PERIODS.items():
                        if re.search(word, prices):
                            assert re.search(period, amounts), (line["key"], units)
                            seen.add(period)
    assert seen == set(_PERIODS)


def test_9_owning_is_never_free_and_a_missing_price_is_missing() -> None:
    documents = [
        a_large_document(),
        a_decided_document({m: {"volume_per_day": 10} for m in EVERY_MODALITY[:5]}),
        a_large_document(data_location={"scope": "region", "region": "eu"}, egress_tb_per_month=50),
    ]
    missing = 0
    for document in documents:
        for option in assessed(document, 20)["options"]:
            if option["fleet"] and option["tco_usd"]:
                assert option["tco_usd"]["p10"] > 0
                assert option["likely_usd"] > 0
            for line in option["cost_lines"]:
                missing += line["missing"]
                assert line["key"] in LINES
                assert (line["usd"] is None) == line["missing"]
                assert option["at_least"] or not line["missing"]
    assert missing > 0, "one of the documents has a price that nobody publishes"


def test_10_the_back_test_that_ships_is_of_this_engine_and_every_case() -> None:
    test_backtests.test_it_holds_every_case_that_ships_and_no_other()
    test_backtests.test_its_shares_are_shares()
