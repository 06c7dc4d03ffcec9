"""Asks whether a pinned library is known to be vulnerable: `./setup.sh test audit` (needs pip-audit, and its database).

pip-audit ends with 0 also when it could look up nothing; here that is a failure, with its own sentence.
"""

import json
import subprocess
import sys
from typing import Any

from assets.libraries import PINS

SERVICES = ("pypi", "osv")  # the same findings, at two addresses


def ask(service: str) -> list[dict[str, Any]]:
    """What it says of each library: `vulns`, or why it was skipped; nothing if it ended without an answer."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--format", "json",
               "--progress-spinner", "off", "--vulnerability-service", service]  # fmt: skip
    lists = [word for file in sorted(PINS.glob("*.txt")) for word in ("--requirement", str(file))]
    done = subprocess.run([*command, *lists], capture_output=True, text=True, check=False)  # noqa: S603  our own words
    found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"] if done.stdout.startswith("{") else []
    return found


def unseen(found: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in found if "vulns" not in one]


def verdict(found: list[dict[str, Any]]) -> tuple[int, str]:
    """The exit code, and what is to be said."""
    weak = [one for one in found if one.get("vulns")]
    if weak:
        return 1, "\n".join(_told(one, weakness) for one in weak for weakness in one["vulns"])
    if not found or unseen(found):
        which = f"{len(unseen(found))} of {len(found)} libraries" if found else "any library"
        return 1, f"NOT AUDITED: no database of vulnerabilities could be asked about {which}; ask where one is reached."
    return 0, f"{len(found)} libraries looked up, none known to be vulnerable."


def _told(one: dict[str, Any], weakness: dict[str, Any]) -> str:
    mended = ", ".join(weakness["fix_versions"]) or "none yet"
    return f"{one['name']} {one['version']}: {weakness['id']}; mended in: {mended}"


def main() -> int:
    answers = [ask(service) for service in SERVICES]
    status, said = verdict(max(answers, key=lambda found: len(found) - len(unseen(found))))
    print(said)
    return status


if __name__ == "__main__":
    sys.exit(main())
