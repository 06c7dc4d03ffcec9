"""The opening session of each vote, and the calendars that say it.

What a ward from before has was counted without sessions; `ward rebuild` fills `openings` and moves votes into theirs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "openings",
        sa.Column("log", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sessions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log", "seq"),
        sqlite_with_rowid=False,
    )
    for table in ("votes", "feed"):
        op.add_column(table, sa.Column("session", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "tallies_by_session",
        sa.Column("kiosk", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "day", "question", "session", "hour", "rating"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO tallies_by_session SELECT kiosk, day, question, '', hour, rating, n FROM tallies")
    op.drop_table("tallies")
    op.rename_table("tallies_by_session", "tallies")
    op.create_index("tallies_empty", "tallies", ["n"], unique=False, sqlite_where=sa.text("n = 0"))
