"""What is stated of days: each row holds from its release on, until the release in which another took its place."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, or_, select

from sync.ward.store.tables import kiosks


def holds(table: FromClause, release: int | None) -> ColumnElement[bool]:
    """As of a release; None: now."""
    until = table.c.until
    if release is None:
        return until.is_(None)
    return and_(table.c.release <= release, or_(until.is_(None), until > release))


def which_kiosks(chosen: frozenset[int] | None) -> Any:
    """The kiosks are always said, so that their days are looked up, not searched for."""
    return select(kiosks.c.id) if chosen is None else sorted(chosen)
