"""When batches came, and the order of a log's boots.

A ward from before has not kept when each batch came: everything it has counts as come when it last heard of the log.
`ward rebuild` fills `boots`; until then `ward check` says that they are missing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("log", sa.String(length=32), nullable=False),
        sa.Column("branch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("log", "branch", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "boots",
        sa.Column("log", sa.String(length=32), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("first_mono", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("last_mono", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("earliest", sa.BigInteger(), nullable=True),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("log", "first"),
        sqlite_with_rowid=False,
    )
    op.create_index("boots_by_name", "boots", ["log", "boot"], unique=False)
    op.execute("INSERT INTO arrivals SELECT id, 0, have, coalesce(seen, enrolled) FROM logs WHERE have > 0")
    op.execute(
        "INSERT INTO arrivals SELECT log, branches.branch, max(branches.seq), max(coalesce(seen, enrolled))"
        " FROM branches JOIN logs ON logs.id = branches.log GROUP BY log, branches.branch"
    )
