"""The steps after pricing: how sure the order is against bare numpy, and what is worth asking.

`python -m benchmarks.decision` measures these lines alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from app import reference
from app.domain.assessment import WORLDS_ON_SUBMIT, assess, ranked_only
from app.domain.assessment.asking import Found, open_questions, worth_knowing
from app.domain.assessment.explaining import stability
from app.domain.assessment.ranking import Ranking, effects
from app.domain.cost.setting import Setting
from app.domain.decision.criteria import WeightSet
from app.domain.decision.robustness import robustness
from app.domain.decision.scoring import scores
from app.domain.decision.weights import drawn_weights
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Array, Worlds
from benchmarks.measuring import Line, in_turns, seconds

# The close call: every option may be chosen, and every input is looked at.
SAMPLE = "contact_centre"
ROUNDS = 15
LONG_ROUNDS = 3


def lines() -> Iterator[Line]:
    """Robustness against its kernel, and the value of information against one assessment."""
    data = reference.load()
    answers = read_answers(reference.sample(SAMPLE), data.questions)
    setting = Setting(answers, data.facts, Worlds(WORLDS_ON_SUBMIT, 1))
    ranked = ranked_only(answers, data.facts, data.weights, setting.worlds)
    spent: dict[str, float] = {}
    sure = _kept(spent, "ours", lambda: _sure(ranked, setting, data.weights))
    bare = _kept(spent, "bare", lambda: kernel(ranked.valued, len(ranked.ranked_criteria)))
    ratio = in_turns(sure, bare, ROUNDS)
    count = f"{ranked.valued.shape[1]} options, {ranked.valued.shape[2]} criteria"
    detail = f"{1e3 * spent['ours']:.0f} ms against {1e3 * spent['bare']:.0f} ms: {count}"
    yield Line("robustness over 20,000 worlds / bare numpy", ratio, "x time", detail, 2.0)

    def whole() -> None:
        other = Worlds(WORLDS_ON_SUBMIT, 1)
        assess(answers, data.facts, data.weights, data.cases, other)

    _worth(ranked, setting)  # names every input once, as the assessment has by then
    asking = _kept(spent, "asking", lambda: _worth(ranked, setting))
    ratio = in_turns(asking, _kept(spent, "whole", whole), LONG_ROUNDS)
    inputs = len(setting.worlds.seen)
    detail = f"{spent['asking']:.2f} s against {spent['whole']:.2f} s: {inputs} inputs"
    yield Line("value of information of all inputs / one assessment", ratio, "x time", detail, 10.0)


def _sure(ranked: Ranking, setting: Setting, weights: WeightSet) -> None:
    """Weights, scores, shares and label, duels, regret and central weights."""
    drawn = drawn_weights(ranked.ranked_criteria, weights, setting.worlds)
    scored = scores(ranked.valued, drawn)
    families = {o.option.key: o.option.family for o in ranked.options}
    may = [option.feasible for option in ranked.options]
    robust = robustness(scored, families, may, has_priorities=True)
    stability(replace(ranked, scored=scored, robust=robust), setting.worlds, weights)


def _kept(spent: dict[str, float], name: str, work: Callable[[], object]) -> Callable[[], float]:
    def measured() -> float:
        spent[name] = seconds(work)
        return spent[name]

    return measured


def _worth(ranked: Ranking, setting: Setting) -> None:
    found = Found(setting, ranked, ranked.options, (), effects(ranked, setting))
    open_questions(found)
    worth_knowing(found)


def kernel(valued: Array, ranked: int) -> float:
    """The same draws, sums, counts and means, and nothing else."""
    worlds, options, criteria = valued.shape
    generator = np.random.default_rng(1)
    total = 0.0
    for sort in (True, False):
        weights = generator.standard_gamma(1.0, (worlds, criteria))
        weights /= weights.sum(axis=1, keepdims=True)
        if sort:
            weights = np.sort(weights, axis=1)[:, ::-1]
            weights[:, ranked:] = weights[:, ranked:].mean(axis=1, keepdims=True)
        scored = (valued @ weights[:, :, np.newaxis])[:, :, 0]
        if sort:
            order = np.argsort(-scored, axis=1)
            total += sum(np.bincount(place, minlength=options)[0] for place in order.T)
            lost = scored.max(axis=1, keepdims=True) - scored
            total += lost.mean() + lost.std(axis=0).sum()
            for row in range(options):
                total += (scored[:, [row]] > scored[:, :row]).mean(axis=0).sum()
        else:
            first = scored.argmax(axis=1)
            for option in range(options):
                total += weights[first == option].sum()
    return float(total)


def main() -> None:
    """Print these lines alone."""
    for line in lines():
        print(f"{line.name}: {line.figure:.2f} {line.unit} ({line.detail}) {line.verdict}")


if __name__ == "__main__":
    main()
