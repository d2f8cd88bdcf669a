"""Keep the facts and the weights that assessments pin, and what each found before weighing.

Assessments saved before this pin facts that were never stored; so on PostgreSQL the new foreign
keys are not validated for the rows that are there (SQLite checks only what is written).

Revision ID: 8c2d4f7a1e60
Revises: 3f0c9a5be271
Create Date: 2026-11-25 22:15:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "8c2d4f7a1e60"
down_revision = "3f0c9a5be271"
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "facts_snapshot": "a stored snapshot of the facts never changes",
    "weight_set": "a published weight set never changes; publish another",
}
PINS = (
    ("facts_sha256", "facts_snapshot", "sha256"),
    ("weight_set", "weight_set", "number"),
)


def upgrade() -> None:
    op.create_table(
        "facts_snapshot",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_facts_snapshot")),
    )
    op.create_table(
        "weight_set",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_weight_set")),
    )
    for table, refusal in APPEND_ONLY.items():
        _refuse_changes(table, refusal)
    _pin()
    # After the assessments, which SQLite makes anew, so that this refers to the new table.
    op.create_table(
        "scorecard",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_scorecard_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_scorecard")),
    )


def downgrade() -> None:
    op.drop_table("scorecard")
    with op.batch_alter_table("assessment") as assessment:
        for column, table, _ in PINS:
            assessment.drop_constraint(_name(column, table), type_="foreignkey")
    for table in APPEND_ONLY:
        op.drop_table(table)
        if _is_postgresql():
            op.execute(f"DROP FUNCTION {table}_refuses()")


def _pin() -> None:
    if _is_postgresql():
        for column, table, key in PINS:
            op.create_foreign_key(
                _name(column, table),
                "assessment",
                table,
                [column],
                [key],
                postgresql_not_valid=True,
            )
        return
    with op.batch_alter_table("assessment") as assessment:
        for column, table, key in PINS:
            assessment.create_foreign_key(_name(column, table), table, [column], [key])


def _refuse_changes(table: str, refusal: str) -> None:
    if _is_postgresql():
        op.execute(f"""
            CREATE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$
        """)
        op.execute(f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses()
        """)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"""
            CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table}
            BEGIN SELECT RAISE(ABORT, '{refusal}'); END
        """)


def _name(column: str, table: str) -> str:
    return op.f(f"fk_assessment_{column}_{table}")


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
