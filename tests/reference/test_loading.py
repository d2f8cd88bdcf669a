"""A table with a mistake is refused with one sentence that names the file and the row."""

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from app import reference
from app.reference import published_cases, questionnaire, rows, tables, weighing
from app.reference.snapshots import as_text, named, packed, unpacked

Break = Callable[[str, str, str], None]
shipped = rows.content


@pytest.fixture(name="break_file")
def _break_file(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Replace a text, once, in a shipped file."""

    def replace(name: str, old: str, new: str) -> None:
        text = shipped(name).decode()
        assert old in text
        broken = text.replace(old, new, 1).encode()
        monkeypatch.setattr(rows, "content", lambda n: broken if n == name else shipped(n))

    return replace


def test_everything_that_ships_loads_and_is_read_once() -> None:
    first = reference.load()
    assert reference.load() is first
    assert first.questions.version == 1


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        (
            "figures.toml",
            'unit = "tokens"\n',
            'unit = "tokens"\ncolour = "red"\n',
            "figures.toml, tokens.image_cap: unknown keys colour.",
        ),
        (
            "figures.toml",
            'as_of = "2025-11"\n',
            "",
            "figures.toml, tokens.image_cap: as_of is missing.",
        ),
        (
            "figures.toml",
            "low = 256\n",
            "low = 2560\n",
            "figures.toml, tokens.image_cap: low, value and high must rise: 2560, 1280, 2900.",
        ),
        (
            "figures.toml",
            'key = "tokens.pixels_per_token"',
            'key = "tokens.image_cap"',
            "figures.toml: the key 'tokens.image_cap' appears twice.",
        ),
        (
            "figures.toml",
            'confidence = "medium"',
            'confidence = "certain"',
            "confidence must be one of high, medium, low, not 'certain'.",
        ),
        ("figures.toml", "value = 1280", "value = nan", "value must be finite"),
        ("figures.toml", "value = 1280", 'value = "many"', "value must be a number, not 'many'."),
        ("figures.toml", "[[figure]]", "[[figure", "figures.toml: "),
        ("models.toml", "billions = 3\n", "", "models.toml, under_4b: billions is missing."),
        (
            "servers.toml",
            'accelerator = "L40S"',
            'accelerator = "L41S"',
            "servers.toml, 4xl40s: accelerator must be one of",
        ),
        (
            "providers.toml",
            "from_gb = 100,",
            "from_gb = 0,",
            "providers.toml, aws: egress tiers must begin at 0 GB and rise.",
        ),
        (
            "providers.toml",
            "us = 0.023,",
            "us = 0.0,",
            "providers.toml, aws: storage price 0 for 'us' cannot be.",
        ),
        (
            "offers.csv",
            ",0.8048,",
            ",0,",
            "offers.csv, line 2: usd_per_hour must be above 0; leave it out",
        ),
        ("offers.csv", "aws,us-east-1", "aws,", "offers.csv, line 2: region is missing."),
        (
            "offers.csv",
            ",high\n",
            ",high,and more\n",
            "offers.csv, line 2: unknown keys more cells",
        ),
        ("throughput.csv", ",vendor,", ",tuned,", "throughput.csv, line 2: stack must be one of"),
        (
            "countries.toml",
            'code = "BE"',
            'code = "AT"',
            "countries.toml: the code 'AT' appears twice.",
        ),
    ],
)
def test_a_mistake_in_the_facts_is_named(
    break_file: Break, name: str, old: str, new: str, complaint: str
) -> None:
    break_file(name, old, new)
    with pytest.raises(ValueError, match=r".+") as raised:
        tables.facts()
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('section = "goals"', 'section = "aims"', "questions.toml, scope: section must be one of"),
        ('drives = ["cases"]', "drives = []", "questions.toml, scope: a question needs fields and"),
        ("likely = 36, low = 36", "likely = 36, low = 48", "low, likely and high must rise"),
        ("maximum = 60", "maximum = 24", "the default lies outside minimum and maximum"),
        ('choice = "4_15b"', 'choice = "5_15b"', "the default '5_15b' is not among the options"),
        ('path = "isolation"', 'path = "gpu_owner"', "field paths appear twice: gpu_owner"),
        ('path = "isolation"', 'path = "{modality}.isolation"', "and only they, name {modality}"),
        ('gate = { path = "site.type"', 'gate = { path = "site.kind"', "no field is named"),
        ('values = ["server_room"', 'values = ["cellar"', "the gate names unknown answers"),
        ('unit = "months"\n', "", "a quantity needs a unit, a minimum and a maximum"),
        ('kind = "flag"', 'kind = "choice"', "a closed field, and only that, has options"),
    ],
)
def test_a_mistake_in_the_question_set_is_named(
    break_file: Break, old: str, new: str, complaint: str
) -> None:
    countries = reference.load().facts.countries
    break_file("questions.toml", old, new)
    with pytest.raises(ValueError, match=r"questions\.toml") as raised:
        questionnaire.question_set(countries)
    assert complaint in str(raised.value)


def test_weights_that_do_not_sum_to_one_are_refused(break_file: Break) -> None:
    break_file("criteria.toml", "cost = 0.20", "cost = 0.30")
    with pytest.raises(ValueError, match=r"the weights sum to 1\.1, not 1"):
        weighing.weight_set()


def test_a_criterion_without_a_weight_is_refused(break_file: Break) -> None:
    break_file("criteria.toml", 'key = "speed"', 'key = "haste"')
    with pytest.raises(ValueError, match=r"do not name the same keys"):
        weighing.weight_set()


def test_a_profile_that_ranks_an_unknown_criterion_is_refused(break_file: Break) -> None:
    break_file("criteria.toml", 'cost_first = ["cost"', 'cost_first = ["price"')
    with pytest.raises(ValueError, match=r"cost_first must rank up to four"):
        weighing.weight_set()


def test_a_case_outside_the_schema_is_refused(break_file: Break) -> None:
    break_file("cases.toml", 'decision = "cloud"', 'decision = "sky"')
    with pytest.raises(ValueError, match=r"decision must be one of cloud, on_premises, hybrid"):
        published_cases.cases()


@pytest.mark.parametrize(
    "key", ["source_url", "source_title", "source_type", "as_of", "confidence"]
)
def test_a_case_without_source_date_or_type_is_refused(break_file: Break, key: str) -> None:
    line = re.search(rf'^{key} = ".*"$', shipped("cases.toml").decode(), re.MULTILINE)
    assert line is not None
    break_file("cases.toml", line.group(), "")
    with pytest.raises(ValueError, match=rf"cases.toml, case \d+: {key} is missing"):
        published_cases.cases()


def test_the_checksum_follows_the_facts() -> None:
    shipped = reference.load()
    facts, figures = shipped.facts, dict(shipped.facts.figures)
    figures.pop("hours.per_year")
    fewer = replace(shipped.snapshot, facts=replace(facts, figures=figures))
    assert named(fewer).facts.sha256 != facts.sha256
    assert len(facts.sha256) == 64


def test_the_checksum_follows_the_questions_and_their_defaults() -> None:
    shipped = reference.load()
    fewer = replace(shipped.questions, questions=shipped.questions.questions[1:])
    changed = named(replace(shipped.snapshot, questions=fewer))
    assert changed.facts.sha256 != shipped.facts.sha256


def test_a_stored_snapshot_comes_back_whole_under_its_own_name() -> None:
    shipped = reference.load()
    back = unpacked(packed(shipped.snapshot))
    assert back == shipped.snapshot
    assert reference.as_pinned(back) == shipped
    assert as_text(back) == as_text(shipped.snapshot)


def test_a_snapshot_with_rows_that_nobody_reads_is_refused() -> None:
    document = json.loads(as_text(reference.load().snapshot))
    document["facts"]["colours"] = {}
    with pytest.raises(ValueError, match="other rows than this version reads: 'colours'"):
        unpacked(zlib.compress(json.dumps(document).encode()))
