"""The one thread that writes: what is waiting goes into one transaction, one flush; answers leave after the commit.

Each job runs in a savepoint of its own, so one that fails takes no other with it. If the commit itself fails, nobody is
told that anything was kept.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from sync.ward.failure import Failure
from sync.ward.problems import Refused
from sync.ward.store.engine import is_still_open, writing

T = TypeVar("T")
GROUP = 64  # jobs in one transaction at most
BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    job: Callable[[Connection], T]
    future: Future[T]

    def wanted(self) -> bool:
        """Whether someone still waits for it; from here on nobody can take it back."""
        return self.future.set_running_or_notify_cancel()

    def run(self, db: Connection) -> Callable[[], None]:
        """Do the job; what is returned tells the one who waits, once the commit is done."""
        try:
            with db.begin_nested():
                result = self.job(db)
        except (Failure, Refused, SQLAlchemyError, *BUGS) as error:
            if not is_still_open(db):
                raise  # nothing of the whole group is kept
            failed = error  # one batch that trips over a bug must not stop the others
            return lambda: self.future.set_exception(failed)
        return lambda: self.future.set_result(result)


class Writer:
    """Use as a context manager: on leaving, what was submitted is still written."""

    def __init__(self, engine: Engine, finish: Callable[[Connection], None]) -> None:
        """`finish` runs once at the end of every transaction."""
        self._engine, self._finish = engine, finish
        self._tasks: SimpleQueue[Task[Any] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="ward-writer")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tasks.put(None)
        self._thread.join()

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        future: Future[T] = Future()
        self._tasks.put(Task(job, future))
        return future

    def _run(self) -> None:
        while group := self._next_group():
            self._write([task for task in group if task.wanted()])

    def _next_group(self) -> list[Task[Any]]:
        """At least one task, and those that wait behind it; empty when it is time to end."""
        group: list[Task[Any]] = []
        while len(group) < GROUP:
            try:
                task = self._tasks.get(block=not group)
            except Empty:
                break
            if task is None:
                self._tasks.put(None)  # still there for the next round
                break
            group.append(task)
        return group

    def _write(self, group: Sequence[Task[Any]]) -> None:
        try:
            with writing(self._engine) as db:
                tell = [task.run(db) for task in group]
                self._finish(db)
        except (SQLAlchemyError, *BUGS) as error:  # the whole group's; the thread must outlive it
            for task in group:
                task.future.set_exception(error)
            return
        for answer in tell:
            answer()
