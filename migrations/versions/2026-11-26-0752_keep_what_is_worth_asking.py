"""Keep what is worth asking.

Rules: one change; old code still running must survive it (add first, remove a release later);
data changes apart from changes of tables; reversible, or say here why not.

Revision ID: 9b1f7c3e5d20
Revises: 392aea72f118
Create Date: 2026-11-26 07:52:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "9b1f7c3e5d20"
down_revision = "392aea72f118"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asking",
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_asking_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_asking")),
    )


def downgrade() -> None:
    op.drop_table("asking")
