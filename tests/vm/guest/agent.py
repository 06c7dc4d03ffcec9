#!/usr/bin/python3
"""Obeys the tests: one JSON request per line on a virtio serial port, one JSON answer per line.

Requests: {"id", "run": shell words, "timeout": s} or {"id", "put": path, "data": base64, "mode"}.
Answers: {"id", "status", "output"}. The first line says {"hello": boot id}, so that a reboot is seen.
"""

import base64
import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

PORT = "/dev/virtio-ports/test.agent"


def main() -> None:
    port = os.open(PORT, os.O_RDWR)
    send(port, {"hello": Path("/proc/sys/kernel/random/boot_id").read_text().strip()})
    waiting = b""
    while True:
        came = os.read(port, 65536)
        if not came:  # nobody at the other end yet
            time.sleep(0.05)
        *lines, waiting = (waiting + came).split(b"\n")
        for line in filter(None, lines):
            request = json.loads(line)
            send(port, {"id": request["id"], **answer(request)})


def answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return put(request) if "put" in request else run(request["run"], request["timeout"])
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"status": -1, "output": repr(error)}


def put(request: dict[str, Any]) -> dict[str, Any]:
    file = Path(request["put"])
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab" if request["append"] else "wb") as to:
        to.write(base64.b64decode(request["data"]))
    file.chmod(request["mode"])
    return {"status": 0, "output": ""}


def run(words: str, timeout: float) -> dict[str, Any]:
    done = subprocess.run(
        ["/bin/bash", "-c", words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        timeout=timeout, check=False,
    )  # fmt: skip
    return {"status": done.returncode, "output": done.stdout.decode("utf-8", "replace")}


def send(port: int, message: dict[str, Any]) -> None:
    data = (json.dumps(message) + "\n").encode()
    while data:
        data = data[os.write(port, data) :]


main()
