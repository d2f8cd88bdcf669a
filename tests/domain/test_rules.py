"""A rule is plain data, so that a snapshot can hold it and a page can show it."""

from tests.domain.builders import QUESTIONS


def test_the_rules_of_the_published_list_are_there_once() -> None:
    keys = [rule.key for rule in QUESTIONS.rules]
    assert len(keys) == len(set(keys))
    assert {"V0", "M1", "S1", "H1"} <= set(keys)


def test_a_rule_about_a_zone_is_told_apart() -> None:
    assert {rule.key for rule in QUESTIONS.zone_rules} >= {"V1", "V2", "V5", "V6", "V7"}
    assert all(rule.about == "zone" for rule in QUESTIONS.zone_rules)
