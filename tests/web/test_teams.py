import re

import pytest

from app.services.people import Person
from tests.builders import a_person, a_team, join
from tests.web_client import Client


@pytest.fixture
def bo(client: Client) -> Person:
    with client.database.alone() as session:
        bo = a_person(session, "Bo", email="bo@example.org")
    client.sign_in_as(bo)
    return bo


@pytest.mark.usefixtures("bo")
def test_a_team_is_made_and_renamed(client: Client) -> None:
    assert client.post("/teams", data={"name": " "}).status_code == 422
    here = client.post("/teams", data={"name": "Radiology"}).headers["Location"]
    assert client.post(f"{here}/name", data={"name": ""}).status_code == 422
    assert client.post(f"{here}/name", data={"name": "<b>Radiology</b>"}).status_code == 303
    assert "<b>Radiology</b>" in client.page(here).get_text()
    assert "<b>Radiology</b>" in client.page("/teams").get_text()


def test_an_invitation_is_shown_once_and_can_be_taken_back(client: Client, bo: Person) -> None:
    with client.database.alone() as session:
        team = a_team(session, bo)
    here = f"/teams/{team.id}"
    bad = client.post(f"{here}/invitations", data={"role": "king", "for_whom": "Cy <>"})
    assert bad.status_code == 422
    assert "Cy &lt;&gt;" in bad.text
    made = client.post(f"{here}/invitations", data={"role": "editor", "for_whom": "Cy"})
    assert made.status_code == 201
    found = re.search(r"http://testserver/join\?token=([\w-]{43})", made.text)
    assert found
    page = client.page(here)
    assert found[1] not in page.get_text()
    (form,) = page.select("form[action$='/end']")
    assert client.post(str(form["action"])).status_code == 303
    assert client.get(f"/join?token={found[1]}").status_code == 404


@pytest.mark.usefixtures("bo")
def test_a_double_click_makes_one_team_and_one_invitation(client: Client) -> None:
    (name,) = client.page("/teams").select("input[name=form]")
    typed = {"name": "Radiology", "form": str(name["value"])}
    here, again = (client.post("/teams", data=typed).headers["Location"] for _ in "12")
    assert here == again
    (name,) = client.page(here).select("input[name=form]")
    typed = {"role": "editor", "for_whom": "Cy", "form": str(name["value"])}
    made = [client.post(f"{here}/invitations", data=typed).text for _ in "12"]
    links = {re.findall(r"/join\?token=[\w-]{43}", text)[0] for text in made}
    assert len(links) == 1
    assert len(client.page(here).select("form[action$='/end']")) == 1
    client.cookies.clear()
    assert client.get(links.pop()).status_code == 200


def test_members_are_changed_and_taken_out(client: Client, bo: Person) -> None:
    with client.database.alone() as session:
        team, cy = a_team(session, bo), a_person(session, "Cy")
        join(session, cy, team.id, "viewer")
    here = f"/teams/{team.id}"
    assert client.post(f"{here}/members/{cy.id}", data={"role": "editor"}).status_code == 303
    chosen = client.page(here).select("select[aria-label='Role of Cy'] option[selected]")
    assert [option["value"] for option in chosen] == ["editor"]
    assert client.post(f"{here}/members/{bo.id}", data={"role": "viewer"}).status_code == 409
    assert client.post(f"{here}/members/{cy.id}/out").status_code == 303
    assert client.post(f"{here}/members/{bo.id}/out").status_code == 409


def test_a_viewer_sees_who_is_there_and_may_leave(client: Client, bo: Person) -> None:
    with client.database.alone() as session:
        team = a_team(session, a_person(session, "Ada"))
        join(session, bo, team.id, "viewer")
    page = client.page(f"/teams/{team.id}")
    assert [form["action"] for form in page.select("main form")] == [
        f"/teams/{team.id}/members/{bo.id}/out"
    ]
    assert client.post(f"/teams/{team.id}/members/{bo.id}/out").headers["Location"] == "/teams"
    assert client.get(f"/teams/{team.id}").status_code == 404


def test_a_project_is_started_in_a_team(client: Client, bo: Person) -> None:
    assert "Make a team" in client.get("/projects/new").text
    with client.database.alone() as session:
        one, two = a_team(session, bo, "One"), a_team(session, bo, "Two")
    assert client.page("/projects/new").select(f"option[value='{two.id}']")
    refused = client.post("/projects", data={"name": "P"})
    assert refused.status_code == 422
    assert "Choose the team" in refused.text
    data = {"name": "P", "team_id": str(one.id)}
    assert client.post("/projects", data=data).status_code == 303
