"""After a form: what it changed is written, and the browser is led to a page that may be loaded again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from litestar.response import Redirect
from sqlalchemy import Connection

from sync.ward.writer import Writer

T = TypeVar("T")


async def done(writer: Writer, job: Callable[[Connection], T]) -> T:
    """Its result, once it is on disk; an `Unfit` if it does not fit, and then nothing is."""
    return await asyncio.wrap_future(writer.submit(job))


def lead_to(path: str) -> Redirect:
    """See Other: the browser asks for the page, and loading it again changes nothing again."""
    return Redirect(path, status_code=303)
