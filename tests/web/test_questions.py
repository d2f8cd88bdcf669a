import pytest
from bs4 import BeautifulSoup

from app import reference
from app.domain.questionnaire.questions import Question
from app.web.pages.blocks import drives_in_words
from tests.answering import asked, fill_in, parsed, start, start_with_enough, the, words
from tests.web_client import Client


@pytest.fixture
def project(signed_in: Client) -> str:
    return start(signed_in)


def test_save_and_continue_leads_through_all_sections_to_the_check_page(
    signed_in: Client, project: str
) -> None:
    section, visited = "goals", []
    while section != "check":
        visited.append(section)
        address = fill_in(signed_in, project, section, {}).headers["location"]
        section = str(address).rpartition("/")[2]
    assert visited == [
        "goals", "workload", "modalities", "data", "security", "service", "site", "money",
        "team", "integration", "review",
    ]  # fmt: skip


def test_what_was_saved_is_shown_again(signed_in: Client, project: str) -> None:
    typed: dict[str, str | list[str]] = {
        "growth_per_year.low": "10",
        "growth_per_year.likely": "30",
        "growth_per_year.high": "1.5",
        "growth_per_year.evidence": "quoted",
        "traffic.shape": "business_hours",
        "modalities": ["image", "audio"],
    }
    assert fill_in(signed_in, project, "workload", typed).status_code == 422  # 1.5 % < 30 %
    page = signed_in.page(f"{project}/questions/workload")
    shown = {
        f"growth_per_year.{part}": _value(page, f"f-growth-per-year-{part}") for part in _PARTS
    }
    assert shown == {key: typed[key] for key in shown}
    checked = {str(box["value"]) for box in page.select("input[checked]")}
    assert checked == {"quoted", "business_hours", "image", "audio"}


_PARTS = ("low", "likely", "high")


def _value(page: BeautifulSoup, field: str) -> str:
    return str(the(page, f"#{field}").get("value"))


def test_nothing_is_chosen_for_the_reader(signed_in: Client, project: str) -> None:
    for section in ("goals", "workload", "security", "site", "money", "team"):
        page = signed_in.page(f"{project}/questions/{section}")
        assert page.select("input[checked], option[selected]") == []


def test_the_default_and_its_source_stand_beside_i_do_not_know(
    signed_in: Client, project: str
) -> None:
    page = signed_in.page(f"{project}/questions/workload")
    offer = words(page, "label[for=f-growth-per-year-unknown]")
    assert "I do not know: use 30 %" in offer
    assert "Source:" in offer


def test_every_question_says_why_it_is_asked(signed_in: Client, project: str) -> None:
    fill_in(signed_in, project, "workload", {"modalities": ["text", "video"]})
    for section in ("goals", "workload", "modalities", "security", "money", "team"):
        for question in signed_in.page(f"{project}/questions/{section}").select(".question"):
            assert len(words(question, "details.why")) > 60


def test_an_unreadable_value_comes_back_with_a_sentence_at_the_field(
    signed_in: Client, project: str
) -> None:
    response = fill_in(signed_in, project, "goals", {"needed_in_weeks.likely": "soon"})
    assert response.status_code == 422
    page = parsed(response)
    field = the(page, "#f-needed-in-weeks-likely")
    assert field["value"] == "soon"
    assert field["aria-invalid"] == "true"
    message = words(page, f"#{field['aria-describedby']}")
    assert "'soon' is not a number in weeks" in message
    summary = the(page, ".summary-of-errors a")
    assert summary["href"] == "#f-needed-in-weeks-likely"
    assert summary.get_text() in message


def test_a_contradiction_is_named_too(signed_in: Client, project: str) -> None:
    typed = {"traffic.shape": "steady", "traffic.peak_to_average.likely": "9"}
    response = fill_in(signed_in, project, "workload", typed)
    assert response.status_code == 422
    assert "Steady traffic cannot peak at 9 times" in response.text


def test_answers_that_pull_apart_are_said_on_the_check_page_with_links_to_both(
    signed_in: Client, project: str
) -> None:
    fill_in(signed_in, project, "site", {"site.type": "none"})
    fill_in(signed_in, project, "service", {"works_offline": "yes"})
    section = the(signed_in.page(f"{project}/check"), "[aria-labelledby=clashes]")
    assert "It must go on without the connection" in section.get_text()
    links = [str(link["href"]).removeprefix(project) for link in section.select("a")]
    assert links == [
        "/questions/service?returns=check#f-works-offline",
        "/questions/site?returns=check#f-site-type",
    ]


def test_two_answers_of_one_question_are_told_apart_on_the_check_page(
    signed_in: Client, project: str
) -> None:
    fill_in(signed_in, project, "money", {"own_payment.way": "by_use"})
    section = the(signed_in.page(f"{project}/check"), "[aria-labelledby=clashes]")
    assert [link.get_text() for link in section.select("a")] == [
        "Quoted price by use, in US dollars per GPU-hour",
        "How your own servers would be paid",
    ]


def test_taking_an_answer_back_is_an_answer_too(signed_in: Client, project: str) -> None:
    fill_in(signed_in, project, "workload", {"modalities": ["text"], "traffic.shape": "steady"})
    fill_in(signed_in, project, "workload", {"traffic.shape": "steady"})
    page = signed_in.page(f"{project}/questions/workload")
    assert [str(box["value"]) for box in page.select("input[checked]")] == ["steady"]


