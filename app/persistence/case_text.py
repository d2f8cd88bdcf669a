"""Full-text search over the published cases: one function, whatever the database.

SQLite keeps the words in an FTS5 table, PostgreSQL in a column with a tsvector beside it. The
words come in already split and folded, so both find the same. The tables behind the index are
made by the migrations and are not mapped, because SQLite makes several of its own.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import text

from app.persistence import Session

TABLE = "case_text"

_ADD = text("INSERT INTO case_text (case_id, words) VALUES (:case_id, :words)")
_FIND = {
    "sqlite": text("SELECT case_id FROM case_text WHERE words MATCH :query ORDER BY rank, case_id"),
    "postgresql": text(
        "SELECT case_id FROM case_text, to_tsquery('simple', :query) AS query"
        " WHERE vector @@ query ORDER BY ts_rank(vector, query) DESC, case_id"
    ),
}
_TERM = {"sqlite": '"{}"*', "postgresql": "'{}':*"}
_AND = {"sqlite": " AND ", "postgresql": " & "}


def is_mapped(name: str | None, kind: str, _: object) -> bool:
    """Whether the mapped tables should account for this one: an `include_name` of alembic."""
    return not (kind == "table" and name is not None and name.startswith(TABLE))


def fill(db: Session, words_by_case: Mapping[str, str]) -> None:
    """Put these cases into the index in place of all that it holds."""
    db.execute(text("DELETE FROM case_text"))
    if words_by_case:
        rows = [{"case_id": key, "words": words} for key, words in words_by_case.items()]
        db.execute(_ADD, rows)


def search(db: Session, words: Sequence[str]) -> list[str]:
    """Ids of the cases in which every one of `words` begins a word, the best match first.

    Args:
        words: letters and digits only, folded as those in the index; at least one.

    Raises:
        ValueError: a word holds anything else, which could be read as an operator.
    """
    if not words or not all(word.isalnum() for word in words):
        raise ValueError(f"not words to search for: {words!r}")
    dialect = db.get_bind().dialect.name
    query = _AND[dialect].join(_TERM[dialect].format(word) for word in words)
    return list(db.scalars(_FIND[dialect], {"query": query}))
