"""What the top of a result claims is true of the numbers below it."""

import copy
import re
from typing import Any

import pytest

from app import reference
from app.reports.why_chart import why_chart
from app.web.pages.comparison import comparison, rented_at, ruled, servers
from app.web.pages.verdict import ask_next, flips, verdict
from tests.domain.builders import a_document, assessed

Json = dict[str, Any]


@pytest.fixture(scope="module")
def whole() -> Json:
    return assessed(a_document(priorities=["cost"]), 200)


@pytest.fixture
def result(whole: Json) -> Json:
    """A clear cloud, whose best option is first in three of four worlds."""
    changed = copy.deepcopy(whole)
    best = next(o for o in changed["options"] if o["family"] == "cloud" and o["feasible"])
    best["rank_shares"][0] = 0.75
    changed["recommended"] = {
        "option": best["key"],
        "title": best["title"],
        "family": "cloud",
        "label": "clear",
        "share_of_worlds": 0.994,
        "own_share": 0.75,
        "unverified": [],
    }
    changed |= {"ask_next": [], "stop": {"may_stop": True}}
    shares = {"cloud": 0.994, "on_premises": 0.006, "hybrid": 0.0}
    for family, share in shares.items():
        changed["families"][family]["share_of_worlds"] = share
    return changed


def test_the_share_of_a_family_is_not_printed_as_that_of_its_option(result: Json) -> None:
    said = verdict(result)
    assert said.sentence == (
        "A cloud option is best in more than 99 of 100 variations of your answers, prices and "
        "weights; this one in 75."
    )
    assert "You can stop here" not in said.stop
    assert "first in 75 of 100" in said.stop


def test_one_may_stop_where_the_option_itself_is_settled(result: Json) -> None:
    best = result["recommended"]["option"]
    option = next(o for o in result["options"] if o["key"] == best)
    option["rank_shares"][0] = 0.994
    said = verdict(result)
    assert said.sentence.startswith("Best in more than 99 of 100")
    assert said.stop.endswith("You can stop here.")


def test_one_may_not_stop_while_something_could_turn_it(result: Json) -> None:
    result["stop"] = {"may_stop": False}
    assert "You can stop here" not in verdict(result).stop
    result["ask_next"] = [{"changes_winner_share": 0.3}]
    assert verdict(result).stop == ""


def test_who_should_not_follow_it_is_told_by_a_weight_and_by_an_input(result: Json) -> None:
    row = {"now": 0.2, "becomes": 0.4, "unit": "share", "then_best": "own_site"}
    result["flips"] = [
        row | {"kind": "weight", "what": "weight of control"},
        row | {"kind": "weight", "what": "weight of speed"},
        row | {"kind": "input", "what": "growth a year"},
    ]
    then = "then own servers on your own site is ahead."
    assert verdict(result).not_for == (
        f"Not for a team for which the weight of control is at least 40%: {then} "
        f"Nor for one for which the growth a year is above 40%: {then}"
    )
    result["flips"] = []
    assert verdict(result).not_for == ""


def test_what_an_answer_would_change_says_where_it_turns(result: Json) -> None:
    row = {"path": "growth_per_year", "question": "growth", "changes_winner_share": 0.3}
    turn = {"turns_at": 0.45, "unit": "share", "direction": "above", "then_best": "own_site"}
    (asked,) = ask_next(result | {"ask_next": [row | turn]}, reference.load().questions)
    assert asked.changes == (
        "knowing it changes the winner in 30 of 100 variations: above 45%, "
        "own servers on your own site is ahead"
    )


def test_a_small_share_reads_the_same_wherever_it_stands(result: Json) -> None:
    result["recommended"] |= {"label": "too_close_to_call"}
    said = verdict(result)
    assert "on-premises in fewer than 1." in said.sentence
    assert said.families[1].share == "fewer than 1 of 100"
    assert said.families[0].own_share == "itself best in 75"


def test_what_leads_on_average_is_said_where_it_is_another(result: Json) -> None:
    result["recommended"] |= {"label": "too_close_to_call"}
    best = result["recommended"]["option"]
    for option in result["options"]:
        if option["score"] is not None:
            option["score"] = 0.9 if option["key"] == best else 0.1
    assert "average score" not in verdict(result).caution
    other = next(o for o in result["options"] if o["score"] == 0.1)
    other["score"] = 0.99
    title = other["title"][0].lower() + other["title"][1:]
    assert verdict(result).caution.endswith(f"On the average score {title} is ahead.")


