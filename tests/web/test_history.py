"""The history of a project in the browser: milestones, restoring, who did what."""

from tests.answering import carried, fill_in, parsed, start_with_enough, the, words
from tests.web_client import Client


def saved(client: Client) -> str:
    """A project with a saved version, and another answer since; its address."""
    project = start_with_enough(client)
    assert client.post(f"{project}/versions", data={"title": "First"}).status_code == 303
    fill_in(client, project, "team", {"gpu_owner": "nobody"})
    return project


def test_a_version_becomes_a_milestone(signed_in: Client) -> None:
    project = saved(signed_in)
    named = signed_in.post(f"{project}/versions/1/name", data={"name": "To the <b>board</b>"})
    assert named.headers["location"] == f"{project}/history"
    page = signed_in.page(f"{project}/history")
    assert words(page, ".tasks .tag") == "To the <b>board</b>"
    assert "by Ada" in words(page, ".tasks li")
    said = words(page, "#activity + .scroll")
    assert "named version 1: To the <b>board</b>" in said
    assert "fields in" in said
    assert "nobody" not in said  # no answer is in it
    too_long = signed_in.post(f"{project}/versions/1/name", data={"name": "x" * 81})
    assert too_long.status_code == 422


def test_restoring_says_what_would_be_replaced_and_can_be_undone(signed_in: Client) -> None:
    project = saved(signed_in)
    page = signed_in.page(f"{project}/versions/1/restore")
    row = words(page, "tbody tr")
    assert row.endswith("Nobody yet Part of somebody's job") or "Would be" in words(page)
    form = the(page, "main form")
    as_of = {"as_of": str(the(form, "input[name=as_of]")["value"])}
    assert signed_in.post(str(form["action"]), data=as_of).headers["location"] == project
    team = signed_in.page(f"{project}/questions/team")
    assert the(team, "input[name=gpu_owner][checked]")["value"] == "part_time"
    history = signed_in.page(f"{project}/history")
    undo = str(the(history, "#drafts ~ .tasks a")["href"])
    form = the(signed_in.page(undo), "main form")
    as_of = {"as_of": str(the(form, "input[name=as_of]")["value"])}
    signed_in.post(str(form["action"]), data=as_of)
    team = signed_in.page(f"{project}/questions/team")
    assert the(team, "input[name=gpu_owner][checked]")["value"] == "nobody"


def test_answers_that_came_since_the_page_was_opened_stop_it(signed_in: Client) -> None:
    project = saved(signed_in)
    form = the(signed_in.page(f"{project}/versions/1/restore"), "main form")
    as_of = {"as_of": str(the(form, "input[name=as_of]")["value"])}
    fill_in(signed_in, project, "team", {"gpu_owner": "full_time"})
    assert signed_in.post(str(form["action"]), data=as_of).status_code == 409


def test_a_form_that_is_sent_twice_saves_one_version(signed_in: Client) -> None:
    project = start_with_enough(signed_in)
    page = signed_in.page(f"{project}/check")
    form = {"title": "Once", "form": str(the(page, "input[name=form]")["value"])}
    led = {signed_in.post(f"{project}/versions", data=form).headers["location"] for _ in range(3)}
    assert led == {f"{project}/versions/1"}
    again = {"title": "Twice", "form": "another"}
    second = signed_in.post(f"{project}/versions", data=again)
    assert second.headers["location"] == f"{project}/versions/2"


def test_a_refused_form_may_be_sent_again(signed_in: Client) -> None:
    project = start_with_enough(signed_in)
    form = {"title": "x" * 999, "form": "one"}
    response = signed_in.post(f"{project}/versions", data=form)
    assert response.status_code == 422
    assert the(parsed(response), "input[name=form]")["value"] != "one"
    form["title"] = "Short"
    assert signed_in.post(f"{project}/versions", data=form).status_code == 303


def test_a_conflict_on_a_whole_page_keeps_what_was_typed(signed_in: Client) -> None:
    project = saved(signed_in)
    page = signed_in.page(f"{project}/questions/team")
    fill_in(signed_in, project, "team", {"gpu_owner": "full_time"})
    response = signed_in.post(
        f"{project}/questions/team", data={**carried(page), "gpu_owner": "part_time"}
    )
    assert response.status_code == 409
    page = parsed(response)
    assert the(page, "input[name=gpu_owner][checked]")["value"] == "part_time"
    assert "Ada changed this answer while you were editing" in words(page)
    seen = {"seen": str(the(page, "button[name=seen]")["value"])}
    kept = signed_in.post(
        f"{project}/questions/team", data={**carried(page), "gpu_owner": "part_time", **seen}
    )
    assert kept.headers["location"].startswith(f"{project}/questions/team#q-")
