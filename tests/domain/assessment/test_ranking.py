"""Ranked options, their rival, and what drives the lead."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.domain.assessment.candidates import candidate, comparator_plan
from app.domain.assessment.evaluation import Reference, evaluate, reference
from app.domain.assessment.ranking import (
    Ranking,
    default_share,
    effects,
    ranking,
    rival_of,
    second_opinions,
    weight_flips,
    why,
)
from app.domain.constraints import Verdict
from app.domain.cost.setting import Setting
from app.domain.decision.scoring import reweighted
from app.domain.options import COMPARATORS, OPTIONS
from tests.domain.builders import WEIGHTS, a_decided_document, a_large_document, a_setting

PRIORITIES = ("cost", "speed", "control")


def held_against(setting: Setting) -> Reference:
    plans = ((c, comparator_plan(c, setting)) for c in COMPARATORS)
    return reference([(c, plan) for c, plan in plans if plan is not None], setting)


def ranked(setting: Setting, priorities: tuple[str, ...] = PRIORITIES) -> Ranking:
    held = held_against(setting)
    every = [evaluate(candidate(option, setting), setting, held) for option in OPTIONS]
    return ranking(every, priorities, WEIGHTS, setting)


SETTING = a_setting(a_large_document(), 1_000)
RANKED = ranked(SETTING)


def test_scores_are_those_of_the_priced_options() -> None:
    count = len(RANKED.options)
    assert RANKED.valued.shape == (1_000, count, 10)
    assert RANKED.scored.shape == (1_000, count)
    assert ((RANKED.valued >= 0) & (RANKED.valued <= 1)).all()
    assert RANKED.mean_score("own_site") == pytest.approx(
        RANKED.scored[:, RANKED.index["own_site"]].mean()
    )


def test_the_best_wins_most_worlds_of_the_winning_family() -> None:
    best = RANKED.robust.best
    assert best is not None
    family = RANKED.options[RANKED.index[best]].option.family
    assert RANKED.robust.family_shares[family] == max(RANKED.robust.family_shares.values())


def test_the_rival_is_the_best_of_the_next_family() -> None:
    best, rival = RANKED.robust.best, rival_of(RANKED)
    assert rival is not None
    assert rival != best
    assert rival in RANKED.robust.best_in_family.values()


def test_the_rival_of_a_lonely_family_is_of_the_same() -> None:
    alone = ranked(a_setting(a_large_document(gpu_owner="nobody"), 100))
    families = {o.option.family for o in alone.options if o.feasible}
    assert families == {"cloud"}
    rival = rival_of(alone)
    assert rival is not None
    assert rival != alone.robust.best


def test_nothing_has_no_rival() -> None:
    nothing = ranked(a_setting(a_decided_document(isolation="air_gapped", gpu_owner="nobody"), 50))
    assert nothing.robust.best is None
    assert rival_of(nothing) is None
    assert effects(nothing, SETTING) == {}


def test_the_reasons_sum_to_the_lead() -> None:
    best, rival = RANKED.robust.best, rival_of(RANKED)
    assert best is not None
    assert rival is not None
    lead = RANKED.mean_score(best) - RANKED.mean_score(rival)
    assert why(RANKED, best, rival).sum() == pytest.approx(lead)


def leader_at(found: Ranking, j: int, weight: float) -> str:
    """Who leads on mean values with criterion `j` at `weight`, among those that may be chosen."""
    weights = reweighted(found.weights, j, weight)
    means = found.valued.mean(axis=0) @ weights
    return max(
        (o.option.key for o in found.options if o.feasible), key=lambda k: means[found.index[k]]
    )


def test_at_a_flipped_weight_another_leads_and_one_percent_nearer_it_does_not() -> None:
    settled = ranked(SETTING, ("control", "security"))
    best = settled.robust.best
    assert best is not None
    flips = weight_flips(settled, best)
    assert flips
    for j, (star, then) in flips.items():
        assert star == pytest.approx(round(star, 2), abs=1e-12)
        assert leader_at(settled, j, star) == then != best
        nearer = star - 0.0101 if star > settled.weights[j] else star + 0.0101
        assert leader_at(settled, j, nearer) == best


def test_where_the_best_does_not_lead_on_mean_values_no_weight_is_said_to_turn_it() -> None:
    means = RANKED.valued.mean(axis=0) @ RANKED.weights
    last = min((o.option.key for o in RANKED.options), key=lambda k: means[RANKED.index[k]])
    assert weight_flips(RANKED, last) == {}


def test_every_input_that_was_drawn_has_an_effect() -> None:
    found = effects(RANKED, SETTING)
    assert set(found) == set(SETTING.worlds.seen)
    assert list(found) == sorted(found)
    assert all(effect.value >= 0 for effect in found.values())
    assert max(effect.value for effect in found.values()) > 0


def share(image: dict[str, Any], **answers: object) -> float:
    document = a_large_document(**answers)
    document["answers"]["modalities"]["image"].update(image)
    setting = a_setting(document, 1_000)
    held = held_against(setting)
    candidates = {option.key: candidate(option, setting) for option in OPTIONS}
    every = [evaluate(c, setting, held) for c in candidates.values()]
    found = ranking(every, PRIORITIES, WEIGHTS, setting)
    best, rival = found.robust.best, rival_of(found)
    assert best is not None
    assert rival is not None
    pair = [candidates[best], candidates[rival]]
    return default_share(pair, held, found, WEIGHTS, setting)


def test_where_every_quantity_is_answered_no_variance_is_left_to_defaults() -> None:
    answered = share(
        {"megapixels": 1, "retention_days": 90},
        growth_per_year=0.2,
        traffic={"shape": "business_hours", "peak_to_average": 3},
        egress_tb_per_month=1,
        discount_rate=0.08,
        engineer_year_usd=200_000,
        site={"type": "own_datacentre", "free_kw": 5_000, "kw_per_rack": 60, "pue": 1.4},
    )
    assert answered == pytest.approx(0, abs=1e-12)
    assert 0 < share({}) <= 1


def test_nothing_ranked_caps_the_label() -> None:
    setting = a_setting(a_decided_document(), 300)
    assert ranked(setting, ()).robust.label != "clear"
    assert ranked(setting, ()).weights == pytest.approx(
        np.array([WEIGHTS.default_weights[key] for key in WEIGHTS.keys])
    )


def test_other_methods_see_only_what_may_be_chosen() -> None:
    found = second_opinions(RANKED)
    assert list(found) == ["topsis", "promethee_ii"]
    allowed = {option.option.key for option in RANKED.options if option.feasible}
    assert set(found.values()) <= allowed
    assert second_opinions(replace(RANKED, options=(), valued=RANKED.valued[:, :0])) == {}


def test_other_methods_never_name_what_is_ruled_out() -> None:
    first = set(second_opinions(RANKED).values())
    ruled = tuple(
        replace(option, verdicts=(Verdict("V2", "fail", "ruled out"),))
        if option.option.key in first
        else option
        for option in RANKED.options
    )
    assert not first & set(second_opinions(replace(RANKED, options=ruled)).values())
