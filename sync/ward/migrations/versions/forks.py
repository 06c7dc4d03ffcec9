"""Branches have numbers, a log says which one counts, and the feed says itself what each revision was about."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SAID: dict[str, Any] = {"kind": sa.Text(), "visit": sa.BigInteger(), "question": sa.Text(), "rating": sa.Integer()}


def upgrade() -> None:
    op.add_column("logs", sa.Column("branch", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("branches") as branches:
        branches.add_column(sa.Column("branch", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("branches") as branches:
        branches.alter_column("branch", server_default=None)
    for name, kind in SAID.items():
        op.add_column("feed", sa.Column(name, kind))
    same = "votes.log = feed.log AND votes.seq = feed.seq"
    for name in SAID:
        op.execute(f"UPDATE feed SET {name} = (SELECT {name} FROM votes WHERE {same})")  # noqa: S608  names of ours
    with op.batch_alter_table("feed") as feed:
        for name, kind in SAID.items():
            feed.alter_column(name, existing_type=kind, nullable=False)
    op.drop_index("votes_by_boot", "votes")
    op.create_index("votes_by_boot", "votes", ["boot", "log"])
