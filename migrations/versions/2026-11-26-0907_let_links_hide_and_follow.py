"""Let links hide what a team keeps to itself, and follow the newest version.

Rules: one change; old code still running must survive it (add first, remove a release later);
data changes apart from changes of tables; reversible, or say here why not. Going back deletes
the links that hide something: the older program would show all of it.

Revision ID: 5b0c9e71d3a8
Revises: e093d7f3584c
Create Date: 2026-11-26 09:07:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "5b0c9e71d3a8"
down_revision = "e093d7f3584c"
branch_labels = None
depends_on = None

KEPT = {"sqlite_autoincrement": True}


def upgrade() -> None:
    with op.batch_alter_table("share_link", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(
            sa.Column("follows_newest", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("hides", sa.Text(), nullable=False, server_default=sa.text("''"))
        )


def downgrade() -> None:
    op.execute("DELETE FROM share_link WHERE hides <> ''")
    with op.batch_alter_table("share_link", table_kwargs=KEPT) as batch_op:
        batch_op.drop_column("hides")
        batch_op.drop_column("follows_newest")
