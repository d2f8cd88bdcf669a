"""Let links be for answering.

Rules: one change; old code still running must survive it (add first, remove a release later);
data changes apart from changes of tables; reversible, or say here why not. Going back deletes
the links to answer: the older tables have no place for them.

Revision ID: 8d41f6a0c2be
Revises: 34cf84cf13a6
Create Date: 2026-11-26 07:50:12.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "8d41f6a0c2be"
down_revision = "34cf84cf13a6"
branch_labels = None
depends_on = None

KEPT = {"sqlite_autoincrement": True}


def upgrade() -> None:
    with op.batch_alter_table("share_link", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("sections", sa.JSON(none_as_null=True), nullable=True))
        batch_op.alter_column("number", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_share_link_project_id_project"),
            "project",
            ["project_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_share_link_reads_or_answers"),
            "(number IS NULL) <> (sections IS NULL)",
        )


def downgrade() -> None:
    op.execute("DELETE FROM share_link WHERE number IS NULL")
    with op.batch_alter_table("share_link", table_kwargs=KEPT) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_share_link_reads_or_answers"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_share_link_project_id_project"), type_="foreignkey")
        batch_op.alter_column("number", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("sections")
