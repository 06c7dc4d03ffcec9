"""The one table of a log, made with sqlite-utils. Imported only when a database is new: the import costs 0.15 s.

`line` is the truth. The columns behind it are computed from it when somebody asks and are never stored; they are
guarded by `json_valid`, because over a damaged line json_extract would make every query fail.
"""

import sqlite3

from sqlite_utils import Database, Migrations

migrations = Migrations("hailong")

COLUMNS = {"kind": "TEXT", "boot": "TEXT", "mono": "INTEGER", "wall": "INTEGER", "clock": "TEXT"}

VOTES = """
select seq, kind, boot, mono, wall, clock,
       json_extract(line, '$.body.visit') as visit, json_extract(line, '$.body.question') as question,
       json_extract(line, '$.body.rating') as rating, json_extract(line, '$.body.lang') as lang,
       json_extract(line, '$.body.via') as via
from entries where kind = 'vote'
"""


@migrations()
def entries(db: Database) -> None:
    db.table("entries").create({"seq": int, "line": str, "hash": bytes}, pk="seq", not_null={"line", "hash"})
    for name, kind in COLUMNS.items():
        db.execute(
            f"alter table entries add column {name} {kind} generated always as "
            f"(case when json_valid(line) then json_extract(line, '$.{name}') end) virtual"
        )
    db.create_view("votes", VOTES)


@migrations()
def append_only(db: Database) -> None:
    """Against our own mistakes, not against an enemy: whoever can write the file can drop a trigger."""
    for verb in ("update", "delete"):
        db.execute(
            f"create trigger entries_no_{verb} before {verb} on entries "
            f"begin select raise(abort, 'the log is append-only'); end"
        )


def apply(connection: sqlite3.Connection) -> None:
    migrations.apply(Database(connection))
