"""Requests between the programs of a kiosk: each is done once, old ones never, garbage is told and removed."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import boot_id, boottime_ms
from kiosk.spool import OLD, Clerk, Request, answer, ask, for_courier, for_terminal, reply, taken


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return for_courier(tmp_path)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def take(folder: Path) -> tuple[list[Request], list[str]]:
    said: list[str] = []
    return list(taken(folder, said.append)), said


def put(folder: Path, name: str, document: Any) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(document if isinstance(document, str) else json.dumps(document))


def test_a_request_is_handed_over_once_and_its_answer_comes_back(folder: Path) -> None:
    request = ask(folder, "audit", why="khiếu nại", who="lan")
    (found,), said = take(folder)
    assert (found.id, found.what, found.more, said) == (request, "audit", {"why": "khiếu nại", "who": "lan"}, [])
    assert take(folder) == ([], [])
    assert answer(folder, request) is None
    reply(folder, request, {"done": True})
    assert answer(folder, request)["done"] is True  # type: ignore[index]
    assert take(folder) == ([], [])  # an answer is nobody's request, and stays


def test_requests_are_handed_over_in_the_order_in_which_they_came(folder: Path) -> None:
    asked = [ask(folder, "deliver") for _ in range(5)]
    for place, request in enumerate(asked):
        os.utime(folder / f"{request}.ask", (place, place))
    assert [request.id for request in take(folder)[0]] == asked


@pytest.mark.parametrize(
    ("boot", "age", "fresh"),
    [("this", 0, True), ("this", OLD - 1000, True), ("this", OLD + 1, False), ("other", 0, False)],
)
def test_what_nobody_waits_for_any_more_is_thrown_away(folder: Path, boot: str, age: int, fresh: bool) -> None:
    stamp = {"boot": boot_id() if boot == "this" else "other", "mono": boottime_ms() - age}
    put(folder, "1.ask", {"what": "deliver", **stamp})
    put(folder, "2.answer", {"done": True, **stamp})
    found, said = take(folder)
    assert (bool(found), said) == (fresh, [])
    assert names(folder) == (["2.answer"] if fresh else [])


GARBAGE = ["", "{", "[]", "7", '{"what": "deliver"}', '{"what": 7, "boot": "x", "mono": 1}', "[" * 10_000, " " * 20_000]


@pytest.mark.parametrize("text", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_removed_with_one_sentence(folder: Path, text: str) -> None:
    put(folder, "1.ask", text)
    request = ask(folder, "deliver")
    found, said = take(folder)
    assert [one.id for one in found] == [request]
    assert said == [f"{folder}/1.ask: is no request; removed"]
    assert names(folder) == []


def test_files_of_another_sort_neither_block_nor_lead_elsewhere(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(json.dumps({"what": "deliver", "boot": boot_id(), "mono": boottime_ms()}))
    put(folder, "notes.txt", "hello")
    os.mkfifo(folder / "pipe.ask")
    (folder / "link.ask").symlink_to(secret)
    (folder / "terminal").mkdir()
    found, said = take(folder)
    assert (found, len(said), names(folder), secret.exists()) == ([], 3, ["terminal"], True)


def test_a_folder_that_is_not_there_yet_holds_nothing(folder: Path) -> None:
    assert take(folder) == ([], [])


def test_two_writers_at_once_lose_and_double_nothing(folder: Path) -> None:
    asked: list[str] = []
    done: list[str] = []
    said: list[str] = []
    ended = threading.Event()

    def write() -> None:
        asked.extend([ask(folder, "deliver") for _ in range(100)])

    clerk = Clerk(folder, {"deliver": lambda request: done.append(request.id)}, said.append)

    def look() -> None:
        while not ended.is_set():
            clerk.look()

    reader = threading.Thread(target=look)
    reader.start()
    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    ended.set()
    reader.join()
    clerk.look()
    assert (sorted(done), said) == (sorted(asked), [])


def test_what_nobody_here_does_is_answered_too(folder: Path) -> None:
    said: list[str] = []
    request = ask(folder, "restart")
    Clerk(folder, {}, said.append).look()
    assert answer(folder, request)["done"] is False  # type: ignore[index]
    assert said == [f"{folder}: nobody here does 'restart'"]


def test_the_terminals_requests_are_not_the_couriers(tmp_path: Path) -> None:
    ask(for_terminal(tmp_path), "audit")
    assert take(for_courier(tmp_path)) == ([], [])
    assert len(take(for_terminal(tmp_path))[0]) == 1
