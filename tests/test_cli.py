import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app import reference
from app.cli import main, server_config
from app.main import create_app
from app.persistence import assessments as rows
from app.persistence.assessments import Snapshot
from app.persistence.engine import connect
from app.services import samples
from app.settings import Settings, load

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTING_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FOOTING_WORLDS", "200")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def test_a_taken_port_is_one_sentence(
    taken_port: int, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["serve", "--port", str(taken_port)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(
        f"Footing cannot listen on 127.0.0.1 port {taken_port} (address already in use): "
    )
    assert printed.err.count("\n") == 1
    assert not (tmp_path / "data").exists(), "nothing was touched"


def test_a_folder_that_cannot_be_written_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FOOTING_DATA_DIR", str(tmp_path / "file"))
    assert main(["admin", "link"]) == 1
    printed = capsys.readouterr().err
    assert "may not write there" in printed
    assert printed.count("\n") == 1


def test_several_processes_on_sqlite_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    assert main(["serve"]) == 1
    assert "WEB_CONCURRENCY is 2" in capsys.readouterr().err


def test_a_wrong_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTING_PORT", "eighty")
    assert main(["serve"]) == 2
    assert capsys.readouterr().err.startswith("FOOTING_PORT is 'eighty'")


def test_the_first_link_creates_the_administrator(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admin", "link"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Create the administrator (works once, for half an hour): ")
    assert "http://127.0.0.1:8000/setup?token=" in printed


def test_a_link_leads_to_where_people_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["admin", "link", "--port", "9000"]) == 0
    printed = capsys.readouterr()
    assert "http://127.0.0.1:9000/setup?token=" in printed.out
    assert "FOOTING_PUBLIC_URL" in printed.err
    monkeypatch.setenv("FOOTING_PUBLIC_URL", "https://footing.example")
    assert main(["admin", "link"]) == 0
    printed = capsys.readouterr()
    assert "https://footing.example/setup?token=" in printed.out
    assert printed.err == ""


def test_every_setting_is_printed_with_its_origin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTING_PORT", "9000")
    assert main(["settings"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert ["FOOTING_PORT", "environment", "9000"] in [line.split() for line in lines]
    assert ["FOOTING_HOST", "default", "127.0.0.1"] in [line.split() for line in lines]
    assert lines[-1] == "Footing is then at http://127.0.0.1:9000."


def test_upkeep_prepares_the_database_and_says_what_it_deleted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["upkeep"]) == 0
    assert (
        capsys.readouterr().out == "Deleted 0 sessions, 0 links, 0 invitations and 0 API tokens.\n"
    )
    assert main(["upkeep"]) == 0
    database = connect(f"sqlite:///{tmp_path / 'data' / 'footing.db'}")
    with database.reading() as session:
        assert all(sample.result["recommended"] for sample in samples.listing(session))
        assert len(samples.listing(session)) == len(reference.SAMPLES)
    database.close()


# ---- facts import ------------------------------------------------------------------------------

PRICES = """InstanceType,AcceleratorName,AcceleratorCount,Price,Region
p5.48xlarge,H100,8,57.792,us-east-1
g5.xlarge,A10G,1,1.006,us-east-1
"""
STATED = ["--provider", "aws", "--source", "https://example.org/vms.csv", "--as-of", "2026-11-20"]


def _price_file(tmp_path: Path, text: str = PRICES) -> str:
    (tmp_path / "vms.csv").write_text(text)
    return str(tmp_path / "vms.csv")


def test_a_price_file_is_looked_at_first_and_published_when_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = ["facts", "import", _price_file(tmp_path), *STATED]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert (
        "Amazon Web Services (aws): 0 new, 1 changed, 30 dropped, 0 confirmed, 1 refused" in printed
    )
    assert "H100, p5.48xlarge in us-east-1, on demand: USD 6.88 to USD 7.224, +5.0%" in printed
    assert "no data sheet of the accelerator 'A10G'. (line 3 g5.xlarge in us-east-1)" in printed
    assert "Take it with --looked-at aws." in printed
    assert "Nothing is stored: --apply publishes it." in printed
    assert main([*command, "--apply", "--looked-at", "aws", "--reason", "November."]) == 0
    assert "Published as price catalogue 2." in capsys.readouterr().out
    assert main(command) == 0
    assert "0 changed, 0 dropped, 1 confirmed" in capsys.readouterr().out


def test_prices_that_nobody_looked_at_are_not_published(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = ["facts", "import", _price_file(tmp_path), *STATED, "--apply", "--reason", "Because."]
    assert main(command) == 1
    assert "Choose at least one provider" in capsys.readouterr().err
    assert main([*command, "--take", "aws"]) == 1
    assert "Say that you looked at it." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "stated", "message"),
    [
        ("a,b\n1,2\n", STATED, "file: The first line names no columns"),
        (PRICES, [], "provider: The file is of one cloud"),
    ],
)
def test_what_is_no_price_file_is_said_on_the_command_line(
    text: str, stated: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["facts", "import", _price_file(tmp_path, text), *stated]) == 2
    assert message in capsys.readouterr().err


