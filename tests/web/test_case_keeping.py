from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from app import reference
from app.domain.cases import Case
from app.reference import case_file
from tests.answering import parsed, the, words
from tests.web_client import Client

CASES = reference.load().cases
FIRST = CASES[0]
NEW = replace(FIRST, id="new-one", organisation="Zeppelin Works")
ROW = case_file.written([NEW])
HERE = "/admin/cases"


def test_a_check_says_what_would_change_and_stores_nothing(signed_in: Client) -> None:
    answer = signed_in.post(HERE, data={"text": ROW, "act": "check"})
    assert answer.status_code == 200
    assert "Nothing is stored yet. To add: new-one." in " ".join(answer.text.split())
    assert signed_in.get("/cases/new-one").status_code == 404


def test_what_is_stored_is_a_case_like_any_other(signed_in: Client) -> None:
    typed = {"text": ROW, "reason": "A new source.", "act": "keep"}
    assert signed_in.post(HERE, data=typed).status_code == 303
    page = signed_in.page("/cases/new-one")
    assert words(page, "h1") == "Zeppelin Works"
    assert "has not been put to the engine yet" in words(page)
    assert the(page, f"a[href='{HERE}/form?case=new-one']")
    assert "A new source." in words(signed_in.page(HERE))
    assert "have changed since" in words(signed_in.page("/cases/backtest"))
    assert case_file.read(signed_in.get("/cases/export").text, is_complete=True)[-1] == NEW


def test_a_bad_row_is_named_and_nothing_typed_is_lost(signed_in: Client) -> None:
    bad = ROW.replace("decision: cloud", "decision: sky")
    answer = signed_in.post(HERE, data={"text": bad, "reason": "So.", "act": "keep"})
    assert answer.status_code == 422
    assert "case 1 (new-one): decision must be one of" in answer.text
    assert "decision: sky" in answer.text
    assert 'value="So."' in answer.text


def test_a_missing_reason_is_said_at_its_field(signed_in: Client) -> None:
    answer = signed_in.post(HERE, data={"text": ROW, "act": "keep"})
    assert answer.status_code == 422
    assert "Say why" in answer.text


def test_a_case_is_retired_from_its_own_form(signed_in: Client) -> None:
    page = signed_in.page(f"{HERE}?case={FIRST.id}")
    assert FIRST.organisation in the(page, "#text").get_text()
    answer = signed_in.post(f"{HERE}/{FIRST.id}/retire", data={"why": "It was withdrawn."})
    assert answer.status_code == 303
    gone = signed_in.get(f"/cases/{FIRST.id}")
    assert gone.status_code == 410
    assert f"The case {FIRST.id} was taken out of the library on" in gone.text


def test_a_visitor_sees_neither_the_page_nor_the_way_to_it(client: Client) -> None:
    assert "Sign in" in client.get(HERE).text
    assert HERE not in client.get(f"/cases/{FIRST.id}").text


def test_the_whole_library_fits_in_one_import(signed_in: Client) -> None:
    text = signed_in.get("/cases/export").text
    answer = signed_in.post(HERE, data={"text": text, "act": "check"})
    assert "These rows change nothing." in answer.text


# ---- the form -----------------------------------------------------------------------------------

FORM = "/admin/cases/form"


def filled(page: BeautifulSoup) -> dict[str, list[str]]:
    """What a browser would post from the form of a case."""
    form = the(page, f"form[action='{FORM}']")
    found: dict[str, list[str]] = {}
    for field in form.select("input, select, textarea"):
        kind, name = field.get("type"), str(field.get("name"))
        if kind == "checkbox" and not field.has_attr("checked"):
            continue
        chosen = field.select_one("option[selected]")
        value = field.get("value", "")
        if field.name == "textarea":
            value = field.get_text().removeprefix("\n")
        elif field.name == "select":
            value = chosen["value"] if chosen else ""
        found.setdefault(name, []).append(str(value))
    return found


@pytest.mark.parametrize("case", CASES[::10], ids=lambda case: case.id)
def test_the_form_of_a_case_posts_what_the_case_states(signed_in: Client, case: Case) -> None:
    typed = filled(signed_in.page(f"{FORM}?case={case.id}"))
    answer = signed_in.post(FORM, data={**typed, "act": "check"})
    assert answer.status_code == 200
    assert words(parsed(answer), ".note[role=status]") == "Nothing differs."


def test_every_column_has_a_field(signed_in: Client) -> None:
    columns = {*case_file.COLUMNS, "source_date", "confidence"}
    named = {str(field["name"]) for field in signed_in.page(FORM).select("main [name]")}
    assert named - {"act", "begun", "case", "reason"} == columns