def test_a_weight_is_stated_where_it_turns_and_an_input_by_its_edge(result: Json) -> None:
    row = {
        "what": "weight of cost",
        "now": 0.29,
        "becomes": 0.61,
        "unit": "share",
        "then_best": "own_site",
        "evidence": "your ranking",
        "path": "priorities",
    }
    result["flips"] = [row | {"kind": "weight"}, row | {"kind": "input", "becomes": 0.1}]
    assert [flip.becomes for flip in flips(result)] == ["at least 61%", "below 10%"]


@pytest.mark.parametrize(
    ("becomes", "unit", "said"),
    [
        (0.1397, "share", "a touch lower"),
        (0.1403, "share", "a touch higher"),
        (0.2, "ratio", "above 0.2"),
    ],
)
def test_what_turns_at_once_is_not_said_with_the_same_figure_twice(
    result: Json, becomes: float, unit: str, said: str
) -> None:
    row = {"kind": "input", "path": "", "what": "share of something", "evidence": "your ranking"}
    there = {"now": 0.14, "becomes": becomes, "unit": unit, "then_best": "colocation"}
    assert [flip.becomes for flip in flips({**result, "flips": [row | there]})] == [said]


def test_a_ratio_of_costs_can_be_worked_out_from_the_table(whole: Json) -> None:
    cheapest = min(row["ranked_as_usd"] for row in whole["comparators"])
    table = comparison(whole)
    assert table is not None
    (row,) = (row for row in table.criteria if row.title.lower().startswith("cost"))
    options = sorted(
        (o for o in whole["options"] if o["feasible"]),
        key=lambda o: [c.key for c in table.columns].index(o["key"]),
    )
    for option, cell in zip(options, row.cells, strict=True):
        times = float(re.match(r"([0-9.]+) times the cheapest way to rent", cell.note)[1])  # type: ignore[index]
        assert times == pytest.approx(option["ranked_as_usd"] / cheapest, abs=0.006)


def test_what_nobody_verified_is_said_once_for_all_it_concerns(whole: Json) -> None:
    rows = [rule.message for option in ruled(whole, "unverified") for rule in option.rules]
    assert rows
    assert len(rows) == len(set(rows))


def test_a_margin_of_nothing_has_no_sign() -> None:
    parts = [("Cost", 0.2), ("Speed", 0.0001), ("Control", -0.0001)]
    chart = why_chart(parts, leader="A", rival="B", title="Why")
    assert [cells[1] for cells in chart.table.rows] == ["+20.0", "0.0", "0.0"]


def test_an_open_question_names_its_answers_as_it_words_them() -> None:
    row = {
        "path": "data_location.scope",
        "question": "Where may the data be?",
        "changes_winner_share": 0.5,
        "alternatives": {"named_site": "on_premises", "anywhere": None, "gone_since": "cloud"},
    }
    (asked,) = ask_next({"ask_next": [row], "options": []}, reference.load().questions)
    assert asked.changes == (
        "the answer decides. “One named site of ours”: on-premises; "
        "“Anywhere”: no option is left; “gone since”: cloud"
    )


def close(result: Json, *, asked: bool) -> Json:
    """Two families of 48 and 47 worlds, of which control decides."""
    leader = result["recommended"]["option"]
    rival = result["families"]["on_premises"]["best_option"]
    assert rival
    result["recommended"] |= {"label": "too_close_to_call", "share_of_worlds": 0.48}
    for family, share in {"cloud": 0.48, "on_premises": 0.47, "hybrid": 0.05}.items():
        result["families"][family]["share_of_worlds"] = share
    result["families"]["cloud"]["best_option"] = leader
    for option in result["options"]:
        option["score"] = {leader: 0.64, rival: 0.62}.get(option["key"], option["score"] and 0.1)
    result["why"] = [
        {"criterion": "cost", "title": "Cost", "against": rival, "contribution": 0.1},
        {"criterion": "control", "title": "Control", "against": rival, "contribution": -0.08},
    ]
    result["ask_next"] = [] if not asked else [{"path": "isolation", "changes_winner_share": 0.2}]
    return result


def test_what_is_close_is_named_with_what_it_hinges_on(result: Json) -> None:
    data = close(result, asked=False)
    data["flips"] = [
        {
            "kind": "weight",
            "what": "weight of control",
            "now": 0.2,
            "becomes": 0.25,
            "unit": "share",
            "then_best": data["why"][0]["against"],
            "evidence": "your ranking",
            "path": "priorities",
        }
    ]
    said = verdict(data).caution
    titles = {o["key"]: o["title"] for o in data["options"]}
    for key in (data["recommended"]["option"], data["why"][0]["against"]):
        assert titles[key][1:] in said
    assert "2 of 100 points apart on average" in said
    assert "hinges on cost" in said
    assert "against control" in said
    assert "weight of control at least 25%, the second is ahead" in said
    assert "listed below" not in said, "nothing is listed below"


