"""CONTROLS.md follows the answers: each names its lines, or says that none does it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace

import pytest

from app.blueprints import controls
from app.blueprints.controls import answer_table, answered
from app.blueprints.folder import files
from app.blueprints.parts import Plan
from app.blueprints.static_files import STATIC
from tests.blueprints.scenes import NOTHING, a_plan, a_site, an_own_site
from tests.domain.builders import QUESTIONS, a_decided_document, answers_of

TABLE = tomllib.loads((STATIC.parent / "controls.toml").read_text("utf-8"))


def _section(folder: Mapping[str, str], title: str) -> str:
    return folder["CONTROLS.md"].partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _plan(plan: Plan, **answers: object) -> Plan:
    document = a_decided_document({"image": {"volume_per_day": 2_000}}, **answers)
    return replace(plan, answered=answered(answers_of(document)))


@pytest.mark.parametrize("row", answer_table(), ids=lambda row: f"{row.path}={row.key}")
def test_an_answer_names_controls_and_options_that_are_there(row: controls.Answered) -> None:
    assert set(row.controls) <= set(TABLE["control"])
    path = row.path.replace("*", "image")
    if QUESTIONS.has_field(path):
        field = QUESTIONS.field(path)
        keys = {option.key for option in field.options} if field.kind != "flag" else {"yes"}
        assert row.key in {"*", *keys}
    assert row.controls or row.rest, "or nothing would be said about it"


def test_a_gap_is_of_a_control_and_of_a_folder_that_are_there() -> None:
    tops = {path.split("/")[0] for path in files(a_plan(kind="hybrid", site=a_site()))}
    tops |= {f"cloud-{cloud}" for cloud in ("aws", "gcp", "azure")} | {"task.yaml"}
    for gap in TABLE["gap"]:
        assert gap["control"] in TABLE["control"]
        assert gap["folder"] in tops
        assert gap["says"].endswith(".")


def test_an_answered_flag_has_the_lines_that_answer_it() -> None:
    folder = files(_plan(a_plan("aws"), isolation="egress_filtered"))
    section = _section(folder, "Outgoing traffic is filtered")
    lines = re.findall(r"^- `([^`]+):(\d+)`$", section, re.MULTILINE)
    assert {path for path, _ in lines} >= {"k8s/base/network-policy.yaml"}
    for path, number in lines:
        assert re.search(
            "control: (default_deny|private_only)", folder[path].splitlines()[int(number) - 1]
        )
    assert "Not covered: Pods are filtered by these lines; machines are not." in section


def test_what_was_not_answered_is_not_listed() -> None:
    bare = files(_plan(a_plan("aws"), isolation="none"))["CONTROLS.md"]
    assert "Outgoing traffic is filtered" not in bare
    assert "## No connection to any other network" not in bare
    assert "# Every control" in bare


def test_an_answer_that_no_line_answers_says_so() -> None:
    refused = next(row for row in answer_table() if row.key == "refuse")
    section = _section(
        files(replace(NOTHING, site=a_site(), kind="on-prem", answered=(refused,))), refused.words
    )
    assert "Not covered by any line of this folder." in section
    assert "Not covered: Which law a provider answers to" in section


def test_a_control_says_what_it_leaves_open_in_that_place_only() -> None:
    site, azure, aws = (files(plan) for plan in (an_own_site(), a_plan("azure"), a_plan("aws")))
    title = TABLE["control"]["own_key"]["title"]
    assert "Not covered: Disks are not encrypted by this code" in _section(site, title)
    assert "Not covered: The registry and Log Analytics" in _section(azure, title)
    assert "Not covered: The nodes of the cluster's own pool" in _section(aws, title)
    assert "Log Analytics" not in _section(aws, title)


def test_every_kind_of_data_can_ask_for_a_control() -> None:
    document = a_decided_document({
        "image": {"volume_per_day": 2_000, "data_class": "special_category", "retention_days": 30},
        "text": {"volume_per_day": 2_000, "data_class": "confidential"},
    })  # fmt: skip
    words = {row.words for row in answered(answers_of(document))}
    assert words >= {
        "Data of a special category",
        "Confidential data",
        "Days that raw data is kept",
    }
