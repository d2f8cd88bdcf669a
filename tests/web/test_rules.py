"""The page of the must-haves and defaults."""

from app import reference
from app.services import assessments
from tests.answering import words
from tests.builders import NOON, a_person, a_project
from tests.web_client import Client

QUESTIONS = reference.load().questions


def test_every_must_have_contradiction_and_default_is_there_to_read(signed_in: Client) -> None:
    page = signed_in.page("/admin/rules")
    said = words(page)
    for rule in QUESTIONS.rules:
        block = words(page, f"[aria-labelledby=rule-{rule.key}]")
        assert rule.title in block
        assert rule.source.source in block
        assert " ".join(rule.fails.split()) in block
        assert f"Owner {rule.owner}" in block
        for saying in rule.sayings:
            assert " ".join(saying.words.split()) in block
    for pair in QUESTIONS.contradictions:
        assert pair.words in said
    rows = page.select("[aria-labelledby=defaults] tbody tr")
    fields = [f for q in QUESTIONS.questions for f in q.fields if f.default]
    assert len(rows) == len(fields)
    assert "36 months 0" in words(page, "[aria-labelledby=defaults]")


def test_what_a_saved_version_met_is_counted(signed_in: Client) -> None:
    with signed_in.database.alone() as db:
        owner = a_person(db, "Olga")
        project = a_project(db, owner)
        document = reference.sample(reference.SAMPLES[0])
        facts = reference.load()
        assessments.import_answers(db, facts, owner, project, document, NOON)
        assessments.submit(db, facts, owner, project, title="", worlds=200, now=NOON)
        result = assessments.saved(db, owner, project.id, 1).result
    failed = {v["id"] for option in result["options"] for v in option["failed"]}
    page = signed_in.page("/admin/rules")
    assert "Counted over 1 saved version," in words(page)
    for row in page.select("[aria-labelledby=use] tbody tr"):
        key = row.select("th")[0].get_text().split()[0]
        excludes, leaves_open, rest = (int(td.get_text()) for td in row.select("td")[1:])
        assert (excludes, excludes + leaves_open + rest) == (int(key in failed), 1)


def test_only_administrators_see_it(signed_in: Client) -> None:
    with signed_in.database.alone() as db:
        eve = a_person(db, "Eve")
    signed_in.sign_in_as(eve)
    assert signed_in.get("/admin/rules").status_code == 403
