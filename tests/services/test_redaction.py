"""What a link hides is in nothing that it opens: each field is searched for in every form."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app import reference
from app.domain.cost.ledger import BILLED, BY_AGE, LINES
from app.domain.cost.owned import THERE_ALREADY
from app.domain.questionnaire.reading import flattened, read_answers
from app.domain.questionnaire.stated import OWN_PRICES
from app.domain.worlds import Range
from app.reports import cost_table, words
from app.services import assessments
from app.services.assessments import SavedAssessment
from app.services.projects import Project
from app.services.redaction import HIDDEN, HIDEABLE, redacted
from app.services.share_links import SharedVersion
from app.web.pages.results import shared_page
from app.web.pages.spreadsheet import spreadsheet
from tests.builders import NOON

DATA = reference.load()
PRICES = {
    "site.electricity_usd_per_kwh": 0.23457,
    "colocation_usd_per_kw_month": 345.67,
    "discounts.aws": 21.37,
    "negotiated.usd_per_hour": 1.2349,
}
SITE = {"site.free_kw": 777.5, "site.kw_per_rack": 66.5473, "site.pue": 1.3457}
# A range for each figure that an answer takes the place of, so that each may move the result.
RANGES = {
    "colocation_usd_per_kw_month": (301.23, 345.67, 412.89),
    "site.electricity_usd_per_kwh": (0.19873, 0.23457, 0.31579),
    "site.pue": (1.2341, 1.3457, 1.5679),
}


@pytest.fixture(scope="module")
def saved() -> SavedAssessment:
    document: dict[str, Any] = reference.sample("hospital_group")
    document["answers"]["site"] = {
        "type": "own_datacentre",
        "free_kw": 777.5,
        "kw_per_rack": 66.5473,
        "electricity_usd_per_kwh": 0.23457,
        "pue": 1.3457,
    }
    document["answers"]["colocation_usd_per_kw_month"] = 345.67
    document["answers"]["owned_gpus"] = {
        "accelerator": "H200",
        "count": 13,
        "age_months": 17,
        "free_share": 0.8317,
    }
    document["answers"]["discounts"] = {"aws": 0.2137}
    document["answers"]["negotiated"] = {
        "provider": "gcp",
        "accelerator": "H100",
        "usd_per_hour": 1.2349,
    }
    result = assessments.compute(read_answers(document, DATA.questions), DATA, worlds=50)
    answers = flattened(document["answers"], DATA.questions)
    return replace(_empty(), answers=answers, result=result)


def _empty() -> SavedAssessment:
    return SavedAssessment(
        project=Project(1, "Radiology", "", None, None, None, NOON),
        number=1,
        title="Canary title",
        created_at=NOON,
        author="Canary Person",
        answers={},
        result={},
        question_set=1,
        weight_set=1,
        facts_sha256="sha256:0",
        engine_version="7",
        seed=1,
    )


def _everything(saved: SavedAssessment) -> str:
    """All that any reader of a version gets, as text: JSON, CSV and every sheet."""
    told = json.dumps([saved.title, saved.author, saved.answers, saved.result])
    book = zipfile.ZipFile(io.BytesIO(spreadsheet(saved, DATA.questions)))
    sheets = "".join(book.read(name).decode() for name in book.namelist())
    return told + cost_table.as_csv(saved.result) + sheets


@pytest.mark.parametrize(
    ("hides", "canaries"),
    [
        ("prices", [str(n) for n in PRICES.values()]),
        ("site", [*(str(n) for n in SITE.values()), "0.23457", "Germany", '"DE"']),
        ("site", ["778 kW", "owned_gpus", "83.17", THERE_ALREADY, '"servers_there": 1']),
        ("names", ["Canary Person"]),
        ("notes", ["Canary title"]),
    ],
)
def test_what_is_hidden_is_in_no_form(
    saved: SavedAssessment, hides: str, canaries: list[str]
) -> None:
    before = _everything(saved)
    after = _everything(redacted(saved, DATA.questions, [hides]))
    for canary in canaries:
        assert canary in before, f"{canary} is there to be hidden"
        assert canary not in after


def test_totals_and_what_is_not_hidden_stay(saved: SavedAssessment) -> None:
    after = redacted(saved, DATA.questions, ["prices"])
    assert after.answers["site.free_kw"] == 777.5
    assert (after.title, after.author) == ("Canary title", "Canary Person")
    for old, new in zip(saved.result["options"], after.result["options"], strict=True):
        assert old["tco_usd"] == new["tco_usd"]
        assert [line["usd"] for line in old["cost_lines"]] == [
            line["usd"] for line in new["cost_lines"]
        ]


def test_a_line_made_of_an_own_price_opens_no_more(saved: SavedAssessment) -> None:
    """One factor alone would be what is left when the sum is divided by the others."""
    after = redacted(saved, DATA.questions, ["prices"])
    lines = {o["key"]: {x["key"]: x for x in o["cost_lines"]} for o in after.result["options"]}
    rent = lines["colocation"]["facility"]
    assert (rent["formula"], rent["products"], rent["inputs"]) == (HIDDEN, [], [])
    assert lines["colocation"]["hardware"]["products"]
    rows = csv.DictReader(io.StringIO(cost_table.as_csv(after.result)))
    assert {row["formula"] for row in rows} > {HIDDEN}


def test_with_whom_a_price_was_agreed_is_not_told_by_what_is_closed(saved: SavedAssessment) -> None:
    """The discounts and the price are of two providers; what all of them bill is closed."""
    result = redacted(saved, DATA.questions, ["prices"]).result
    lines = [line for option in result["options"] for line in option["cost_lines"]]
    billed = {line["key"]: line["formula"] for line in lines if line["key"] in BILLED}
    assert len(billed) > 4
    assert {line["formula"] for line in lines if line["key"] in BILLED} == {HIDDEN}
    rented = [option["purchase"] for option in result["options"] if option["purchase"]]
    bought = [service for option in result["options"] for service in option["services"]]
    for entry in (*rented, *bought, *result["comparators"]):
        assert (entry["source"], entry["as_of"]) == (HIDDEN, "")


@pytest.mark.parametrize("key", ["hospital_group", "video_startup", "contact_centre"])
def test_no_other_line_than_those_that_providers_bill_has_their_prices(key: str) -> None:
    document: dict[str, Any] = reference.sample(key)
    document["answers"] |= {"discounts": ODD["discounts"], "negotiated": ODD["negotiated"]}
    result = assessments.compute(read_answers(document, DATA.questions), DATA, worlds=50)
    lines = [line for option in result["options"] for line in option["cost_lines"]]
    own = {line["key"] for line in lines if any(said in json.dumps(line) for said in OWN_PRICES)}
    assert own
    assert own <= BILLED <= LINES.keys()


def test_hiding_nothing_changes_nothing(saved: SavedAssessment) -> None:
    assert redacted(saved, DATA.questions, []) == saved


def test_the_saved_version_is_left_as_it_is(saved: SavedAssessment) -> None:
    before = json.dumps(saved.result)
    redacted(saved, DATA.questions, ["prices", "site", "names", "notes"])
    assert json.dumps(saved.result) == before


def test_an_answer_to_a_question_that_is_no_more_is_hidden(saved: SavedAssessment) -> None:
    answers: Mapping[str, Any] = {**saved.answers, "asked_once": "secret"}
    old = replace(saved, answers=dict(answers))
    assert "asked_once" not in redacted(old, DATA.questions, ["names"]).answers


def test_the_page_is_whole_without_what_is_hidden(saved: SavedAssessment) -> None:
    """Every form of the page's data, as a template gets it."""
    hides = ("prices", "site", "names", "notes")
    shared = SharedVersion(
        link_id=1,
        saved=redacted(saved, DATA.questions, hides),
        maker="",
        created_at=NOON,
        expires_at=NOON,
        follows_newest=False,
        hides=hides,
    )
    page = repr(shared_page(shared, DATA.questions))
    assert HIDDEN in page
    for canary in (*PRICES.values(), *SITE.values(), "Germany", "Canary"):
        assert str(canary) not in page


