import re
from urllib.parse import quote

import pytest

from app import reference
from app.domain.cases import Case, facets
from app.persistence import Session
from app.reference import backtests
from app.services import cases, projects
from tests.answering import start_with_enough, the, words
from tests.builders import a_person, a_project
from tests.web_client import Client

REFERENCE = reference.load()
CASES = REFERENCE.cases


@pytest.fixture(autouse=True)
def _searchable(db: Session) -> None:
    cases.ensure(db, REFERENCE)


def found(client: Client, address: str) -> list[str]:
    return [str(a["href"]) for a in client.page(address).select(".cards h2 a")]


def test_all_cases_are_listed(client: Client) -> None:
    page = client.page("/cases")
    assert len(page.select(".cards .card")) == len(CASES)
    assert words(page, "[role=status]") == f"{len(CASES)} of {len(CASES)} cases"


@pytest.mark.parametrize(
    ("facet", "value"),
    [
        ("decision", "hybrid"),
        ("decision", "moved_back"),
        ("modality", "audio"),
        ("sector", "telecom"),
        ("region", "africa"),
        ("size", "small"),
        ("period", "before_2015"),
        ("evidence", "low"),
        ("told_by", "academic"),
    ],
)
def test_a_filter_is_part_of_the_address(client: Client, facet: str, value: str) -> None:
    wanted = {f"/cases/{case.id}" for case in CASES if value in facets(case)[facet]}
    assert 0 < len(wanted) < len(CASES)
    assert set(found(client, f"/cases?{facet}={value}")) == wanted
    page = client.page(f"/cases?{facet}={value}")
    assert the(page, f"#{facet} option[selected]")["value"] == value


def test_a_filter_that_nothing_passes_says_what_to_drop(client: Client) -> None:
    page = client.page("/cases?decision=cloud&modality=smell")
    assert "No case fits all of it" in words(page)
    ways = {str(a["href"]): a.get_text() for a in page.select("main .card ul a")}
    assert ways["/cases?decision=cloud"] == "remove “Smell”"
    assert ways["/cases"]
    clouds = sum(case.decision == "cloud" for case in CASES)
    assert f"{clouds} cases" in words(page)


@pytest.mark.parametrize(
    ("typed", "case_id"),
    [
        ("Duolingo", "duolingo-aws"),
        ("dropb", "dropbox-magic-pocket"),
        ("SANGER sequencers", "sanger-on-campus"),
        ("spare satellites", None),
        ("motorbike", "gojek-gcp"),
        ("taxis simulates", "cruise-gcp"),
        ("sustainability lloyds", "lloyds-vertex"),
        ("video netflix", "netflix-split"),
        ("grand père", None),
    ],
)
def test_search_finds_by_organisation_driver_modality_and_story(
    client: Client, typed: str, case_id: str | None
) -> None:
    listed = found(client, f"/cases?q={quote(typed)}")
    assert (f"/cases/{case_id}" in listed) if case_id else listed == []


@pytest.mark.parametrize("word", ["latency", "video", "sustainability"])
def test_search_by_driver_or_modality_finds_all_that_have_it(client: Client, word: str) -> None:
    having = {f"/cases/{c.id}" for c in CASES if word in (*c.drivers, *c.modalities)}
    assert having <= set(found(client, f"/cases?q={word}"))


@pytest.mark.parametrize(
    ("typed", "has"),
    [
        ("health care", {"industry": "healthcare_provider"}),
        ("repatriated", {"direction": "repatriated"}),
        ("move back", {"direction": "repatriated"}),
        ("on-premises", {"decision": "on_premises"}),
    ],
)
def test_search_knows_the_words_of_the_page(
    client: Client, typed: str, has: dict[str, str]
) -> None:
    ((name, value),) = has.items()
    having = {f"/cases/{case.id}" for case in CASES if getattr(case, name) == value}
    assert having
    assert having <= set(found(client, f"/cases?q={quote(typed)}"))