def test_a_price_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "import", "nowhere.csv"]) == 2
    assert "nowhere.csv cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["0", "-1", "soon"])
def test_upkeep_every_so_often_is_a_number_of_seconds(
    seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["upkeep", f"--every={seconds}"])
    assert "is not a whole number of seconds" in capsys.readouterr().err


# ---- what the visitor's address is -----------------------------------------------------------


@pytest.mark.parametrize(
    ("trusted", "proxy", "visitor"),
    [
        ("", "127.0.0.1", "127.0.0.1"),
        ("10.0.0.0/8", "127.0.0.1", "127.0.0.1"),
        ("10.0.0.0/8", "10.1.2.3", "203.0.113.9"),
    ],
)
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(
    trusted: str, proxy: str, visitor: str
) -> None:
    app = FastAPI()

    @app.get("/")
    def who(request: Request) -> str:
        return request.client.host if request.client else ""

    config = server_config(Settings(trusted_proxies=trusted), app)
    config.load()
    client = TestClient(config.loaded_app, client=(proxy, 1234))
    response = client.get("/", headers={"X-Forwarded-For": "203.0.113.9"})
    assert response.json() == visitor


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["bake"])
    assert caught.value.code == 2
    assert "invalid choice: 'bake'" in capsys.readouterr().err


# ---- questions, facts check ------------------------------------------------------------------


def test_the_questions_are_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questions", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["key"] for row in rows] == [q.key for q in reference.load().questions.questions]
    (growth,) = next(row["fields"] for row in rows if row["key"] == "growth")
    assert growth["path"] == "growth_per_year"
    assert (growth["minimum"], growth["maximum"]) == (-0.5, 5)
    assert growth["default"] == "30 % a year (0 to 100 %)"
    assert growth["default_source"].startswith("judgement: ")
    training = next(row for row in rows if row["key"] == "training")
    assert training["shown_if"]["path"] == "workloads"


def test_the_questions_are_printed_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(reference.load().questions.questions)
    assert lines[0].startswith("G0   scope ")


def test_the_facts_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "check"]) == 0
    printed = capsys.readouterr()
    last = printed.out.splitlines()[-1]
    assert last == (
        f"Every figure has a source, a date and a range. sha256:{reference.load().facts.sha256}"
    )
    assert all(line.startswith("old: ") for line in printed.out.splitlines()[:-1])
    assert printed.err == ""


def test_a_fact_that_cannot_stand_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reference, "check", lambda: ["pue.moon: it has no source."])
    assert main(["facts", "check"]) == 1
    assert capsys.readouterr().err == "wrong: pue.moon: it has no source.\n"


# ---- assess ----------------------------------------------------------------------------------

