"""What people should know: findings, the votes they are about, and how far each kiosk was looked at."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from sync.ward.store.columns import LogId, metadata

findings = Table(  # flagged and kept, never deleted; the same again only raises `count`
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("log", LogId, nullable=False),
    Column("about", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("kiosk", Integer),  # where it is about a kiosk's figures; null: about its log
    Column("since", String(10), nullable=False, server_default=""),  # local days
    Column("until", String(10), nullable=False, server_default=""),
    Column("seen", String(10), nullable=False, server_default=""),  # the newest day on which it showed
    Column("said", Text, nullable=False, server_default=""),  # JSON: for the sentence
    UniqueConstraint("kind", "log", "about", name="one_finding"),
    Index("findings_by_kiosk", "kiosk"),
)

flags = Table(  # the votes that a finding is about; they go on counting, and can be counted out
    "flags",
    metadata,
    Column("log", LogId, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("finding", ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True),
    Index("flags_by_finding", "finding"),
    sqlite_with_rowid=False,
)

notes = Table(  # what people wrote about a finding; a further note, never another one
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding", ForeignKey("findings.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("text", Text, nullable=False),
)

watched = Table(  # how far each kiosk was looked at
    "watched",
    metadata,
    Column("kiosk", Integer, primary_key=True),
    Column("day", String(10), nullable=False),  # the last one
    Column("position", BigInteger, nullable=False),  # of the feed
)

watched_days = Table(  # a day of a kiosk, summed up for the days after it
    "watched_days",
    metadata,
    Column("kiosk", Integer, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("said", Text, nullable=False),  # JSON
    sqlite_with_rowid=False,
)
