"""The page on which a second administrator decides."""

import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI

from app import reference
from app.main import assemble
from app.persistence import price_catalogue
from app.persistence.engine import Database
from app.persistence.tables import SessionRow
from app.services import weights
from app.services.people import Person
from app.settings import Settings
from tests.answering import words
from tests.builders import a_person
from tests.web.test_prices import bring
from tests.web.test_prices import publish as publish_prices
from tests.web.test_weights import _draft
from tests.web_client import Client

SHIPPED = reference.load()
WHY = "Bills <b>first</b>."


@pytest.fixture
def app(database: Database) -> FastAPI:
    return assemble(Settings(worlds=200, second_person=True), database)


@pytest.fixture
def bo(signed_in: Client) -> Person:
    with signed_in.database.alone() as session:
        return a_person(session, "Bo", is_administrator=True)


@pytest.fixture
def proposal(signed_in: Client) -> str:
    """The address of a weight set that Ada proposed."""
    draft = _draft(signed_in, weight__cost="44", reason=WHY)
    answer = signed_in.post("/admin/weights", data=draft)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def _in_force(client: Client) -> int:
    with client.database.reading() as db:
        return weights.in_force(db, SHIPPED).weights.version


def test_the_form_says_that_it_only_proposes(signed_in: Client) -> None:
    page = signed_in.post("/admin/weights", data=_draft(signed_in, weight__cost="44"))
    assert page.status_code == 422
    assert "Propose as a new set" in page.text
    assert "Publish as a new set" not in page.text


def test_a_proposal_waits_where_weights_are_looked_at(signed_in: Client, proposal: str) -> None:
    assert _in_force(signed_in) == 1
    page = signed_in.page("/admin/weights")
    assert WHY in words(page, "[aria-labelledby=waiting]")
    assert page.select(f"a[href='{proposal}']")


def test_who_proposed_it_can_only_withdraw_it(signed_in: Client, proposal: str) -> None:
    page = signed_in.page(proposal)
    assert "another administrator has to approve it" in words(page)
    assert "There is no other administrator." in words(page)
    assert not page.select("[formaction]")
    refused = signed_in.post(f"{proposal}/approve", data={"reason": "Yes."})
    assert refused.status_code == 403
    assert "You proposed it yourself" in refused.text
    assert signed_in.post(f"{proposal}/close", data={"reason": "A slip."}).status_code == 303
    assert "Withdrawn by Ada" in words(signed_in.page(proposal))
    assert _in_force(signed_in) == 1


def test_another_sees_what_it_would_change_and_approves_it(
    signed_in: Client, proposal: str, bo: Person
) -> None:
    assert "There is no other administrator." not in words(signed_in.page(proposal))
    signed_in.sign_in_as(bo)
    seen = words(signed_in.page(proposal))
    assert WHY in seen
    assert "Cost: 20% to " in seen
    missing = signed_in.post(f"{proposal}/approve", data={"reason": " "})
    assert missing.status_code == 422
    assert "Say why" in missing.text
    assert _in_force(signed_in) == 1
    assert signed_in.post(f"{proposal}/approve", data={"reason": "Yes."}).status_code == 303
    assert _in_force(signed_in) == 2
    assert "Approved by Bo" in words(signed_in.page(proposal))
    versions = words(signed_in.page("/admin/weights"), "[aria-labelledby=versions]")
    assert "by Ada, approved by Bo" in versions


def test_what_was_typed_stays_when_the_reason_is_too_long(
    signed_in: Client, proposal: str, bo: Person
) -> None:
    signed_in.sign_in_as(bo)
    answer = signed_in.post(f"{proposal}/close", data={"reason": "no " * 200})
    assert answer.status_code == 422
    typed = BeautifulSoup(answer.text, "html.parser").select_one("textarea")
    assert typed is not None
    assert typed.get_text().strip() == ("no " * 200).strip()


@pytest.mark.parametrize("act", ["approve", "close"])
def test_what_no_page_can_show_is_taken_out_of_what_was_typed(
    signed_in: Client, proposal: str, bo: Person, act: str
) -> None:
    signed_in.sign_in_as(bo)
    answer = signed_in.post(f"{proposal}/{act}", data={"reason": "\0\x1b\ufffe\n"})
    assert answer.status_code == 422  # and the client has checked that the page is well-formed
    assert signed_in.post(f"{proposal}/close", data={"reason": "No\0."}).status_code == 303
    assert "No." in words(signed_in.page(proposal))


def test_an_overtaken_one_says_so_and_can_be_drafted_again(
    signed_in: Client, proposal: str, bo: Person
) -> None:
    other = _draft(signed_in, weight__cost="30", reason="Less.")
    late = str(signed_in.post("/admin/weights", data=other).headers["Location"])
    signed_in.sign_in_as(bo)
    assert signed_in.post(f"{proposal}/approve", data={"reason": "Yes."}).status_code == 303
    assert "overtaken" in words(signed_in.page("/admin/weights"), "[aria-labelledby=waiting]")
    page = signed_in.page(late)
    assert "Weight set 2 was published after this was proposed over 1" in words(page)
    assert not page.select("[formaction]")
    refused = signed_in.post(f"{late}/approve", data={"reason": "Yes."})
    assert refused.status_code == 409
    assert "draft it again from that set" in refused.text
    (again,) = page.select("a[href*='new?proposal=']")
    draft = signed_in.page(str(again["href"]))
    assert str(draft.select_one("#weight-cost")["value"]) == "30"  # type: ignore[index]
    assert "Compared with set 2" in words(draft)


def test_the_password_is_asked_for_again(signed_in: Client, proposal: str, bo: Person) -> None:
    signed_in.sign_in_as(bo)
    with signed_in.database.writing() as db:
        for row in db.query(SessionRow).all():
            row.confirmed_at = None
    for act in ("approve", "close"):
        answer = signed_in.post(f"{proposal}/{act}", data={"reason": "Yes."})
        assert "Your password, once more" in answer.text
    assert _in_force(signed_in) == 1


def test_prices_wait_and_are_decided_in_the_same_way(signed_in: Client, bo: Person) -> None:
    file = str(bring(signed_in).headers["Location"])
    assert "Propose as catalogue 2" in words(signed_in.page(file))
    answer = publish_prices(signed_in, file)
    proposal = str(answer.headers["Location"])
    assert proposal.startswith("/admin/proposals/")
    assert signed_in.page("/admin/prices").select(f"a[href='{proposal}']")
    signed_in.sign_in_as(bo)
    page = signed_in.page(proposal)
    assert "The prices of a file are taken for: aws." in words(page)
    assert page.select(f"a[href='{file}']")
    assert signed_in.post(f"{proposal}/approve", data={"reason": "Yes."}).status_code == 303
    with signed_in.database.reading() as db:
        newest = price_catalogue.newest(db)
    assert newest is not None
    assert (newest.number, newest.by_name) == (2, "Ada, approved by Bo")
    again = {"reason": "They were wrong.", "based_on": "2"}
    back = signed_in.post("/admin/prices/1/again", data=again)
    assert "catalogue 1 are published once more" in words(signed_in.page(back.headers["Location"]))


def test_only_administrators_see_it(signed_in: Client, proposal: str) -> None:
    with signed_in.database.alone() as session:
        eve = a_person(session, "Eve")
    signed_in.sign_in_as(eve)
    assert signed_in.get(proposal).status_code == 403
    for act in ("approve", "close"):
        assert signed_in.post(f"{proposal}/{act}", data={"reason": "Yes."}).status_code == 403
    assert _in_force(signed_in) == 1