def test_each_chosen_kind_of_data_has_a_card(signed_in: Client, project: str) -> None:
    assert "Choose the kinds of data" in signed_in.get(f"{project}/questions/modalities").text
    fill_in(signed_in, project, "workload", {"modalities": ["audio", "image"]})
    page = signed_in.page(f"{project}/questions/modalities")
    assert [card["id"] for card in page.select(".modality")] == ["m-image", "m-audio"]


def test_a_question_that_does_not_apply_is_one_line_with_its_reason(
    signed_in: Client, project: str
) -> None:
    page = signed_in.page(f"{project}/questions/site")
    note = words(page, ".gated")
    assert "Asked only if the answer to" in note
    assert "site.free_kw" not in asked(page)


def test_a_question_that_does_not_apply_can_be_asked_anyway_and_its_answer_is_kept(
    signed_in: Client, project: str
) -> None:
    page = signed_in.page(f"{project}/questions/site")
    gated = the(page, "#q-site-power")
    assert "kept" not in gated.text
    alone = str(the(gated, "a")["href"])
    shown = signed_in.page(alone)
    assert "Asked only if the answer to" in words(shown, "#q-site-power")
    posted = {"asked": "site.free_kw", "site.free_kw.likely": "120", "returns": "site_power"}
    response = signed_in.post(f"{project}/questions/site", data=posted)
    assert response.headers["location"] == alone
    assert _value(signed_in.page(alone), "f-site-free-kw-likely") == "120"
    again = signed_in.page(f"{project}/questions/site")
    assert "The earlier answer is kept." in words(again, "#q-site-power")
    fill_in(signed_in, project, "site", {"site.type": "server_room"})
    page = signed_in.page(f"{project}/questions/site")
    assert _value(page, "f-site-free-kw-likely") == "120"


def test_an_answer_that_brings_up_a_question_leads_to_that_question(
    signed_in: Client, project: str
) -> None:
    response = fill_in(signed_in, project, "site", {"site.type": "server_room"})
    assert response.headers["location"].endswith("/questions/site#q-site-power")
    page = signed_in.page(f"{project}/questions/site")
    assert "site.free_kw" in asked(page)


def test_autosave_answers_with_the_state_alone_and_never_judges(
    signed_in: Client, project: str
) -> None:
    response = signed_in.fragment(
        "POST",
        f"{project}/answers",
        data={"asked": "needed_in_weeks", "needed_in_weeks.likely": "soon"},
    )
    assert response.status_code == 200
    assert "<html" not in response.text
    assert "by Ada" in response.text
    assert "is not a number" not in response.text
    assert response.headers["vary"] == "HX-Request, HX-Request-Type"
    page = signed_in.page(f"{project}/questions/goals")
    assert _value(page, "f-needed-in-weeks-likely") == "soon"


def test_autosave_keeps_what_it_was_not_asked_about(signed_in: Client, project: str) -> None:
    fill_in(signed_in, project, "goals", {"needed_in_weeks.likely": "26"})
    signed_in.fragment("POST", f"{project}/answers", data={"asked": "scope", "scope": "estate"})
    page = signed_in.page(f"{project}/questions/goals")
    assert _value(page, "f-needed-in-weeks-likely") == "26"


def test_autosave_brings_the_questions_that_depend_on_it(signed_in: Client, project: str) -> None:
    response = signed_in.fragment(
        "POST", f"{project}/answers", data={"asked": "site.type", "site.type": "server_room"}
    )
    assert 'hx-target="#q-site-power.gated"' in response.text
    assert 'name="site.free_kw.likely"' in response.text


def test_a_field_that_no_question_has_is_refused(signed_in: Client, project: str) -> None:
    response = signed_in.post(f"{project}/answers", data={"asked": "is_admin", "is_admin": "yes"})
    assert response.status_code == 404


def test_there_is_no_section_by_another_name(signed_in: Client, project: str) -> None:
    assert signed_in.get(f"{project}/questions/nonsense").status_code == 404
    assert signed_in.post(f"{project}/questions/nonsense", data={}).status_code == 404


def test_somebody_elses_project_cannot_be_answered(signed_in: Client, project: str) -> None:
    signed_in.post("/sign-out")
    response = signed_in.post(f"{project}/answers", data={"asked": "scope", "scope": "estate"})
    assert response.status_code == 403


def test_the_right_section_is_named_on_each_question_page(signed_in: Client) -> None:
    project = start_with_enough(signed_in)
    page = signed_in.page(f"{project}/questions/team")
    assert words(page, ".rail [aria-current=page]") == "Team"


def test_what_a_question_drives_is_said_in_words(signed_in: Client, project: str) -> None:
    page = signed_in.page(f"{project}/questions/security")
    assert "the must-have “Data stays where it must”" in words(page, "details.why")


@pytest.mark.parametrize("question", reference.load().questions.questions, ids=lambda q: q.key)
def test_whatever_a_question_drives_has_words(question: Question) -> None:
    questions = reference.load().questions
    said = [drives_in_words(code, questions) for code in question.drives]
    assert said
    assert not [words for words in said if "_" in words or ":" in words]
