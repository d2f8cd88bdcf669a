from app.persistence import Session, case_revisions
from tests.builders import NOON


def test_the_newest_revision_of_each_case_counts(db: Session) -> None:
    for case_id, content in (("b", {"id": "b"}), ("a", {"id": "a"}), ("b", None)):
        case_revisions.add(db, case_id, content, by_name="Ada", reason="Why", at=NOON)
    db.expire_all()
    newest = case_revisions.newest_of_each(db)
    assert [(row.case_id, row.number, row.content) for row in newest] == [
        ("a", 1, {"id": "a"}),
        ("b", 2, None),
    ]
    assert len(case_revisions.latest(db, 2)) == 2
