"""Whatever a team writes: no byte of code changes, and everything can still be read."""

import json
import re
import unicodedata
from dataclasses import fields, replace

import pytest

from app.blueprints.choices import Choices, checked_name, checked_networks, control_machines
from app.blueprints.documents import decision
from app.blueprints.folder import files, generated
from app.blueprints.hcl import literal, quoted
from app.blueprints.parts import Plan, Words
from app.blueprints.readme import escaped, readme
from app.blueprints.static_files import included
from app.domain.errors import NoBlueprint
from tests.blueprints import hcl
from tests.blueprints.hostile import texts
from tests.blueprints.scenes import NOTHING, PLACES, a_plan, a_site

MANY = texts(5_000)
MAY_DIFFER = {"README.md", "decision.json", "MANIFEST.sha256"}
# The place in the README where the team's own words stand.
OWN_WORDS = 2


class Untouchable:
    """Words that nobody may read."""

    def __getattr__(self, name: str) -> str:
        raise AssertionError(f"code was written from the team's own words: {name}")


def test_code_is_written_without_reading_a_word_of_the_team() -> None:
    for place in PLACES:
        plan = replace(
            NOTHING, kind=place.kind, cloud=place.cloud, site=place.site, task=place.task
        )
        silent = replace(plan, words=Untouchable())  # type: ignore[arg-type]  # that is the test
        assert generated(silent) == generated(plan)
        assert list(included(silent)) == list(included(plan))


def test_only_two_files_and_their_checksums_differ() -> None:
    plan = a_plan("aws", kind="hybrid", site=a_site())
    clean = files(plan)
    for text in MANY[:60]:
        folder = files(_saying(plan, text))
        assert {path for path in clean if folder[path] != clean[path]} <= MAY_DIFFER
        assert set(folder) == set(clean)


def _saying(plan: Plan, text: str) -> Plan:
    return replace(plan, words=replace(plan.words, project=text, title=text))


def test_the_documents_hold_five_thousand_texts_and_nothing_comes_of_them() -> None:
    plan = a_plan("aws")
    body = {path: text for path, text in files(plan).items() if path not in MAY_DIFFER}
    clean = readme(plan, body).split("\n")
    for text in MANY:
        said = _saying(plan, text)
        written = decision(said)
        assert written.isascii()
        assert json.loads(written)["project"] == text
        page = readme(said, body).split("\n")
        assert page[:OWN_WORDS] == clean[:OWN_WORDS]
        assert page[OWN_WORDS + 1 :] == clean[OWN_WORDS + 1 :]


def test_escaped_text_is_one_line_that_does_nothing() -> None:
    for text in MANY:
        line = escaped(text)
        bare = re.sub(r"\\[\\`*_{}\[\]<>()#+\-.!|~&$:@/]", "", line)
        assert not re.search(r"[\\`*_{}\[\]<>()#+\-.!|~&$:@/\n\r]", bare)
        assert not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in line)
        assert not re.search(
            "[\u00ad\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\U000e0000-\U000e007f]", line
        )


@pytest.mark.parametrize("field", [field.name for field in fields(Choices)])
def test_five_thousand_texts_in_a_choice_are_refused_or_are_what_they_must_be(field: str) -> None:
    plain = re.compile(r"[a-z0-9./-]*", re.ASCII)
    for text in MANY:
        passed = _passed(replace(Choices(), **{field: text}))
        assert all(plain.fullmatch(value) for value in passed)


def _passed(choices: Choices) -> list[str]:
    """What of the choices may reach code; nothing where they are refused."""
    try:
        networks = checked_networks(choices)
        control = control_machines(choices.control_machines, somebody_waits=False)
        return [checked_name(choices.name), str(control), *vars(networks).values()]
    except NoBlueprint:
        return []


def test_quoted_text_is_a_literal_that_reads_as_itself() -> None:
    for text in MANY:
        value = hcl.parse(f"a = {quoted(text)}\n").arguments["a"]
        assert value.kind == "string"
        assert _read(value.text) == text


def _read(written: str) -> str:
    simple = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\r": "\r", "\\t": "\t"}
    templates = {"$${": "${", "%%{": "%{"}
    pattern = re.compile(r'\\u[0-9a-f]{4}|\\["\\nrt]|\$\$\{|%%\{')

    def one(found: re.Match[str]) -> str:
        if found[0].startswith("\\u"):
            return chr(int("0x" + found[0][2:], 0))
        return {**simple, **templates}[found[0]]

    return pattern.sub(one, written)


def test_a_literal_is_text_a_whole_number_or_a_list() -> None:
    assert literal(["a", 'b"']) == '["a", "b\\""]'
    assert literal(3) == "3"
    for wrong in (True, 1.5, None, {"a": 1}):
        with pytest.raises(TypeError):
            literal(wrong)  # type: ignore[arg-type]  # that is the test


def test_words_are_the_only_free_text_of_a_plan() -> None:
    own = {field.name for field in fields(Words)}
    assert {"project", "title"} <= own
    texts_of_plan = {f.name for f in fields(Plan) if f.type in (str, "str")}
    assert texts_of_plan == {"option", "family", "name", "environment", "engine", "facts"}
