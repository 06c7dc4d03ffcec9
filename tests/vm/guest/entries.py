#!/usr/bin/python3
"""Every line of every log of the terminal, oldest log first: {"log", "line"}, one a line. Reads, never writes."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

folders = [folder for folder in Path("/var/lib/hailong/logs").iterdir() if len(folder.name) == 32]
for folder in sorted(folders, key=lambda folder: int((folder / "place").read_text().split()[0])):
    with closing(sqlite3.connect(f"file:{folder}/log.db?mode=ro", uri=True)) as db:
        for (line,) in db.execute("select line from entries order by seq"):
            print(json.dumps({"log": folder.name, "line": line}))