def test_what_every_case_needs_is_not_called_optional(signed_in: Client) -> None:
    page = signed_in.page(FORM)
    labels = {str(label["for"]): label.get_text() for label in page.select("label[for]")}
    for column in ("id", "organisation", "summary", "source_url", "source_date", "reason"):
        assert "(optional)" not in labels[column]
    for column in ("country", "gpus", "drivers", "outcome"):
        assert "(optional)" in labels[column]
    assert words(page, "#decision option[value='']") == "Choose one"
    assert words(page, "#growth option[value='']") == "Not stated"
    assert "predictability" in words(page, "#drivers-hint")


def test_a_case_typed_into_the_form_is_stored(signed_in: Client) -> None:
    typed = filled(signed_in.page(f"{FORM}?case={FIRST.id}"))
    typed |= {"id": ["new-one"], "case": [""], "gpus": ["64"], "reason": ["A new source."]}
    checked = signed_in.post(FORM, data={**typed, "act": "check"})
    assert "It would be a new case" in checked.text
    assert signed_in.get("/cases/new-one").status_code == 404
    answer = signed_in.post(FORM, data={**typed, "act": "keep"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases/new-one")
    assert "64" in words(signed_in.page("/cases/new-one"))


@pytest.mark.parametrize(
    ("column", "typed", "said"),
    [
        ("gpus", "many", "GPUs must be a number, not 'many'."),
        ("organisation", " ", "Organisation is missing."),
        ("source_date", "soon", "Date of the source 'soon' is not a year"),
        ("source_date", "", "Date of the source is missing."),
        ("source_url", "javascript:alert(1)//https://a.b", "Address of the source must be"),
        ("id", "export", "Name in addresses may not be export"),
        ("drivers", "cost, luck", "What was wanted may hold"),
        ("reason", "", "Say why"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    signed_in: Client, column: str, typed: str, said: str
) -> None:
    form = filled(signed_in.page(f"{FORM}?case={FIRST.id}"))
    form |= {"reason": ["A correction."], "outcome": ["It went <well>."], column: [typed]}
    answer = signed_in.post(FORM, data={**form, "act": "keep"})
    assert answer.status_code == 422
    page = parsed(answer)
    assert said in words(page, ".summary-of-errors")
    assert words(page, "#outcome").strip() == "It went <well>."
    assert the(page, f"#{column}")["value"] == typed.strip()


def test_a_refused_retirement_keeps_what_was_typed(signed_in: Client) -> None:
    answer = signed_in.post(f"{HERE}/{FIRST.id}/retire", data={"why": "x" * 501})
    assert answer.status_code == 422
    assert the(parsed(answer), "#why")["value"] == "x" * 501
    assert signed_in.get(f"/cases/{FIRST.id}").status_code == 200


def test_what_another_administrator_stored_meanwhile_is_not_lost(signed_in: Client) -> None:
    typed = filled(signed_in.page(f"{FORM}?case={FIRST.id}")) | {"act": ["keep"]}
    theirs = {**typed, "growth": ["high"], "reason": ["Bea read it again."]}
    mine = {**typed, "load_profile": ["bursty"], "reason": ["I read it again."]}
    assert signed_in.post(FORM, data=theirs).status_code == 303
    late = signed_in.post(FORM, data=mine)
    assert late.status_code == 409
    page = parsed(late)
    assert f"Somebody else stored or retired {FIRST.id} meanwhile" in words(page)
    assert "high" in words(signed_in.page(f"/cases/{FIRST.id}"), "dl")
    again = filled(page) | {"act": ["keep"]}
    assert again["load_profile"] == ["bursty"]
    assert signed_in.post(FORM, data=again).status_code == 303
    assert "bursty" in words(signed_in.page(f"/cases/{FIRST.id}"), "dl")


def test_a_new_case_does_not_take_the_place_of_one_that_is_there(signed_in: Client) -> None:
    typed = filled(signed_in.page(f"{FORM}?case={FIRST.id}"))
    typed |= {"case": [""], "begun": [""], "gpus": ["7"], "reason": ["New."], "act": ["keep"]}
    assert signed_in.post(FORM, data=typed).status_code == 409


def test_a_retired_case_is_brought_back_from_its_form(signed_in: Client) -> None:
    typed = {"text": ROW, "reason": "A new source.", "act": "keep"}
    signed_in.post(HERE, data=typed)
    for case in (FIRST, NEW):  # one that ships, and one that was added
        signed_in.post(f"{HERE}/{case.id}/retire", data={"why": "It was withdrawn."})
        assert signed_in.page(HERE).select(f"a[href='{FORM}?case={case.id}']")
        page = signed_in.page(f"{FORM}?case={case.id}")
        assert "The case was retired" in words(page)
        back = filled(page) | {"reason": ["It stands again."], "act": ["keep"]}
        assert signed_in.post(FORM, data=back).status_code == 303
        assert words(signed_in.page(f"/cases/{case.id}"), "h1") == case.organisation


def test_a_form_of_a_case_that_never_was_is_not_found(signed_in: Client) -> None:
    assert signed_in.get(f"{FORM}?case=nonsense").status_code == 404
