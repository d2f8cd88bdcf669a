"""Everybody's own weights: read, drawn, and held against one scorecard made by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision.scorecard import Contender, LikelyCase, Scorecard
from app.domain.decision.stakeholders import (
    CONCENTRATION,
    SURENESS,
    Agreement,
    Stated,
    Sureness,
    agreement,
    drawn_of,
    likely_of,
    stated,
)
from app.domain.decision.weights import drawn_weights, likely_weights
from app.domain.errors import InvalidAnswers
from app.domain.options import Family
from app.domain.worlds import Worlds
from tests.domain.builders import WEIGHTS

KEYS = WEIGHTS.keys
COST, SECURITY, SPEED = KEYS.index("cost"), KEYS.index("security"), KEYS.index("speed")
MANY = Worlds(20_000, 1)


def points(sureness: Sureness = "firm", **worth: float) -> Stated:
    return Stated((), worth, sureness)


def ranking(*ranked: str, sureness: Sureness = "order_only") -> Stated:
    return Stated(ranked, {}, sureness)


def a_card(worlds: int = 300) -> Scorecard:
    """A cloud that is worth 1 in cost and 0 in security, an own site the other way round.

    On everything else both are worth 0.5.
    """
    values = np.full((worlds, 2, len(KEYS)), 0.5)
    values[:, 0, [COST, SECURITY]] = 1.0, 0.0
    values[:, 1, [COST, SECURITY]] = 0.0, 1.0
    families: tuple[Family, Family] = ("cloud", "on_premises")
    return Scorecard(
        contenders=(
            Contender("specialist_cloud", "Cloud", families[0], is_doubtful=False),
            Contender("own_site", "Own site", families[1], is_doubtful=False),
        ),
        values=values,
        ranked=(),
        profile="",
        seed=1,
        likely=LikelyCase((), np.zeros((0, len(KEYS)))),
        open_choices=(),
    )


def heard(*people: tuple[str, Stated]) -> Agreement:
    return agreement(a_card(), people, WEIGHTS)


# ---- one person ----------------------------------------------------------------------------


def test_points_are_shares_of_their_sum() -> None:
    likely = likely_of(points(cost=100, security=60, speed=40), WEIGHTS)
    assert likely[[COST, SECURITY, SPEED]] == pytest.approx((0.5, 0.3, 0.2))
    assert np.count_nonzero(likely) == 3


def test_a_ranking_by_order_only_is_what_an_assessment_draws_for_it() -> None:
    said = ranking("security", "cost")
    assert (likely_of(said, WEIGHTS) == likely_weights(said.ranked, WEIGHTS)).all()
    assert (drawn_of(said, WEIGHTS, MANY) == drawn_weights(said.ranked, WEIGHTS, MANY)).all()


@pytest.mark.parametrize("sureness", CONCENTRATION)
def test_how_sure_somebody_is_sets_the_spread(sureness: Sureness) -> None:
    """Dirichlet: variance = w (1 - w) / (concentration + 1)."""
    drawn = drawn_of(points(sureness, cost=20, security=80), WEIGHTS, MANY)
    spread = np.sqrt(0.2 * 0.8 / (CONCENTRATION[sureness] + 1))
    assert drawn[:, COST].mean() == pytest.approx(0.2, abs=0.01)
    assert drawn[:, COST].std() == pytest.approx(spread, rel=0.03)


def test_equal_points_by_order_only_share_the_mean_of_their_ranks() -> None:
    """Three count: 1st alone, 2nd and 3rd equal: means (11/18, 7/36, 7/36)."""
    drawn = drawn_of(points("order_only", cost=9, security=3, speed=3), WEIGHTS, MANY)
    assert drawn.mean(axis=0)[[COST, SECURITY, SPEED]] == pytest.approx(
        (11 / 18, 7 / 36, 7 / 36), abs=0.005
    )
    assert (drawn[:, SECURITY] == drawn[:, SPEED]).all()


@given(
    worth=st.dictionaries(
        st.sampled_from(KEYS), st.sampled_from((0.0, 1.0, 5.0, 20.0, 100.0)), min_size=1
    ).filter(lambda worth: any(worth.values())),
    sureness=st.sampled_from(SURENESS),
)
def test_drawn_weights_are_weights_and_what_has_no_points_has_none(
    worth: dict[str, float], sureness: Sureness
) -> None:
    drawn = drawn_of(points(sureness, **worth), WEIGHTS, Worlds(50, 3))
    assert (drawn >= 0).all()
    assert drawn.sum(axis=1) == pytest.approx(1.0)
    without = [j for j, key in enumerate(KEYS) if not worth.get(key)]
    assert not drawn[:, without].any()
    if sureness == "order_only":
        order = np.argsort([-worth.get(key, 0.0) for key in KEYS], kind="stable")
        assert (np.diff(drawn[:, order], axis=1) <= 1e-12).all()


# ---- what was typed ----------------------------------------------------------------------------


def test_what_was_typed_is_read() -> None:
    said = stated("points", (), {"cost": " 80 ", "speed": "20"}, "loose", WEIGHTS)
    assert said.points["cost"] == 80
    assert said.points["security"] == 0
    assert (said.method, said.sureness) == ("points", "loose")
    assert stated("ranking", ("cost",), {}, "firm", WEIGHTS).ranked == ("cost",)


@pytest.mark.parametrize(
    ("method", "ranked", "typed", "sureness", "path", "sentence"),
    [
        ("", (), {}, "firm", "method", "Choose whether to rank criteria or to give points."),
        ("ranking", (), {}, "firm", "ranking", "Rank at least one criterion"),
        ("ranking", ("cost", "cost"), {}, "firm", "ranking", "Cost is ranked twice"),
        ("ranking", ("luck",), {}, "firm", "ranking", "no criterion named 'luck'"),
        ("ranking", KEYS[:5], {}, "firm", "ranking", "5 are ranked; rank up to 4."),
        ("points", (), {}, "firm", "points.cost", "Give points to at least one criterion"),
        ("points", (), {"cost": "-1"}, "firm", "points.cost", "Cost: -1 is negative"),
        ("points", (), {"speed": "much"}, "firm", "points.speed", "is no number"),
        ("points", (), {"speed": "nan"}, "firm", "points.speed", "is no number"),
        ("points", (), {"speed": "inf"}, "firm", "points.speed", "too large"),
        ("ranking", ("cost",), {}, "very", "sureness", "Choose how sure you are"),
    ],
)
def test_what_cannot_be_used_is_named(
    method: str,
    ranked: tuple[str, ...],
    typed: dict[str, str],
    sureness: str,
    path: str,
    sentence: str,
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        stated(method, ranked, typed, sureness, WEIGHTS)
    problem = refused.value.problems[0]
    assert problem.path == path
    assert sentence in problem.message


# ---- everybody -----------------------------------------------------------------------------------


def test_a_choice_that_survives_everybody_hinges_on_nothing() -> None:
    found = heard(("Ana", points(cost=70, security=30)), ("Ben", points(cost=60, speed=40)))
    assert found.preferred == {"Cloud": ("Ana", "Ben")}
    assert found.families == ("cloud",)
    assert found.hinges == ()
    assert all(voice.standing.share > 0.95 for voice in found.voices)


def test_the_difference_that_a_choice_hinges_on_is_computed_by_hand() -> None:
    """Ana: cost 0.7, security 0.3. Carl: cost 0.1, security 0.5, speed 0.4.

    Terms of the difference: cost (0.7 - 0.1) * (1 - 0) = 0.6; security (0.3 - 0.5) * (0 - 1) =
    0.2; speed 0. Everybody's mean: cost 0.4, security 0.4, speed 0.2. Cost alone at w, the rest
    in proportion (security 2/3 of 1 - w): w - 2/3 (1 - w) = 0 at w = 0.4, where it is.
    """
    found = heard(
        ("Ana", points(cost=70, security=30)), ("Carl", points(cost=10, security=50, speed=40))
    )
    assert found.preferred == {"Cloud": ("Ana",), "Own site": ("Carl",)}
    (hinge,) = found.hinges
    assert (hinge.criterion, hinge.option, hinge.rival) == ("cost", "Cloud", "Own site")
    assert (hinge.for_option, hinge.for_rival) == (("Ana",), ("Carl",))
    assert (hinge.weight_of_option, hinge.weight_of_rival) == pytest.approx((0.7, 0.1))
    assert hinge.equal_at == pytest.approx(0.4)


def test_together_everybody_counts_equally() -> None:
    """One sure of cost, two sure of security: the own site wins in their two thirds of worlds."""
    found = heard(
        ("Ana", points(cost=100)), ("Ben", points(security=100)), ("Carl", points(security=100))
    )
    assert found.together.best is not None
    assert found.together.best.title == "Own site"
    assert found.together.share == pytest.approx(2 / 3)


def test_the_order_of_people_changes_nobodys_voice() -> None:
    people = (("Ana", points("loose", cost=70, speed=30)), ("Carl", ranking("security", "cost")))
    one, other = heard(*people), heard(*people[::-1])
    assert {v.name: v.standing for v in one.voices} == {v.name: v.standing for v in other.voices}


def test_without_an_option_there_is_nothing_to_prefer() -> None:
    empty = Scorecard(
        (), np.zeros((10, 0, len(KEYS))), (), "", 1, LikelyCase((), np.zeros((0, len(KEYS)))), ()
    )
    found = agreement(empty, [("Ana", points(cost=1))], WEIGHTS)
    assert found.preferred == {"": ("Ana",)}
    assert found.hinges == ()
    assert found.families == ()
