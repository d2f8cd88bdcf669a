"""Add the search index of the cases.

Revision ID: 3f2a91c07d54
Revises: 8c2d4f7a1e60
Create Date: 2026-11-25 22:45:00+00:00
"""

from alembic import op

revision = "3f2a91c07d54"
down_revision = "8c2d4f7a1e60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE case_text USING fts5"
            "(case_id UNINDEXED, words, tokenize = 'unicode61 remove_diacritics 0')"
        )
        return
    op.execute(
        "CREATE TABLE case_text ("
        "case_id TEXT NOT NULL CONSTRAINT pk_case_text PRIMARY KEY, "
        "words TEXT NOT NULL, "
        "vector TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED)"
    )
    op.execute("CREATE INDEX ix_case_text_vector ON case_text USING gin (vector)")


def downgrade() -> None:
    op.execute("DROP TABLE case_text")