HOSTILE = [
    *('"', "'", '"netflix', "netflix' OR 1=1 --", "net*flix", "NOT", "a AND", "NEAR(a b)", "()"),
    *("words:x", "-netflix", "&|!", ":*", "\\", "%", "\x00", "net\x00flix", "😀", "<b>x</b>"),
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_words_do_no_harm(client: Client, typed: str) -> None:
    page = client.page(f"/cases?q={quote(typed)}")
    assert the(page, "#q")["value"] == typed.replace("\x00", "")


@pytest.mark.parametrize("typed", ["x" * 10_000, "a " * 5_000, '"' * 10_000])
def test_too_much_to_search_for_is_refused_with_a_sentence(client: Client, typed: str) -> None:
    page = client.page(f"/cases?q={quote(typed)}", status=422)
    assert "10,000 characters; search for at most 200" in words(page)
    assert the(page, "#q")["value"] == typed


def test_too_many_words_are_refused_with_a_sentence(client: Client) -> None:
    page = client.page("/cases?q=" + "+".join("abcdefghijklmn"), status=422)
    assert "14 words; search for at most 12" in words(page)


def test_beside_a_project_the_most_alike_come_first(signed_in: Client) -> None:
    number = start_with_enough(signed_in).rsplit("/", 1)[1]
    page = signed_in.page(f"/cases?project={number}")
    shares = [
        int(share)
        for card in page.select(".cards .card")
        for share in re.findall(r"(\d+)\s?% alike", card.get_text())
    ]
    assert len(shares) > 20
    assert shares[0] == max(shares)
    assert "Same as you: " in words(page)
    assert "what was wanted: 25%" in words(page, "details.card")  # 3 of 12
    assert "Differs from you: " in words(page)
    narrowed = signed_in.page(f"/cases?project={number}&decision=hybrid")
    assert the(narrowed, "input[name=project]")["value"] == number


def test_a_project_that_cannot_be_read_yet_says_why(signed_in: Client) -> None:
    made = signed_in.post("/cases/dkfz-dgx2/start").headers["location"]
    page = signed_in.page(f"/cases?project={made.rsplit('/', 1)[1]}")
    assert "cannot be compared yet: Needed: the number of images per day" in words(page)
    assert len(page.select(".cards .card")) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_each_case_names_its_source(client: Client, case: Case) -> None:
    page = client.page(f"/cases/{case.id}")
    assert words(page, "h1") == case.organisation
    assert the(page, ".sources a")["href"] == case.source_url


def test_a_case_says_what_the_engine_would_say_and_whether_it_agrees(client: Client) -> None:
    rows = backtests.published().with_priorities
    hit = next(row for row in rows if row.is_hit)
    missed = next(row for row in rows if row.predicted and not row.is_hit)
    assert the(client.page(f"/cases/{hit.id}"), ".tag.good")
    assert the(client.page(f"/cases/{missed.id}"), ".tag.warn")


def test_there_is_no_case_by_another_name(client: Client) -> None:
    assert client.get("/cases/nonsense").status_code == 404
    assert client.post("/cases/nonsense/start").status_code != 500


def test_a_case_gives_starting_answers(signed_in: Client) -> None:
    answer = signed_in.post("/cases/genomics-england-weka/start")
    assert answer.status_code == 303
    page = signed_in.page(answer.headers["location"])
    assert words(page, "h1") == "Like Genomics England"
    check = signed_in.page(f"{answer.headers['location']}/check")
    assert "special" in words(check).lower()
    assert "Needed: the number of" in words(check)


def test_a_visitor_who_wants_to_start_is_asked_to_sign_in(client: Client, db: Session) -> None:
    assert "Sign in" in client.post("/cases/netflix-split/start").text
    assert projects.listing(db, a_person(db)).own == ()


def test_somebody_elses_project_orders_nothing(client: Client, db: Session) -> None:
    project = a_project(db, a_person(db))
    assert client.get(f"/cases?project={project.id}").status_code == 404