def test_only_what_is_listed_is_referred_to(result: Json) -> None:
    data = close(result, asked=True)
    assert "Find out first what is listed below" in verdict(data).caution
    waiting = {"path": "zero_retention", "changes_winner_share": None}
    data["ask_next"] = [waiting | {"concerns": ["neither"]}]
    assert "No open question would settle it" in verdict(data).caution
    data["ask_next"] = [waiting | {"concerns": [data["recommended"]["option"]]}]
    assert "Find out first" in verdict(data).caution


def test_a_must_have_that_waits_says_what_it_concerns(result: Json) -> None:
    result["ask_next"] = [
        {
            "path": "zero_retention",
            "question": "may it keep anything?",
            "evidence": "not answered",
            "changes_winner_share": None,
            "alternatives": {},
            "must_have": "No retention",
            "concerns": ["managed_api"],
        }
    ]
    (asked,) = ask_next(result, reference.load().questions)
    assert "a must-have waits for it: no retention" in asked.changes
    assert "managed AI services" in asked.changes


def test_a_spare_is_one_of_the_servers_not_one_more() -> None:
    assert servers({"servers": 12, "spare_servers": 1}) == "12 servers, 1 of them spare"
    assert servers({"servers": 1, "spare_servers": 0}) == "1 server"


def test_what_is_not_known_is_said_so_and_has_no_bar(whole: Json) -> None:
    table = comparison(whole)
    assert table is not None
    (row,) = (row for row in table.criteria if row.title == "Sustainability")
    unknown = [cell for cell in row.cells if "not known" in cell.note]
    assert unknown
    assert all(cell.text == "not known" and cell.bar is None for cell in unknown)


def test_kinds_of_provider_are_explained_where_they_are_named(whole: Json) -> None:
    said = verdict(whole).kinds
    assert "A specialist is a cloud that rents out GPU machines and little else, here " in said
    assert "A hyperscaler is" in said
    names = {row["provider"] for row in whole["comparators"] if "specialist" in row["key"]}
    assert any(name in said for name in names)
    assert "the market" not in said


def test_a_surveyed_price_has_no_place() -> None:
    assert rented_at("the market", "eu-north1") == "the market"
    assert rented_at("Nebius", "eu-north1") == "Nebius eu-north1"
    assert rented_at("Crusoe") == "Crusoe, place not published"
    assert rented_at("Lambda", "all") == "Lambda, place not published"


@pytest.mark.parametrize(
    ("hybrid", "end"), [(0.26, "cloud in 30, hybrid in 26."), (0.05, "cloud in 30.")]
)
def test_a_third_family_is_named_where_it_often_wins(result: Json, hybrid: float, end: str) -> None:
    result["recommended"] |= {"label": "too_close_to_call", "family": "on_premises"}
    for family, share in {"cloud": 0.3, "on_premises": 0.44, "hybrid": hybrid}.items():
        result["families"][family]["share_of_worlds"] = share
    assert verdict(result).sentence.endswith(end)


@pytest.fixture
def one_family(result: Json) -> Json:
    """Only cloud options are left, and a must-have of the best is unverified."""
    for option in result["options"]:
        option["feasible"] = option["feasible"] and option["family"] == "cloud"
    result["recommended"] |= {"label": "leaning", "share_of_worlds": 1.0, "unverified": ["V6"]}
    for key, family in result["families"].items():
        family["share_of_worlds"] = 1.0 if key == "cloud" else 0.0
    return result


def test_a_family_without_an_option_is_no_equal(one_family: Json) -> None:
    said = verdict(one_family)
    assert said.tag == "Leaning"
    assert said.families == ()
    assert said.numbers
    assert said.sentence == (
        "Cloud is all that the must-haves leave. Among its options this one is best in 75 of 100 "
        "variations of your answers, prices and weights."
    )
    assert "nobody has verified" in said.caution


def test_where_a_check_is_open_one_is_not_sent_to_weigh(one_family: Json) -> None:
    stop = verdict(one_family).stop
    assert "Check before you sign" in stop
    assert "Weigh" not in stop
    one_family["recommended"]["unverified"] = []
    assert "Weigh" in verdict(one_family).stop