def test_no_price_of_an_hour_is_left_beside_a_price_of_ones_own(saved: SavedAssessment) -> None:
    """The list price is published, so what is paid over it would tell the discount."""
    paid = {
        entry["usd_per_hour"]
        for option in saved.result["options"]
        if (entry := option.get("purchase")) and entry["source"].startswith(OWN_PRICES)
    }
    assert paid
    after = _everything(redacted(saved, DATA.questions, ["prices"]))
    for usd in paid:
        assert f"{usd:.6g}" not in after
        assert words.unit_price(usd) not in after
    assert "your discount" not in after
    assert "your negotiated price" not in after


@pytest.mark.parametrize(
    ("paid", "line"),
    [
        ({"way": "by_use", "usd_per_gpu_hour": 4.3219, "accelerator": "H200"}, "by_use"),
        ({"way": "leased", "lease_rate": 0.093712}, "lease"),
        ({"way": "by_use", "usd_per_gpu_hour": 4.3219, "accelerator": "H200"}, "storage"),
    ],
)
def test_what_was_quoted_for_ones_own_servers_is_hidden_with_what_it_gives(
    saved: SavedAssessment, paid: dict[str, Any], line: str
) -> None:
    document: dict[str, Any] = reference.sample("hospital_group")
    document["answers"]["own_payment"] = paid
    result = assessments.compute(read_answers(document, DATA.questions), DATA, worlds=50)
    answers = flattened(document["answers"], DATA.questions)
    quoted = replace(saved, answers=answers, result=result)
    before, hidden = _everything(quoted), redacted(quoted, DATA.questions, ["prices"])
    after = _everything(hidden)
    for canary in ("4.3219", "0.093712", "9.3712"):
        assert canary not in after
    assert ("4.3219" in before) or ("0.093712" in before)
    own = next(o for o in hidden.result["options"] if o["key"] == "own_site")
    told = next(row for row in own["cost_lines"] if row["key"] == line)
    if line != "storage":
        assert (told["formula"], told["products"]) == (HIDDEN, [])
    assert told["usd"] > 0
    assert own["ways_to_pay"] is None


