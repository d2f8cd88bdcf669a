from tests.answering import (
    answer_every_core_question,
    carried,
    fill_in,
    parsed,
    start,
    start_with_enough,
    the,
    words,
)
from tests.web_client import Client


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/projects").status_code == 403
    assert client.get("/projects/1").status_code == 403


def test_an_empty_list_says_what_will_be_here(signed_in: Client) -> None:
    page = signed_in.page("/projects")
    assert "No projects yet" in words(page)
    assert the(page, "a[href='/projects/new']")


def test_a_project_is_started_and_listed(signed_in: Client) -> None:
    project = start(signed_in, "Radiology assistant")
    assert words(signed_in.page(project), "h1") == "Radiology assistant"
    assert "Radiology assistant" in words(signed_in.page("/projects"))


def test_a_project_without_a_name_is_refused_and_what_was_typed_kept(signed_in: Client) -> None:
    response = signed_in.post("/projects", data={"name": " ", "purpose": "Decide by <March>"})
    assert response.status_code == 422
    page = parsed(response)
    assert words(page, "title").startswith("Error: ")
    # HTML drops one line break at the beginning of a text area.
    assert the(page, "#purpose").get_text() == "\nDecide by <March>"
    assert the(page, ".summary-of-errors a")["href"] == "#name"
    assert the(page, "#name")["aria-invalid"] == "true"


def test_what_was_typed_is_never_markup(signed_in: Client) -> None:
    project = start(signed_in, "<script>alert(1)</script>")
    assert "<script>alert" not in signed_in.get(project).text


def test_a_project_that_is_not_there_is_a_page_that_is_not_there(signed_in: Client) -> None:
    for address in ("/projects/999", "/projects/banana", "/projects/99999999999999999999"):
        assert signed_in.get(address).status_code == 404


def test_the_hub_counts_what_is_answered(signed_in: Client) -> None:
    project = start_with_enough(signed_in)
    text = words(signed_in.page(project))
    assert "Workload 3 of 6 answered, 1 not known In progress" in text
    assert "Security and location 0 of 8 answered Not started" in text


def test_the_hub_shows_where_there_is_a_problem(signed_in: Client) -> None:
    project = start(signed_in)
    fill_in(signed_in, project, "goals", {"needed_in_weeks.likely": "soon"})
    assert "There is a problem" in words(signed_in.page(project))


def test_a_question_with_one_possible_answer_is_no_default_to_look_at(signed_in: Client) -> None:
    project = start(signed_in)
    fill_in(signed_in, project, "workload", {"modalities": ["image_generation"]})
    listed = the(signed_in.page(f"{project}/check"), "#stand-ins").parent
    looked = " ".join(listed.get_text(" ").split()) if listed else ""
    assert "Generated images: For how many days" in looked
    assert "What is made?" not in looked


def test_checking_lists_answers_defaults_and_what_is_needed(signed_in: Client) -> None:
    project = start(signed_in)
    page = signed_in.page(f"{project}/check")
    text = words(page)
    assert "Choose at least one kind of data" in text
    assert "This result would rest on defaults" in text
    assert the(page, "#stand-ins")
    for link in page.select(".change a"):
        assert "returns=check" in str(link["href"])


def test_a_change_from_the_check_page_leads_back_to_it(signed_in: Client) -> None:
    project = start_with_enough(signed_in)
    page = signed_in.page(f"{project}/questions/team?returns=check")
    assert the(page, "input[name=returns]")["value"] == "check"
    response = signed_in.post(
        f"{project}/questions/team",
        data={**carried(page), "gpu_owner": "nobody", "returns": "check"},
    )
    assert response.headers["location"] == f"{project}/check"


def test_the_list_says_how_far_each_project_is_and_what_came_out(signed_in: Client) -> None:
    start(signed_in, "Untouched")
    project = start_with_enough(signed_in)
    row = words(signed_in.page("/projects"), ".projects li")
    assert "Our team · 10 of 17 core questions answered · changed" in row
    assert "by Ada" in row
    assert "no version saved yet" in row
    saved = signed_in.post(f"{project}/versions", data={"title": ""})
    headline = words(signed_in.page(saved.headers["location"]), "h1")
    row = words(signed_in.page("/projects"), ".projects li")
    assert headline in row
    assert "version 1" in row


def test_once_the_core_is_answered_the_first_thing_to_do_is_to_check(signed_in: Client) -> None:
    project = start(signed_in)
    assert the(signed_in.page(project), ".actions .button")["href"] == f"{project}/questions/goals"
    answer_every_core_question(signed_in, project)
    page = signed_in.page(project)
    assert words(page, ".actions .button") == "Check and save"
    assert the(page, ".actions .button")["href"] == f"{project}/check"
    assert the(page, ".actions .quiet")["href"] == f"{project}/questions/goals"


def test_going_on_leads_to_what_a_first_result_needs(signed_in: Client) -> None:
    project = start(signed_in)
    answer_every_core_question(signed_in, project, but="security")
    button = the(signed_in.page(project), ".actions .button")
    assert button["href"] == f"{project}/questions/security"


def test_a_double_click_starts_one_project(signed_in: Client) -> None:
    form = str(the(signed_in.page("/projects/new"), "input[name=form]")["value"])
    typed = {"name": "Radiology", "purpose": "Where?", "form": form}
    first, second = (signed_in.post("/projects", data=typed) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    another = str(the(signed_in.page("/projects/new"), "input[name=form]")["value"])
    third = signed_in.post("/projects", data={**typed, "form": another})
    assert third.headers["location"] != first.headers["location"]
