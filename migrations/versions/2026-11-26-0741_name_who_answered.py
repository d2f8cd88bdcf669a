"""Name who answered: the answer keeps the name, as it was when they answered.

Rules: one change; old code still running must survive it (add first, remove a release later);
data changes apart from changes of tables; reversible, or say here why not.

Revision ID: 2c7be09d4a15
Revises: fb15d77cf65b
Create Date: 2026-11-26 07:41:10.000000+00:00
"""

from alembic import op

revision = "2c7be09d4a15"
down_revision = "fb15d77cf65b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE answer SET by_name = (SELECT name FROM person WHERE person.id = answer.by_id) "
        "WHERE by_id IS NOT NULL"
    )


def downgrade() -> None:
    """Nothing: the names go with their column, one step further down."""