def test_what_stands_is_not_told_from_what_is_bought(saved: SavedAssessment) -> None:
    before = [o["fleet"] for o in saved.result["options"] if o["fleet"]]
    assert any(fleet["servers_there"] for fleet in before)
    assert all(fleet["tranches"] for fleet in before)
    after = redacted(saved, DATA.questions, ["site"]).result["options"]
    fleets = [option["fleet"] for option in after if option["fleet"]]
    assert [(f["servers_there"], f["tranches"]) for f in fleets] == [(None, [])] * len(before)
    assert [f["servers"] for f in fleets] == [f["servers"] for f in before]
    lines = [line for option in after for line in option["cost_lines"] if line["key"] in BY_AGE]
    assert {line["key"] for line in lines} == BY_AGE
    assert {line["formula"] for line in lines} == {HIDDEN}


def test_no_other_line_than_those_by_age_knows_how_old_the_servers_are() -> None:
    def at(age: float) -> dict[tuple[str, str], object]:
        document: dict[str, Any] = reference.sample("hospital_group")
        owned = {"accelerator": "H200", "count": 13, "age_months": {"likely": age, "low": age}}
        document["answers"]["owned_gpus"] = {**owned, "free_share": 0.9}
        document["answers"]["owned_gpus"]["age_months"] |= {"high": age}
        result = assessments.compute(read_answers(document, DATA.questions), DATA, worlds=20)
        return {
            (option["key"], line["key"]): (line["products"], line["inputs"])
            for option in result["options"]
            for line in option["cost_lines"]
        }

    young, old = at(6), at(40)
    assert young.keys() == old.keys()
    moved = {line for (option, line), told in young.items() if told != old[option, line]}
    assert moved == BY_AGE


@pytest.mark.parametrize("hides", ["prices", "site"])
def test_no_hour_of_an_own_server_is_left(saved: SavedAssessment, hides: str) -> None:
    """Power, published, times PUE times tariff: of three factors the third is what is left."""
    told = {key: f["own_server"] for key, f in saved.result["figures"]["options"].items()}
    assert told["own_site"]
    after = redacted(saved, DATA.questions, [hides]).result["figures"]
    assert {f["own_server"] for f in after["options"].values()} == {None}
    assert saved.result["figures"]["levels"]
    assert after["levels"] is None


