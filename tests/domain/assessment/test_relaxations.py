"""Where nothing fits, the least to give up: complete, minimal, and it works when it is done."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assessment.relaxations import least
from app.domain.questionnaire.answers import Change
from tests.domain.builders import Json, a_decided_document, answers_of, assessed, option_of

# No data may leave a site that there is not, behind an air gap, with nothing to spend.
IMPOSSIBLE: dict[str, Any] = {
    "isolation": "air_gapped",
    "site": {"type": "none"},
    "ceilings": {"capex_usd": 100},
}


def changed(document: Json, changes: list[Json]) -> Json:
    """The document with the changes of a result applied, as a person would type them."""
    body: Json = {**document["answers"]}
    for change in changes:
        node, steps = body, change["path"].split(".")
        for step in steps[:-1]:
            node[step] = dict(node.get(step) or {})
            node = node[step]
        node[steps[-1]] = change["value"]
    return {**document, "answers": body}


BY_AIR = {"model_source": "closed_api", "volume_per_day": 100_000}
# Projects in which nothing survives: what is failed depends on what is given up before it.
HOPELESS: Mapping[str, dict[str, Any]] = {
    "an air gap and no hall": IMPOSSIBLE,
    "too little money for each, in another sum": {"ceilings": {"opex_usd_per_month": 100}},
    "closed models that no service may serve, in a hurry": {
        "modalities": {"text": BY_AIR},
        "zero_retention": True,
        "works_offline": True,
        "needed_in_weeks": 2,
    },
    "carbon, money and time": {
        "carbon_cap_t_per_year": 0.1,
        "ceilings": {"opex_usd_per_month": 500, "capex_usd": 500},
        "needed_in_weeks": 1,
        "data_location": {"scope": "country", "country": "DE"},
    },
    "foreign law, own machines and no owner": {
        "foreign_law": "refuse",
        "tenancy": {"machines": "own", "from_class": "internal"},
        "gpu_owner": "nobody",
        "data_location": {"scope": "country", "country": "PL"},
    },
}


@pytest.mark.parametrize("case", HOPELESS)
def test_what_is_proposed_lets_every_named_option_be_chosen(case: str) -> None:
    document = a_decided_document(**HOPELESS[case])
    result = assessed(document, 60)
    assert result["recommended"] is None
    assert result["relaxations"]
    for row in result["relaxations"]:
        assert row["rules"]
        after = assessed(changed(document, row["changes"]), 60)
        assert all(option_of(after, o["key"])["feasible"] for o in row["options"])


@pytest.mark.parametrize("case", HOPELESS)
def test_each_change_is_needed(case: str) -> None:
    document = a_decided_document(**HOPELESS[case])
    for row in assessed(document, 60)["relaxations"]:
        for left_out in row["rules"]:
            kept = [c for r in row["rules"] if r is not left_out for c in r["changes"]]
            after = assessed(changed(document, kept), 60)
            assert not any(option_of(after, o["key"])["feasible"] for o in row["options"])


def test_one_amount_is_asked_for_where_several_options_need_it() -> None:
    """The largest of them, in the words too: with less one of the options could not be chosen."""
    (row,) = assessed(a_decided_document(ceilings={"opex_usd_per_month": 100}), 60)["relaxations"]
    assert len(row["options"]) > 1
    (change,) = row["changes"]
    (rule,) = row["rules"]
    assert f"{change['value']:,.0f}" in rule["smallest_change"]


def test_the_smallest_come_first_and_none_contains_another() -> None:
    rows = assessed(a_decided_document(**IMPOSSIBLE), 20)["relaxations"]
    sets = [{rule["id"] for rule in row["rules"]} for row in rows]
    assert [len(rules) for rules in sets] == sorted(len(rules) for rules in sets)
    assert not any(one < other for one in sets for other in sets)


def test_where_something_may_be_chosen_nothing_is_proposed() -> None:
    assert "relaxations" not in assessed(a_decided_document(), 20)


rules = st.frozensets(st.sampled_from("abcdefg"), min_size=1, max_size=5)


@given(st.dictionaries(st.sampled_from("123456789"), rules, min_size=1))
def test_they_are_the_least_of_all_subsets(failed: dict[str, frozenset[str]]) -> None:
    """Against every subset of the rules, by size."""
    every = sorted(frozenset().union(*failed.values()))
    freeing = [
        frozenset(subset)
        for size in range(1, len(every) + 1)
        for subset in combinations(every, size)
        if any(fails <= set(subset) for fails in failed.values())
    ]
    minimal = {s for s in freeing if not any(other < s for other in freeing)}
    assert {failed[keys[0]] for keys in least(failed)} == minimal


def test_an_answer_is_changed_by_its_path() -> None:
    answers = answers_of(a_decided_document(isolation="air_gapped"))
    other = answers.changed(
        [
            Change("isolation", "none"),
            Change("ceilings.capex_usd", 7),
            Change("zero_retention", value=False),
            Change("attestations", ("c5",)),
            Change("gpu_owner", None),
        ]
    )
    assert other.choice("isolation") == "none"
    assert other.quantity("ceilings.capex_usd").likely == 7
    assert other.flag("zero_retention") is False
    assert other.choices("attestations") == ("c5",)
    assert not other.is_given("gpu_owner")
    assert answers.choice("isolation") == "air_gapped"
