from dataclasses import replace

from app import reference
from app.reference import case_file
from tests.answering import the, words
from tests.web_client import Client

FIRST = reference.load().cases[0]
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
    assert the(page, f"a[href='{HERE}?case=new-one']")
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
    assert signed_in.get(f"/cases/{FIRST.id}").status_code == 404


def test_a_visitor_sees_neither_the_page_nor_the_way_to_it(client: Client) -> None:
    assert "Sign in" in client.get(HERE).text
    assert HERE not in client.get(f"/cases/{FIRST.id}").text


def test_the_whole_library_fits_in_one_import(signed_in: Client) -> None:
    text = signed_in.get("/cases/export").text
    answer = signed_in.post(HERE, data={"text": text, "act": "check"})
    assert "These rows change nothing." in answer.text
