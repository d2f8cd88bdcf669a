"""Why one option leads, how sure that is, and what would put another one ahead, as plain data."""

import math
from collections.abc import Mapping

from app.domain.assessment.inputs import answer_path, evidence_of, input_name, input_unit
from app.domain.assessment.plain import Json, number
from app.domain.assessment.ranking import Ranking, contenders, flips_against, weight_flips, why
from app.domain.cost.setting import Setting
from app.domain.decision.acceptability import central_weights, duels, regrets, share_error
from app.domain.decision.criteria import WeightSet
from app.domain.decision.information import InputEffect
from app.domain.decision.weights import anyones_weights
from app.domain.worlds import Worlds

# A twentieth of a point of a hundred: what is worth less is not worth a line.
LEAST_VALUE = 0.0005


def reasons(ranked: Ranking, rival: str | None, weights: WeightSet) -> list[Json]:
    """What each criterion adds to the lead of the best over `rival`, the largest first."""
    best = ranked.robust.best
    if best is None or rival is None:
        return []
    rows = [
        {"criterion": c.key, "title": c.title, "against": rival, "contribution": number(float(x))}
        for c, x in zip(weights.criteria, why(ranked, best, rival), strict=True)
    ]
    return sorted(rows, key=lambda row: -abs(row["contribution"]))


def rivals(ranked: Ranking, weights: WeightSet) -> list[Json]:
    """Every other option that may be chosen: what decides between it and the best.

    `margin` is the difference of the two mean scores; the contributions add up to it. `ties_at`
    is the weight of the criterion at which both score the same on mean values, the other
    weights keeping their proportions; None where no weight makes them equal.
    """
    best = ranked.robust.best
    if best is None:
        return []
    return [_rival(ranked, best, key, weights) for key in ranked.robust.rank_shares if key != best]


def _rival(ranked: Ranking, best: str, key: str, weights: WeightSet) -> Json:
    parts = why(ranked, best, key)
    ties = flips_against(ranked, best, key)
    return {
        "option": key,
        "margin": number(ranked.mean_score(best) - ranked.mean_score(key)),
        "parts": [
            {
                "criterion": criterion.key,
                "contribution": number(float(parts[j])),
                "ties_at": None if ties[j] is None else number(ties[j] or 0.0),
            }
            for j, criterion in enumerate(weights.criteria)
        ],
    }


def stability(ranked: Ranking, worlds: Worlds, weights: WeightSet) -> Json:
    """How sure the order is: duels, regret, central weights, and how far the count may be off."""
    rows = [i for i, option in enumerate(ranked.options) if option.feasible]
    keys = [ranked.options[i].option.key for i in rows]
    found: Json = {
        "largest_error": number(share_error(0.5, worlds.count)),
        "families": {
            family: {"share": number(share), "error": number(share_error(share, worlds.count))}
            for family, share in ranked.robust.family_shares.items()
        },
        "options": {},
    }
    if not rows:
        return found
    scored = ranked.scored[:, rows]
    won, (lost, error) = duels(scored), regrets(scored)
    anyone = anyones_weights(weights, worlds)
    accepted, central = central_weights(ranked.valued[:, rows], anyone)
    for i, key in enumerate(keys):
        first = ranked.robust.rank_shares[key][0]
        found["options"][key] = {
            "first": number(first),
            "first_error": number(share_error(first, worlds.count)),
            "beats": {other: number(float(won[i, j])) for j, other in enumerate(keys) if j != i},
            "regret": number(float(lost[i])),
            "regret_error": number(float(error[i])),
            "first_whatever_one_values": number(float(accepted[i])),
            "central_weights": _weights(dict(zip(weights.keys, central[i], strict=True))),
        }
    return found


def _weights(central: Mapping[str, float]) -> Json | None:
    if any(math.isnan(weight) for weight in central.values()):
        return None
    return {key: number(float(weight)) for key, weight in central.items()}


def flips_by_weight(ranked: Ranking, weights: WeightSet) -> list[Json]:
    """The criteria whose weight alone would put another option ahead, the nearest first."""
    best = ranked.robust.best
    if best is None:
        return []
    flips = weight_flips(ranked, best)
    nearest = sorted(flips, key=lambda j: abs(flips[j][0] - ranked.weights[j]))
    return [
        {
            "kind": "weight",
            "path": "priorities",
            "what": f"weight of {weights.criteria[j].title.lower()}",
            "now": number(float(ranked.weights[j])),
            "becomes": number(flips[j][0]),
            "unit": "share",
            "then_best": flips[j][1],
            "evidence": "your ranking" if ranked.ranked_criteria else "default weights",
        }
        for j in nearest
    ]


def flips_by_input(
    ranked: Ranking, effects: Mapping[str, InputEffect], setting: Setting
) -> list[Json]:
    """Inputs along which another one wins within the stated range, strongest first."""
    keys = contenders(ranked)
    turning = {
        name: effect
        for name, effect in effects.items()
        if effect.turns_at is not None and effect.value >= LEAST_VALUE
    }
    rows = []
    for name in sorted(turning, key=lambda n: -turning[n].value):
        effect = turning[name]
        if effect.turns_to is None or effect.turns_at is None:
            continue
        if keys[effect.turns_to] == ranked.robust.best:
            continue  # the best on average is another one: what is recommended cannot be the news
        rows.append(
            {
                "kind": "input",
                "path": answer_path(name, setting),
                "what": input_name(name, setting),
                "now": number(setting.worlds.seen[name].range.likely),
                "becomes": number(effect.turns_at),
                "direction": "above" if effect.upward else "below",
                "unit": input_unit(name, setting),
                "then_best": keys[effect.turns_to],
                "evidence": evidence_of(name, setting),
            }
        )
    return rows