@pytest.mark.parametrize("path", RANGES)
def test_how_a_hidden_answer_moves_the_result_is_not_told(path: str) -> None:
    """The rows of the tornado and of the flips give the range that was typed."""
    low, likely, high = RANGES[path]
    bar = {"what": "rent", "path": "", "low": low, "high": high}  # as earlier engines saved it
    flip = {"what": "rent", "path": path, "now": likely, "becomes": 2.0}
    other = {"what": "growth", "path": "growth_per_year", "low": 0.1, "high": 0.2}
    answers = {path: {"low": low, "likely": likely, "high": high}}
    result = {"tornado": {"bars": [bar, other]}, "flips": [flip, other]}
    version = replace(_empty(), answers=answers, result=result)
    after = redacted(version, DATA.questions, ["site"])
    assert after.answers == {}
    assert after.result == {"tornado": {"bars": [other]}, "flips": [other]}


def test_all_that_the_section_of_the_site_asks_is_hidden_with_the_site() -> None:
    paths = {path for path, section in DATA.questions.section_keys.items() if section == "site"}
    assert {"owned_gpus.count", "site.free_kw"} < paths
    answers = dict.fromkeys(paths, "1")
    version = replace(_empty(), answers=answers)
    assert redacted(version, DATA.questions, ["site"]).hidden == paths


def test_a_number_of_its_spread_is_hidden_too() -> None:
    """A single number is given a range by its grade; its middle is the number."""
    document: dict[str, Any] = reference.sample("contact_centre")
    document["answers"]["site"] = {"type": "none"}
    document["answers"]["colocation_usd_per_kw_month"] = 345.67
    result = assessments.compute(read_answers(document, DATA.questions), DATA, worlds=100)
    rent = [
        bar for bar in result["tornado"]["bars"] if bar["path"] == "colocation_usd_per_kw_month"
    ]
    assert rent, "the rent of the place moves the result"
    assert {bar["evidence"] for bar in rent} == {"estimated"}
    version = replace(_empty(), answers={"colocation_usd_per_kw_month": 345.67}, result=result)
    after = redacted(version, DATA.questions, ["prices"]).result
    assert [b for b in after["tornado"]["bars"] if b["what"] == rent[0]["what"]] == []


# ---- every sample, every number ------------------------------------------------------------------

# Odd numbers in every quantity that a link can hide, alone: each is given a range by its grade.
ODD: dict[str, Any] = {
    "colocation_usd_per_kw_month": 345.671,
    "engineer_year_usd": 187651.3,
    "ceilings": {"capex_usd": 7654321.9, "opex_usd_per_month": 654321.7},
    "discounts": {"aws": 0.21373, "azure": 0.17331, "gcp": 0.13797, "specialists": 0.11713},
    "negotiated": {"provider": "gcp", "accelerator": "H100", "usd_per_hour": 1.23497},
    "uplink_gbit_per_s": 8.3719,
    "uplink_usd_per_month": 23457.31,
    "standstill_usd_per_hour": 34567.89,
    "owned_gpus": {
        "accelerator": "H200",
        "count": 1013,
        "age_months": 17.317,
        "free_share": 0.83173,
    },
}
PLACES: dict[str, Any] = {
    "none": {"type": "none"},
    "own_datacentre": {
        "type": "own_datacentre",
        "free_kw": 777.531,
        "kw_per_rack": 66.5473,
        "electricity_usd_per_kwh": 0.234573,
        "pue": 1.34573,
    },
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("key", ["hospital_group", "video_startup", "contact_centre"])
def test_no_number_of_a_hidden_answer_nor_of_its_range_is_left(key: str, place: str) -> None:
    document: dict[str, Any] = reference.sample(key)
    document["answers"] |= {**ODD, "site": PLACES[place], "currency": {"code": "EUR"}}
    answers = read_answers(document, DATA.questions)
    result = assessments.compute(answers, DATA, worlds=50)
    typed = flattened(document["answers"], DATA.questions)
    after = redacted(replace(_empty(), answers=typed, result=result), DATA.questions, HIDEABLE)
    assert len(after.hidden) > 15
    own = {
        number
        for path in after.hidden
        if isinstance(value := getattr(answers.given.get(path), "value", None), Range)
        for number in (value.low, value.likely, value.high)
        if len(f"{number:.6g}") > 4
    }
    assert own
    left = np.array(list(_numbers_in(after.result)))
    for number in own:
        assert not np.isclose(left, number, rtol=1e-8, atol=0).any(), number
    told = _everything(after)
    for number in own:
        assert not re.search(rf"(?<![\d.]){re.escape(f'{number:.6g}')}(?!\d)", told), number


def _numbers_in(value: object) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _numbers_in(part)
    elif isinstance(value, int | float):
        yield float(value)
