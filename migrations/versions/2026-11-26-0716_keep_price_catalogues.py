"""Keep price catalogues, the files that may become one, and which one a version was priced with.

Revision ID: 5d0c1e7b92fa
Revises: 41373a2bc059
Create Date: 2026-11-26 07:16:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "5d0c1e7b92fa"
down_revision = "41373a2bc059"
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "price_snapshot": "a published price catalogue never changes; publish another",
    "price_offer": "a published price never changes; publish another catalogue",
}


def upgrade() -> None:
    op.create_table(
        "price_snapshot",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rows_of", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("sha256", "file", "form", "providers", "reason")
        ),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_price_snapshot")),
    )
    op.create_table(
        "price_offer",
        sa.Column("snapshot", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_contender", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("provider", "region", "country", "geography", "accelerator", "instance")
        ),
        sa.Column("unit", sa.Double(), nullable=False),
        sa.Column("per_machine", sa.Double(), nullable=False),
        *(
            sa.Column(name, sa.Double(), nullable=True)
            for name in ("usd_per_hour", "reserved_1y_usd_per_hour", "reserved_3y_usd_per_hour")
        ),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source", "as_of", "confidence")),
        sa.ForeignKeyConstraint(
            ["snapshot"],
            ["price_snapshot.number"],
            name=op.f("fk_price_offer_snapshot_price_snapshot"),
        ),
        sa.PrimaryKeyConstraint("snapshot", "place", name=op.f("pk_price_offer")),
    )
    for columns in (
        ("snapshot", "accelerator", "usd_per_hour", "per_machine"),
        ("snapshot", "country", "accelerator", "usd_per_hour", "per_machine"),
    ):
        op.create_index(op.f(f"ix_price_offer_{'_'.join(columns)}"), "price_offer", list(columns))
    op.create_table(
        "price_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("file", "provider", "source", "as_of")
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_draft")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_price_draft_at"), "price_draft", ["at"])
    op.add_column("assessment", sa.Column("price_snapshot", sa.Integer(), nullable=True))
    for table, refusal in APPEND_ONLY.items():
        _refuse_changes(table, refusal)


def downgrade() -> None:
    op.drop_column("assessment", "price_snapshot")
    op.drop_index(op.f("ix_price_draft_at"), table_name="price_draft")
    op.drop_table("price_draft")
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
        if _is_postgresql():
            op.execute(f"DROP FUNCTION {table}_refuses()")


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


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
