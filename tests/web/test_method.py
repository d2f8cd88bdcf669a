"""Published against computed, in the open."""

from dataclasses import replace

from app import reference
from app.reference import sizing_file, tco_file
from app.services import validating
from app.web.pages.method import method_page
from tests.answering import the, words
from tests.web_client import Client

FACTS = reference.load().facts
CASES = validating.computed(FACTS)
FITS = validating.fits(FACTS)


def test_every_case_shows_published_computed_error_tolerance_and_tuning(client: Client) -> None:
    page = client.page("/method")
    rows = page.select("section[aria-labelledby^=g-] tbody tr")
    assert len(rows) == len(sizing_file.shipped())
    for row in rows:
        cells = {str(cell["data-head"]): cell.get_text(strip=True) for cell in row.select("td")}
        assert list(cells) == [
            "Published", "Computed", "P10 to P90", "Error", "Tolerance", "Result", "Used in tuning",
        ]  # fmt: skip
        assert all(cells.values())
        assert cells["Used in tuning"] in ("yes", "no")
        assert str(row.select("th a")[0]["href"]).startswith("https://")


def test_hard_cases_say_that_they_are_covered(client: Client) -> None:
    page = client.page("/method")
    found = [tag.get_text() for tag in page.select("section[aria-labelledby=g-stress] .tag")]
    assert found == ["covered by the range"] * 4
    others = page.select("section[aria-labelledby=g-core] .tag")
    assert {tag.get_text() for tag in others} == {"within tolerance"}


def test_the_lead_counts_what_stands(client: Client) -> None:
    lead = words(client.page("/method"), ".lead")
    assert "We computed 17 published workloads again. 13 come out within their tolerance; 4" in lead
    assert "22 within a factor of two" in lead


def test_every_run_and_rate_is_listed_with_its_error(client: Client) -> None:
    page = client.page("/method")
    assert len(page.select("section[aria-labelledby=runs] tbody tr")) == 24
    rates = page.select("section[aria-labelledby=rates] tbody tr")
    assert len(rates) == 10
    unused = [r for r in rates if r.select("td")[-1].get_text() == "no"]
    assert len(unused) == 2


def test_it_is_reached_from_every_page_and_leads_to_the_sources(client: Client) -> None:
    assert the(client.page("/"), ".menu a[href='/method']").get_text() == "Method"
    page = client.page("/method")
    assert the(page, ".menu a[aria-current=page]").get_text() == "Method"
    assert the(page, "main a[href='/sources']")


def test_a_miss_would_be_said() -> None:
    (llava,) = (case for case in CASES if case.case.id == "llava-7b")
    off = replace(llava, predicted=800.0, p10=700.0, p90=900.0)
    (row,) = method_page([off], FITS, ()).groups[0].rows
    assert (row.verdict, row.tone, row.error) == ("missed", "bad", "+900%")
    gone = replace(off, predicted=None, p10=None, p90=None, notes=("gpu is missing.",))
    (row,) = method_page([gone], FITS, ()).groups[0].rows
    assert (row.verdict, row.computed, row.note) == (
        "not computed", "", f"{gone.case.note} gpu is missing.",
    )  # fmt: skip


# ---- buying against renting --------------------------------------------------------------------


def test_every_study_shows_published_computed_difference_and_what_it_leaves_out(
    client: Client,
) -> None:
    page = client.page("/method")
    for scenario in tco_file.shipped():
        section = the(page, f"[id='{scenario.id}']")
        assert f"Left out: {scenario.left_out}" in " ".join(section.get_text(" ").split())
        for row in section.select("tbody tr"):
            assert all(cell.get_text(strip=True) for cell in row.select("td"))


def test_the_vendors_four_hours_become_six_to_twenty(client: Client) -> None:
    section = the(client.page("/method"), "#lp2368-b-hours-per-day")
    said = " ".join(section.get_text(" ").split())
    assert "4.3 hours a day 4.283 hours a day -0.4%" in said
    put_back = [td.get_text(strip=True) for td in section.select("[data-head=Then]")]
    assert put_back == [
        "6.384 hours a day", "8.553 hours a day", "15.77 hours a day", "19.34 hours a day",
    ]  # fmt: skip
    assert "implies a PUE of 2.5" in said


def test_a_study_that_contradicts_itself_says_so(client: Client) -> None:
    section = the(client.page("/method"), "#pan-electricity-a100")
    assert the(section, ".tag").get_text() == "does not follow from its inputs"
    assert "it prints 7.92; its inputs give 9.6" in section.get_text()