SAMPLE: Mapping[str, Any] = reference.sample("contact_centre")


def a_file(folder: Path, text: str | bytes, name: str = "answers.yaml") -> str:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(file)


def test_a_sample_is_assessed_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = a_file(tmp_path, yaml.safe_dump(reference.sample("hospital_group")))
    assert main(["assess", file]) == 0
    printed = capsys.readouterr()
    assert "Hyperscaler, on demand" in printed.out
    assert "Use --json for every line, formula and source." in printed.out
    opinion = "TOPSIS and PROMETHEE II also put own servers on your own site first."
    assert opinion in printed.out
    assert printed.err == ""
    assert not (tmp_path / "data").exists(), "no database is needed"


def test_the_same_file_gives_the_same_bytes_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_file(tmp_path, yaml.safe_dump(SAMPLE))
    outputs = []
    for _ in range(2):
        assert main(["assess", file, "--json"]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    result = json.loads(outputs[0])
    assert result["versions"]["worlds"] == 200
    assert {option["family"] for option in result["options"]} == {
        "cloud",
        "on_premises",
        "hybrid",
    }


def test_a_json_file_is_read_like_a_yaml_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = []
    for text, name in ((yaml.safe_dump(SAMPLE), "a.yaml"), (json.dumps(SAMPLE), "a.json")):
        assert main(["assess", a_file(tmp_path, text, name), "--json"]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]


def test_another_seed_is_another_draw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = a_file(tmp_path, yaml.safe_dump(SAMPLE))
    results = []
    for seed in ("1", "2"):
        assert main(["assess", file, "--json", "--seed", seed]) == 0
        results.append(json.loads(capsys.readouterr().out))
    assert [r["versions"]["seed"] for r in results] == [1, 2]
    assert results[0]["families"] != results[1]["families"]


def test_a_profile_stands_in_for_the_priorities(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_file(tmp_path, yaml.safe_dump(reference.sample("contact_centre")))
    weights = []
    for profile in ("cost_first", "sovereignty_first"):
        assert main(["assess", file, "--json", "--profile", profile]) == 0
        option = json.loads(capsys.readouterr().out)["options"][0]
        weights.append({key: c["weight"] for key, c in option["criteria"].items()})
    assert max(weights[0], key=lambda key: weights[0][key]) == "cost"
    assert max(weights[1], key=lambda key: weights[1][key]) == "control"


def refused(file: str, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["assess", file, *more]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    assert printed.err.strip()
    return printed.err


def test_every_problem_is_printed_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {
        "modalities": {"text": {"volume_per_day": "lots"}, "image": {}},
        "isolation": "moat",
        "colour": "red",
    }
    printed = refused(a_file(tmp_path, yaml.safe_dump({**SAMPLE, "answers": body})), capsys)
    assert {line.split(": ")[0] for line in printed.splitlines()} == {
        "colour",
        "isolation",
        "modalities.image.volume_per_day",
        "modalities.text.volume_per_day",
    }


UNREADABLE: Mapping[str, bytes] = {
    "empty": b"",
    "a list": b"- 1",
    "a word": b"hello",
    "binary": b"\x7fELF\x02\x01\x01\x00\xff\xfe\x00",
    "no text at all": bytes(range(256)),
    "a key twice": b"name: a\nname: b\n",
    "an inner key twice": b"answers:\n  scope: estate\n  scope: estate\n",
    "a key twice in JSON": b'{"name": "a", "name": "b"}',
    "half of it": b"answers: {modalities: ",
    "a list as a key": b"? [a, b]\n: c\n",
    "a mapping as a key": b"{{a: 1}: 2}\n",
    "an impossible date": b"answers: {needed_in_weeks: 2026-13-45}\n",
    "a number without end": b"answers: {horizon_months: " + b"9" * 5_000 + b"}\n",
    "another object": b"!!python/object/apply:os.system ['true']\n",
    "deep": b"[" * 5_000,
    "answers that are a list": b"answers: [1, 2]\n",
    "a hostile name of a key": b"answers: {'<script>alert(1)</script>': 1}\n",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_answers_file_is_refused_in_words(
    text: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(a_file(tmp_path, text), capsys)


def test_a_key_that_stands_twice_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = refused(a_file(tmp_path, UNREADABLE["an inner key twice"]), capsys)
    assert "the key 'scope' stands twice" in printed
    assert "line 3" in printed


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_what_is_not_a_file_is_refused_in_words(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = refused(str(tmp_path / name), capsys)
    assert "cannot be read as text" in printed


def test_an_unknown_profile_is_told_the_known_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_file(tmp_path, yaml.safe_dump(SAMPLE))
    printed = refused(file, capsys, "--profile", "beauty_first")
    assert "There is no profile 'beauty_first'. Known: cost_first, " in printed


@pytest.mark.parametrize("seed", ["-1", "one", "1.5", ""])
def test_a_seed_is_a_whole_number(
    seed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_file(tmp_path, yaml.safe_dump(SAMPLE))
    with pytest.raises(SystemExit) as caught:
        main(["assess", file, f"--seed={seed}"])
    assert caught.value.code == 2
    assert "is not a whole number of at least 0" in capsys.readouterr().err


def test_other_processes_print_the_same_bytes(tmp_path: Path) -> None:
    file = a_file(tmp_path, yaml.safe_dump(reference.sample("hospital_group")))
    outputs = []
    for hash_seed, threads in (("1", "1"), ("2", "2")):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": hash_seed,
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
        }
        run = subprocess.run(
            [sys.executable, "-m", "app", "assess", file, "--json"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=True,
        )
        outputs.append(run.stdout)
    assert outputs[0] == outputs[1]
    assert b"NaN" not in outputs[0]
    assert b"Infinity" not in outputs[0]


# ---- replay --------------------------------------------------------------------------------------


@pytest.fixture
def served() -> None:
    """The samples, each with its first version, in the database of the settings."""
    settings = load()
    create_app(settings).state.database.close()


def _store_another(**changes: str) -> None:
    """Version 2 of the first sample: as the first, but for `changes`."""
    database = connect(load().database)
    with database.alone() as session:
        row = rows.by_number(session, 1, 1)
        assert row is not None
        kept = {f.name: getattr(row, f.name) for f in fields(Snapshot)}
        rows.keep(session, 1, Snapshot(**{**kept, **changes}), by=None, at=row.created_at)
    database.close()


@pytest.mark.usefixtures("served")
def test_a_version_is_replayed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "1/1"]) == 0
    assert "Version 1 of project 1 comes out the same" in capsys.readouterr().out


@pytest.mark.usefixtures("served")
def test_a_version_that_comes_out_differently_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    _store_another(result='{"recommended": null}')
    assert main(["replay", "1/2"]) == 1
    assert "recommended was null and is now {" in capsys.readouterr().out


@pytest.mark.usefixtures("served")
def test_a_version_of_another_engine_is_not_replayed(capsys: pytest.CaptureFixture[str]) -> None:
    _store_another(engine_version="0.9")
    assert main(["replay", "1/2"]) == 3
    assert "saved by engine version 0.9" in capsys.readouterr().err


def test_a_version_that_is_not_there_is_asked_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "1/1"]) == 2
    assert "There is no version 1 of a project 1." in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["7", "7/", "/1", "seven/1", "7/1/2", "-7/1"])
def test_a_version_is_asked_for_by_project_and_number(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["replay", "--", typed])
    assert caught.value.code == 2
    assert f"{typed!r} is not PROJECT/NUMBER, such as 7/1" in capsys.readouterr().err


# ---- backtest --------------------------------------------------------------------------------

TWO_CASES = """
- {id: one, decision: cloud, drivers: [speed], existing_datacentre: false, org_size: small}
- {id: two, decision: on_premises, drivers: [control], existing_datacentre: true, gpus: null}
"""


def test_a_back_test_of_a_file_is_printed_as_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(TWO_CASES)
    assert main(["backtest", str(file), "--json"]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert set(found) == {
        "n", "accuracy", "balanced_accuracy", "top2", "swaps", "majority", "cases",
    }  # fmt: skip
    assert (found["n"], found["majority"]) == (2, 0.5)
    assert [case["id"] for case in found["cases"]] == ["one", "two"]
    assert set(found["cases"][0]) == {"id", "decision", "predicted", "ranking", "shares"}
    assert "case 2: two" in printed.err


def test_a_back_test_in_words_marks_what_was_missed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(TWO_CASES)
    assert main(["backtest", str(file), "--without-priorities"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2 cases: first choice right in ")
    assert len([line for line in lines if " decided " in line]) == 2


def test_a_bad_row_of_cases_names_itself(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text("[{id: one, decision: sky}]")
    assert main(["backtest", str(file)]) == 2
    assert capsys.readouterr().err.startswith("case 1 (one): decision must be one of cloud")
    assert main(["backtest", str(tmp_path / "nowhere.yaml")]) == 2
    assert "cannot be read as text" in capsys.readouterr().err


# ---- validate --------------------------------------------------------------------------------

SIZING = """
cases:
- {id: checkpoint, kind: core, metric: storage, unit: GB, published: 912, tolerance_pct: 5,
   input: {params: 70.6e+9, bytes_per_param: 13}}
"""


def test_validation_prints_our_cases_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("clip-l14 ")
    assert "published 50,800, −9%: within" in lines[0]
    assert any(line.startswith("13 of 17 cases are within their tolerance") for line in lines)
    assert "lp2225-h100-on-demand: breakeven_hours 8,556.24, published 8,556, 0%" in lines


def test_validation_of_a_file_is_printed_as_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "sizing.yaml"
    file.write_text(SIZING)
    assert main(["validate", "--sizing", str(file), "--json"]) == 0
    (case,) = json.loads(capsys.readouterr().out)["sizing"]
    assert case["predicted"] == case["p10"] == case["p90"] == 917.8
    assert (case["id"], case["verdict"], case["flags"]) == ("checkpoint", "within", [])


def test_an_unknown_input_names_case_and_field_and_the_others_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "sizing.yaml"
    file.write_text(SIZING + "- {id: odd, metric: storage, unit: GB, input: {parms: 7}}\n")
    assert main(["validate", "--sizing", str(file), "--json"]) == 2
    printed = capsys.readouterr()
    good, odd = json.loads(printed.out)["sizing"]
    assert good["predicted"] == 917.8
    assert (odd["predicted"], odd["flags"]) == (None, ["unknown_input:parms"])
    assert printed.err.startswith("case odd: parms is not an input we know. Known: ")


def test_a_file_that_holds_no_cases_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "sizing.yaml"
    file.write_text("- {id: one}")
    assert main(["validate", "--sizing", str(file)]) == 2
    assert capsys.readouterr().err.startswith("file: It must be a mapping whose key cases")
    assert main(["validate", "--sizing", str(tmp_path / "nowhere.yaml")]) == 2
    assert "cannot be read as text" in capsys.readouterr().err


TCO = """
scenarios:
- {id: buy, hours_per_month: 720, owned: {capex_usd: 833806, opex_usd_per_hour: 0.87},
   cloud: {usd_per_hour: 98.32}, published: {breakeven_hours: 8556}, tolerance_pct: 1}
"""


def test_buying_against_renting_is_computed_from_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "tco.yaml"
    file.write_text(TCO)
    assert main(["validate", "--tco", str(file), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    (case,) = printed["tco"]
    assert printed["sizing"] == []
    assert case["computed"]["breakeven_hours"] == pytest.approx(8556.244, rel=1e-6)
    assert case["computed"]["breakeven_months"] == pytest.approx(11.88367, rel=1e-6)
    assert case["computed"]["saving_usd"] is None
    assert "saving_usd: needs years, months or hours." in case["notes"]
    assert case["within_tolerance"]


def test_a_scenario_that_cannot_be_computed_stops_no_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "tco.yaml"
    file.write_text(TCO + "- {id: odd, capex: 7}\n- {id: empty}\n")
    assert main(["validate", "--tco", str(file), "--json"]) == 2
    printed = capsys.readouterr()
    good, odd, empty = json.loads(printed.out)["tco"]
    assert good["computed"]["breakeven_hours"] is not None
    assert odd["notes"][0] == "unknown_input:capex"
    assert empty["notes"][0] == "insufficient_inputs"
    assert not any(odd["computed"].values())
    assert "case odd: unknown_input:capex capex: no input is called so. Known: " in printed.err


def test_a_file_that_holds_no_scenarios_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "tco.yaml"
    file.write_text("scenarios: 5")
    assert main(["validate", "--tco", str(file)]) == 2
    assert "whose key scenarios holds a list" in capsys.readouterr().err


def test_the_report_is_written_where_asked(tmp_path: Path) -> None:
    out = tmp_path / "report.md"
    assert main(["validate", "--report", str(out)]) == 0
    assert out.read_text("utf-8").startswith("# How well sizing reproduces what was published")


# ---- blueprint -------------------------------------------------------------------------------

SAMPLE_ANSWERS = ROOT / "app" / "reference" / "samples" / "hospital_group.yaml"


def test_the_code_of_an_answers_file_is_a_folder_or_an_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, archive = tmp_path / "code", tmp_path / "code.zip"
    assert main(["blueprint", str(SAMPLE_ANSWERS), "--out", str(folder), "--name", "wards"]) == 0
    assert "Begin with README.md" in capsys.readouterr().out
    hosts = yaml.safe_load((folder / "on-prem/inventory/hosts.yml").read_text("utf-8"))
    assert "gpu_servers" in hosts["all"]["children"]["cluster"]["children"]
    assert main(["blueprint", str(SAMPLE_ANSWERS), "--out", str(archive)]) == 0
    assert archive.read_bytes()[:2] == b"PK"
    assert main(["blueprint", str(SAMPLE_ANSWERS), "--out", str(archive)]) == 2
    assert "nothing is replaced" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["--option", "managed_api"], 1, "runs no machines of yours"),
        (["--name", "Ward 7"], 1, "lower-case letters"),
        (["--control-machines", "2"], 1, "less available than one"),
        (["--site-network", "10.42.1.0/24"], 1, "overlap"),
        (["--option", "hyperscaler_on_demand", "--cloud", "aws"], 1, "publishes no price"),
    ],
)
def test_code_that_would_have_to_guess_is_not_written(
    arguments: list[str],
    code: int,
    reason: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "code"
    assert main(["blueprint", str(SAMPLE_ANSWERS), "--out", str(out), *arguments]) == code
    assert reason in capsys.readouterr().err
    assert not out.exists()


def test_the_code_of_a_version_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["blueprint", "999/1", "--out", str(tmp_path / "code")]) == 2
    assert "no version 1 of a project 999" in capsys.readouterr().err
    assert main(["blueprint", str(tmp_path / "missing.yaml"), "--out", str(tmp_path / "x")]) == 2


def test_the_code_of_a_saved_version(tmp_path: Path) -> None:
    app = create_app(load())
    with app.state.database.reading() as session:
        project = samples.saved(session, "hospital_group").project
    app.state.database.close()
    out = tmp_path / "code"
    assert main(["blueprint", f"{project.id}/1", "--out", str(out)]) == 0
    assert "Hospital group" in (out / "README.md").read_text("utf-8")


def test_a_reader_that_has_enough_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "app", "questions"],
        cwd=ROOT,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")
