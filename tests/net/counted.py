"""`kiosk-sync`, with every request counted: `python -m tests.net.counted FILE WORDS...`.

Two things are not the real ones. Each request leaves a line in FILE, because the ward keeps no log of requests and TLS
hides them on the wire. And the kernel's clock is believed, because a virtual machine often has no NTP, and then
certificate dates would not be judged.
"""

import sys
from pathlib import Path

from kiosk.clock import Linux
from sync.cli import main
from sync.outcomes import Trouble
from sync.post import Answer, Post


def count(file: Path) -> None:
    ask = Post._ask

    def counted(self: Post, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        try:
            answer = ask(self, method, path, body, headers)
        except Trouble as trouble:
            _note(file, f"{method} {path} {len(body or b'')} {trouble.outcome.name} {trouble.facts.get('detail')}")
            raise
        _note(file, f"{method} {path} {len(body or b'')} {answer.status}")
        return answer

    Post._ask = counted  # type: ignore[method-assign]


def _note(file: Path, line: str) -> None:
    with file.open("a") as lines:
        lines.write(line + "\n")


if __name__ == "__main__":
    count(Path(sys.argv.pop(1)))
    Linux.is_synchronised = lambda self: True  # type: ignore[method-assign]
    main()
