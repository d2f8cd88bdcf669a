"""Add passwords, teams and invitations; a project belongs to a team.

Everybody who owned projects becomes the owner of a team that has them.

Revision ID: 8c41d2e7a053
Revises: 3f0a1c5e9b27
Create Date: 2026-11-25 22:10:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "8c41d2e7a053"
down_revision = "3f0a1c5e9b27"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "membership",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('viewer', 'editor', 'owner')", name=op.f("ck_membership_role")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_membership_team_id_team"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_membership_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("team_id", "person_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("for_whom", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('viewer', 'editor', 'owner')", name=op.f("ck_invitation_role")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_invitation_team_id_team"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_invitation_created_by_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitation_token_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_invitation_team_id"), "invitation", ["team_id"])
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_key_at"), "attempt", ["key", "at"])
    op.create_index(op.f("ix_attempt_at"), "attempt", ["at"])
    _widen_people()
    _widen_sessions()
    _give_projects_to_teams()


def _widen_people() -> None:
    with op.batch_alter_table("person", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("email", sa.Text(), nullable=True))
        table.add_column(sa.Column("password_hash", sa.Text(), nullable=True))
        table.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        table.create_unique_constraint(op.f("uq_person_email"), ["email"])


def _widen_sessions() -> None:
    # A session from before this change has not been confirmed: whoever holds it is asked again.
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))


def _give_projects_to_teams() -> None:
    with op.batch_alter_table("project", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("team_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_project_team_id_team"), "team", ["team_id"], ["id"], ondelete="RESTRICT"
        )
    op.execute(
        "INSERT INTO team (id, name, created_at) "
        "SELECT id, 'Projects of ' || name, created_at FROM person "
        "WHERE id IN (SELECT owner_id FROM project)"
    )
    op.execute(
        "INSERT INTO membership (team_id, person_id, role, since) "
        "SELECT id, id, 'owner', created_at FROM team"
    )
    op.execute("UPDATE project SET team_id = owner_id")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval('team_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM team), false)"
        )
    op.drop_index(op.f("ix_project_owner_id"), "project")
    with op.batch_alter_table("project", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f("fk_project_owner_id_person"), type_="foreignkey")
        table.drop_column("owner_id")
    op.create_index(op.f("ix_project_team_id"), "project", ["team_id"])


def downgrade() -> None:
    with op.batch_alter_table("project", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_project_owner_id_person"),
            "person",
            ["owner_id"],
            ["id"],
            ondelete="RESTRICT",
        )
    op.execute(
        "UPDATE project SET owner_id = (SELECT min(person_id) FROM membership "
        "WHERE membership.team_id = project.team_id AND role = 'owner')"
    )
    op.drop_index(op.f("ix_project_team_id"), "project")
    with op.batch_alter_table("project", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f("fk_project_team_id_team"), type_="foreignkey")
        table.drop_column("team_id")
    op.create_index(op.f("ix_project_owner_id"), "project", ["owner_id"])
    with op.batch_alter_table("session") as table:
        table.drop_column("confirmed_at")
    with op.batch_alter_table("person", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f("uq_person_email"), type_="unique")
        table.drop_column("closed_at")
        table.drop_column("password_hash")
        table.drop_column("email")
    op.drop_table("attempt")
    op.drop_table("invitation")
    op.drop_table("membership")
    op.drop_table("team")
