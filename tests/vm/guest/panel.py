#!/usr/bin/python3
"""A hand on the panel and an eye on its lamps, through the kernel's GPIO simulator.

panel.py lamps               every lamp by its name in pins.toml: {"buttons.5": true, ..., "status.noted": false}
panel.py down 5 | up 5       hold the button of a rating, let it go
panel.py press 5 4 ...       each when ready, or broken; {"rating", "noted": lamp was lit, "ms", "lit": lamps}
panel.py forever             5 4 3 2 1 5 ... without end; what was noted goes to the port test.acks, a line each
"""

import itertools
import json
import os
import sys
import time
import tomllib
from pathlib import Path

SIM = Path("/run/gpio-sim")
PINS = tomllib.loads(Path("/usr/local/lib/vmtest/pins.toml").read_text())
LAMPS = {f"buttons.{rating}": pins["lamp"] for rating, pins in PINS["buttons"].items()}
LAMPS |= {f"status.{name}": line for name, line in PINS["status"].items()}
PATIENCE = float(os.environ.get("PATIENCE", "30"))  # s
TRY = 2.0  # s that a press gets while the red lamp is lit anyhow


def lit(lamp: str) -> bool:
    return (SIM / f"sim_gpio{LAMPS[lamp]}/value").read_text().strip() == "1"


def pull(rating: str, way: str) -> None:
    (SIM / f"sim_gpio{PINS['buttons'][rating]['line']}/pull").write_text(way)


def wait_for(*lamps: str, patience: float = PATIENCE) -> bool:
    """Until one of them is lit; whether the first is."""
    end = time.monotonic() + patience
    while not any(lit(lamp) for lamp in lamps):
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return lit(lamps[0])


def press(rating: str) -> dict[str, object]:
    ready = wait_for("status.ready", "status.cannot_record")
    start = time.monotonic()
    pull(rating, "pull-down")
    noted = wait_for("status.noted", "status.cannot_record") if ready else wait_for("status.noted", patience=TRY)
    took = round((time.monotonic() - start) * 1000)
    lamps = [lamp for lamp in LAMPS if lit(lamp)]
    time.sleep(max(0, 0.12 - took / 1000))  # as a finger does
    pull(rating, "pull-up")
    return {"rating": int(rating), "noted": noted, "ms": took, "lit": lamps}


def forever() -> None:
    port = os.open("/dev/virtio-ports/test.acks", os.O_WRONLY)
    for rating in itertools.cycle("54321"):
        if press(rating)["noted"]:
            os.write(port, f"{rating}\n".encode())
        time.sleep(0.35)  # the panel wants quiet between two presses


def main(word: str, *ratings: str) -> None:
    match word:
        case "lamps":
            print(json.dumps({lamp: lit(lamp) for lamp in LAMPS}))
        case "down" | "up":
            for rating in ratings:
                pull(rating, "pull-down" if word == "down" else "pull-up")
        case "press":
            for place, rating in enumerate(ratings):
                time.sleep(0.35 if place else 0)
                print(json.dumps(press(rating)), flush=True)
        case "forever":
            forever()


main(*sys.argv[1:])
