#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that each guarantee in docs/guarantees.md names at least one test, and that the tests exist.

A row of the table there is `| 1 | what is guaranteed | `Suite.Name`, `Suite.Other` |`, numbered from 1.
"""

import re
import sys

import sources

_ROW = re.compile(r"^\| *(?P<number>\d+) *\|(?P<text>[^|]+)\|(?P<tests>[^|]+)\|$", re.MULTILINE)
_TEST = re.compile(r"^(?:TYPED_|DURABLE_|DURABLE_CRASH_)?TEST(?:_[FP])?\(\s*(\w+),\s*(\w+)", re.MULTILINE)
_DOCUMENT = "docs/guarantees.md"


def tests_of(root):
    """The names of all tests below `root`, as Suite.Name."""
    names = set()
    for path in sources.find(root, {".cc"}):
        names.update(f"{suite}.{name}" for suite, name in _TEST.findall(sources.read(root / path)))
    return names


def check(root):
    """All errors below `root`, one a line."""
    text = sources.read(root / _DOCUMENT)
    known = tests_of(root)
    rows = list(_ROW.finditer(text))
    if not rows:
        return [f"{_DOCUMENT}: there is no table of guarantees"]
    found = []
    for position, row in enumerate(rows, start=1):
        line = text.count("\n", 0, row.start()) + 1
        where = f"{_DOCUMENT}:{line}"
        if int(row["number"]) != position:
            found.append(f"{where}: expected number {position}, found {row['number']}")
        names = re.findall(r"`([^`]+)`", row["tests"])
        if not names:
            found.append(f"{where}: guarantee {row['number']} names no test")
        found.extend(f"{where}: there is no test {name}" for name in names if name not in known)
    return found


if __name__ == "__main__":
    sys.exit(sources.run_check(check))
