import hashlib
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI

from app import reference
from app.domain.questionnaire.reading import flattened
from app.main import assemble
from app.persistence import Session, pinned
from app.persistence.engine import Database
from app.persistence.tables import PersonRow
from app.services import projects, weights
from app.services.people import Person
from app.settings import Settings
from tests.answering import parsed, start_with_enough, the, words
from tests.builders import (
    NOON,
    a_draft,
    a_person,
    a_project,
    a_sample,
    a_scorecard,
    a_version,
)
from tests.domain.builders import a_decided_document
from tests.web_client import Client

SHIPPED = reference.load()
PREVIEW, PUBLISH = "/admin/weights/preview", "/admin/weights"


@pytest.fixture
def app(database: Database) -> FastAPI:
    return assemble(Settings(worlds=200), database)


def _form(page: BeautifulSoup) -> dict[str, str | list[str]]:
    """What the form of a draft would send as it stands."""
    fields: dict[str, list[str]] = {}
    for field in page.select("[form=draft], #draft input, #draft textarea"):
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            value = str(chosen["value"]) if chosen else ""
        elif field.name == "textarea":
            value = field.get_text().removeprefix("\n")
        else:
            value = str(field.get("value", ""))
        is_off = field.get("type") == "checkbox" and not field.has_attr("checked")
        if field.get("name") and not is_off:
            fields.setdefault(str(field["name"]), []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def _draft(client: Client, **changes: str) -> dict[str, str | list[str]]:
    page = client.page("/admin/weights/new")
    typed = {name.replace("__", "."): value for name, value in changes.items()}
    return {**_form(page), **typed}


def _send(client: Client, path: str, data: dict[str, str | list[str]]) -> httpx2.Response:
    return client.post(path, data=data)


def _ada(db: Session) -> Person:
    row = db.query(PersonRow).filter_by(name="Ada").one()
    return Person(row.id, row.name, row.is_administrator)


# ---- reading -----------------------------------------------------------------------------------


def test_the_set_in_force_is_shown_with_its_profiles_and_where_it_comes_from(
    signed_in: Client,
) -> None:
    page = signed_in.page("/admin/weights")
    assert "Set 1 is in force" in words(page)
    assert "Cost What it costs over the whole horizon, staff included. 20%" in words(page)
    assert "Sovereignty first control, then security" in words(page, "[aria-labelledby=profiles]")
    versions = words(page, "[aria-labelledby=versions]")
    assert "The weights that ship with Footing." in versions
    assert "by Footing" in versions


def test_any_two_sets_are_shown_side_by_side(signed_in: Client, db: Session) -> None:
    ada = _ada(db)
    profiles = {"mine": ("cost", "security")}
    for base, cost in ((1, 90), (2, 20)):
        draft = replace(a_draft(cost=cost), profiles=profiles)
        weights.publish(
            db,
            weights.in_force(db, SHIPPED),
            ada,
            draft,
            based_on=base,
            reason=f"Try {cost} <b>.",
            now=NOON,
        )
    page = signed_in.page("/admin/weights/2")
    assert "Published on 24 Nov 2026 by Ada: Try 90 <b>." in words(page)
    assert "Cost differs 20% 52.9%" in words(page, "[aria-labelledby=weights]")
    said = words(page, "[aria-labelledby=profiles]")
    assert "Mine differs not there cost, then security" in said
    assert "Sovereignty first differs control, then security" in said
    against = signed_in.page("/admin/weights/2?against=3")
    assert "Cost differs 20% 52.9%" in words(against, "[aria-labelledby=weights]")
    assert "differs" not in words(against, "[aria-labelledby=profiles]")
    assert "It is in force." in words(signed_in.page("/admin/weights/3"))
    assert "differs" not in words(signed_in.page("/admin/weights/1"))
    for nowhere in ("/admin/weights/9", "/admin/weights/2?against=9"):
        assert signed_in.get(nowhere).status_code == 404


def test_only_administrators_see_it_and_its_link(client: Client, db: Session) -> None:
    for path in ("/admin/weights", "/admin/weights/new"):
        assert "Sign in" in words(client.page(path, status=403))
    client.sign_in()
    assert client.page("/admin/people").select('a[href="/admin/weights"]')
    db.query(PersonRow).filter_by(name="Ada").update({"is_administrator": False})
    assert not client.page("/projects").select("header a[href^='/admin/']")
    for path in ("/admin/weights", "/admin/weights/new"):
        assert "Only administrators" in words(client.page(path, status=403))
    for path in (PREVIEW, PUBLISH):
        assert client.post(path, data={"weight.cost": "5"}).status_code == 403
    assert weights.in_force(db, SHIPPED) == SHIPPED


def test_the_form_sends_back_what_is_published(signed_in: Client) -> None:
    response = _send(signed_in, PREVIEW, _draft(signed_in))
    assert response.status_code == 200
    assert "The draft is the same as set 1." in words(parsed(response), "#effect")


# ---- what would change -------------------------------------------------------------------------


def test_without_a_saved_version_there_is_nothing_to_compare(signed_in: Client) -> None:
    page = parsed(_send(signed_in, PREVIEW, _draft(signed_in, weight__speed="90")))
    assert "There is no saved version to look at yet" in words(page, "#effect")
    assert "Speed: 14% to 51.1%" in words(page, "#effect")


def test_a_project_that_changes_is_named_with_both_answers(signed_in: Client, db: Session) -> None:
    a_version(db, a_project(db, _ada(db), "Radiology"), a_scorecard())
    a_version(db, a_sample(db), a_scorecard(ranked=("cost",)))
    page = parsed(_send(signed_in, PREVIEW, _draft(signed_in, weight__speed="90")))
    effect = words(page, "#effect")
    assert (
        "1 project would get another recommended option, and 0 more another label, "
        "of all 2 projects (of which 1 sample)." in effect
    )
    assert "1 project with a ranking of their own cannot change." in effect
    assert "first 500 of their own plausible variations" in effect
    row = words(page, "#effect tbody tr")
    assert row.startswith("Radiology Leaning: Colocation, in 66 of 100 worlds Leaning: Managed")
    assert the(page, "#weight-speed")["value"] == "90"
    assert weights.in_force(db, SHIPPED) == SHIPPED


def test_nothing_changes_where_everybody_ranks(signed_in: Client, db: Session) -> None:
    a_version(db, a_project(db, _ada(db)), a_scorecard(ranked=("cost",)))
    a_version(db, a_sample(db), a_scorecard(ranked=("cost",)))
    page = parsed(_send(signed_in, PREVIEW, _draft(signed_in, weight__speed="90")))
    assert "Nothing changes: all 2 projects (of which 1 sample) use their own ranking" in words(
        page, "#effect"
    )


def test_nothing_changes_where_the_answer_holds(signed_in: Client, db: Session) -> None:
    a_version(db, a_project(db, _ada(db)), a_scorecard())
    a_version(db, a_project(db, _ada(db), "Old"), None)
    page = parsed(_send(signed_in, PREVIEW, _draft(signed_in, weight__cost="21")))
    effect = words(page, "#effect")
    assert "all 1 project (of which 0 samples) keep their recommended option" in effect
    assert "1 project cannot be compared" in effect


# ---- publishing ----------------------------------------------------------------------------------


def test_a_set_is_published_with_its_reason(signed_in: Client) -> None:
    data = _draft(signed_in, weight__cost="90", reason="Bills come first.")
    data["profile.balanced.remove"] = "on"
    data |= {"new_profile.name": "Board 2027", "new_profile.2": "control"}
    response = _send(signed_in, PUBLISH, data)
    assert (response.status_code, response.headers["location"]) == (303, "/admin/weights")
    page = signed_in.page("/admin/weights")
    assert "Set 2 is in force" in words(page)
    newest = words(page, "[aria-labelledby=versions] tbody tr")
    assert "by Ada Bills come first. Cost: 20% to 52.9%;" in newest
    assert "Profile Balanced: removed; Profile Board 2027: new, control" in newest
    project = start_with_enough(signed_in)
    assert "Board 2027: control" in words(signed_in.page(f"{project}/questions/goals"))


@pytest.mark.parametrize(
    ("changes", "message", "field"),
    [
        ({"weight__cost": "lots"}, "Cost: 'lots' is no number", "weight-cost"),
        ({"weight__cost": "-3"}, "Cost: -3 is negative", "weight-cost"),
        ({"weight__cost": "nan"}, "Cost: 'nan' is no number", "weight-cost"),
        ({"reason": ""}, "Enter a reason", "reason"),
        ({"reason": "x" * 600}, "The reason has 600 characters", "reason"),
        ({"new_profile__1": "cost"}, "A profile cannot be called ''", "profile-new_profile-name"),
        (
            {"new_profile__name": "Cost first"},
            "There is a profile Cost first already",
            "profile-new_profile-name",
        ),
        (
            {"profile__cost_first__2": "cost"},
            "Cost first ranks cost twice.",
            "profile-cost_first-1",
        ),
        ({"profile__cost_first__2": "luck"}, "no criterion named 'luck'", "profile-cost_first-1"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(
    signed_in: Client, db: Session, changes: dict[str, str], message: str, field: str
) -> None:
    data = _draft(signed_in, **{"weight__speed": "33", "reason": "Because.", **changes})
    response = _send(signed_in, PUBLISH, data)
    assert response.status_code == 422
    page = parsed(response)
    link = the(page, ".summary-of-errors a")
    assert message in link.get_text()
    assert link["href"] == f"#{field}"
    assert the(page, "#weight-speed")["value"] == "33"
    kept = _form(page)
    lost = {k for k, v in data.items() if kept.get(k, "") != v and v != "luck"}
    assert lost == set()
    assert weights.in_force(db, SHIPPED) == SHIPPED


def test_somebody_who_published_first_is_named_and_the_draft_kept(
    signed_in: Client, db: Session
) -> None:
    data = _draft(signed_in, weight__speed="33", reason="Time counts.")
    bo = a_person(db, "Bo", is_administrator=True)
    weights.publish(
        db, SHIPPED, bo, a_draft(cost=90), based_on=1, reason="Bills come first.", now=NOON
    )
    response = _send(signed_in, PUBLISH, data)
    assert response.status_code == 409
    page = parsed(response)
    assert "Bo published set 2 while this draft was being made: Bills come first." in words(page)
    kept = _form(page)
    assert kept == {**data, "based_on": "2"}
    assert "52.9%" in words(page, "[aria-labelledby=weights] tbody tr")
    assert _send(signed_in, PUBLISH, kept).status_code == 303
    assert weights.in_force(db, SHIPPED).weights.version == 3


def test_an_earlier_set_can_be_taken_as_a_draft(signed_in: Client) -> None:
    for cost in ("90", "10"):
        _send(signed_in, PUBLISH, _draft(signed_in, weight__cost=cost, reason="Why not."))
    page = signed_in.page("/admin/weights/new?from=1")
    assert the(page, "#weight-cost")["value"] == "20"
    assert _form(page)["based_on"] == "3"
    assert "There is no weight set 9" in words(
        signed_in.page("/admin/weights/new?from=9", status=404)
    )


# ---- saved pages stay as they were -------------------------------------------------------------


def test_a_saved_page_is_the_same_to_the_byte_after_new_weights_and_new_facts(
    signed_in: Client, database: Database, db: Session
) -> None:
    started = a_project(db, _ada(db))
    typed = flattened(a_decided_document(priorities=None)["answers"], SHIPPED.questions)
    projects.save_answers(db, _ada(db), started, typed, NOON)
    project = f"/projects/{started.id}"
    response = signed_in.post(f"{project}/versions", data={"title": "First"})
    page = str(response.headers["location"])
    before = hashlib.sha256(signed_in.get(page).content).hexdigest()
    data = _draft(signed_in, weight__cost="90", reason="Bills come first.")
    data["profile.cost_first.remove"] = "on"
    assert _send(signed_in, PUBLISH, data).status_code == 303
    figures = {
        key: replace(figure, value=figure.value * 2, high=figure.high * 2)
        for key, figure in SHIPPED.facts.figures.items()
    }
    dearer = replace(SHIPPED.snapshot, facts=replace(SHIPPED.facts, figures=figures))
    changed = reference.as_pinned(reference.snapshots.named(dearer))
    with database.alone() as session:
        weights.ensure(session, changed, NOON + timedelta(days=1))
    assert pinned.has_facts(db, changed.facts.sha256)
    assert hashlib.sha256(signed_in.get(page).content).hexdigest() == before
    again = signed_in.post(f"{project}/versions", data={"title": "Second"})
    pins = words(signed_in.page(str(again.headers["location"])), "#versions")
    assert "2" in pins.partition("Weights")[2][:12]


def test_one_looks_before_one_publishes(signed_in: Client) -> None:
    page = signed_in.page("/admin/weights/new")
    assert not page.select("[formaction]")
    assert words(page, "[aria-labelledby=look] .button") == "See what would change"
    seen = parsed(_send(signed_in, PREVIEW, _draft(signed_in, weight__cost="90")))
    assert the(seen, "[formaction]")["formaction"] == PUBLISH


# ---- anchors -------------------------------------------------------------------------------------


def test_anchors_are_published_from_the_form_and_stand_in_the_diff(signed_in: Client) -> None:
    data = _draft(signed_in, anchor__cost__worst="3", reason="Dear options shall differ.")
    data["anchor.security.best"] = "99.96"  # which rounds to what it was
    effect = words(parsed(_send(signed_in, PREVIEW, data)), "#effect")
    said = "Cost: the scale is from 3 to 0.5 times the comparator; it was from 2 to 0.5 times"
    assert said in effect
    assert _send(signed_in, PUBLISH, data).status_code == 303
    page = signed_in.page("/admin/weights")
    assert said in words(page, "[aria-labelledby=versions]")
    beside = words(signed_in.page("/admin/weights/2"), "[aria-labelledby=scales]")
    assert "Cost differs from 2 to 0.5 times the comparator from 3 to 0.5" in beside
    assert "Security and sovereignty differs from 0% to 100% from 0% to 99.96%" in beside
    assert beside.count("differs") == 2
    again = signed_in.page("/admin/weights/new?from=1")
    assert the(again, "#anchor-cost-worst")["value"] == "2"
    assert the(signed_in.page("/admin/weights/new"), "#anchor-cost-worst")["value"] == "3"


def test_anchors_that_are_no_scale_stay_as_typed_with_what_is_wrong(signed_in: Client) -> None:
    data = _draft(signed_in, anchor__cost__worst="0.2", anchor__speed__best="<b>soon")
    response = _send(signed_in, PREVIEW, data)
    assert response.status_code == 422
    page = parsed(response)
    said = words(page, ".summary-of-errors")
    assert "Cost: less is better, so the best end must lie below the worst." in said
    assert page.select_one('.summary-of-errors a[href="#anchor-cost-worst"]')
    assert the(page, "#anchor-cost-worst")["value"] == "0.2"
    assert the(page, "#anchor-cost-worst")["aria-invalid"] == "true"
    assert the(page, "#anchor-speed-best")["value"] == "<b>soon"


def test_a_form_without_anchors_keeps_those_in_force(signed_in: Client) -> None:
    data = _draft(signed_in, anchor__cost__worst="3", reason="Dear options shall differ.")
    assert _send(signed_in, PUBLISH, data).status_code == 303
    fewer = {name: value for name, value in _draft(signed_in).items() if "anchor" not in name}
    page = parsed(_send(signed_in, PREVIEW, fewer))
    assert "The draft is the same as set 2." in words(page, "#effect")


# ---- a double click ----------------------------------------------------------------------------


def test_a_double_click_publishes_one_set_and_answers_alike(signed_in: Client, db: Session) -> None:
    data = _draft(signed_in, weight__cost="90", reason="Bills come first.")
    told = [_send(signed_in, PUBLISH, data) for _ in range(2)]
    assert [(r.status_code, r.headers["location"]) for r in told] == [(303, "/admin/weights")] * 2
    assert [p.number for p in weights.listing(db, SHIPPED, _ada(db))] == [2, 1]


def test_what_was_changed_before_the_second_click_is_a_conflict(signed_in: Client) -> None:
    data = _draft(signed_in, weight__cost="90", reason="Bills come first.")
    assert _send(signed_in, PUBLISH, data).status_code == 303
    assert _send(signed_in, PUBLISH, {**data, "weight.cost": "80"}).status_code == 409
