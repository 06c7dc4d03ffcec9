"""What is known of whole days. A row holds from its release on until another takes its place."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from sync.ward.store.columns import Position, metadata
from sync.ward.store.tables import kiosks

coverage = Table(  # minutes of the opening sessions of a day that is over
    "coverage",
    metadata,
    Column("kiosk", Integer, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("release", Integer, primary_key=True),
    Column("until", Integer),  # the release from which on it no longer holds
    Column("open", Integer, nullable=False),
    Column("able", Integer, nullable=False),  # in so many it surely could take votes
    Column("perhaps", Integer, nullable=False),  # in so many at most
    sqlite_with_rowid=False,
)

covered = Table(  # the coverage of the days before this one is worked out
    "covered",
    metadata,
    Column("kiosk", Integer, primary_key=True),
    Column("day", String(10), nullable=False, index=True),
)

transactions = Table(  # files handled; what is stated again is a new row
    "transactions",
    metadata,
    Column("id", Position, primary_key=True),
    Column("kiosk", ForeignKey(kiosks.c.id), nullable=False),
    Column("day", String(10), nullable=False),
    Column("channel", Text, nullable=False),  # counter | online
    Column("release", Integer, nullable=False),
    Column("until", Integer),
    Column("files", Integer),  # null: what was stated before is taken back
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("source", Text, nullable=False),  # "" typed in, or the name of the file
    Index("transactions_by_day", "kiosk", "day", "channel"),
)

silences = Table(  # when this ward heard nothing of a kiosk for longer than a few heartbeats
    "silences",
    metadata,
    Column("kiosk", Integer, primary_key=True),
    Column("since", BigInteger, primary_key=True),
    Column("until", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
