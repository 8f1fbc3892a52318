#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every #include, and every link of a room's library, follows tools/layers.json."""

import json
import re
import sys

import sources

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
_ROOM = re.compile(r"durable_add_room\(\s*(\w+)([^)]*)\)")
_LINK = re.compile(r"\bdurable::(\w+)")
_INCLUDE_ROOTS = ("include", "src", "tests", "")


class Table:
    """The rows of layers.json."""

    def __init__(self, data):
        self.rooms = data["rooms"]
        self.packages = data["packages"]
        self.forbidden_in_pure = set(data["forbidden_in_pure"])

    def room_of(self, path):
        """The room whose prefix of `path` is the longest, or None."""
        best = None
        for name, row in self.rooms.items():
            for prefix in row["files"]:
                if str(path).startswith(prefix) and (best is None or len(prefix) > best[0]):
                    best = (len(prefix), name)
        return best[1] if best else None

    def package_of(self, header):
        for name, prefixes in self.packages.items():
            if any(header.startswith(prefix) for prefix in prefixes):
                return name
        return None

    def target_of(self, room):
        return self.rooms[room].get("target", room)

    def errors(self):
        """What is wrong with the table itself."""
        found = []
        for name, row in self.rooms.items():
            for other in row["may_include"]:
                if other not in self.rooms:
                    found.append(f"tools/layers.json: room '{name}' may include '{other}', which is no room")
            for package in row.get("third_party", {}):
                if package not in self.packages:
                    found.append(f"tools/layers.json: room '{name}' names '{package}', which is no package")
        if not found:
            cycle = self._cycle()
            if cycle:
                found.append(f"tools/layers.json: rooms include each other in a circle: {' -> '.join(cycle)}")
        return found

    def _cycle(self):
        done = set()

        def visit(name, path):
            if name in path:
                return path[path.index(name):] + [name]
            if name in done:
                return None
            for other in self.rooms[name]["may_include"]:
                cycle = visit(other, path + [name])
                if cycle:
                    return cycle
            done.add(name)
            return None

        for name in self.rooms:
            cycle = visit(name, [])
            if cycle:
                return cycle
        return None


def resolve(root, includer, header):
    """The project's file that `header` names, relative to `root`, or None."""
    candidates = [(root / includer).parent / header]
    candidates += [root / folder / header for folder in _INCLUDE_ROOTS]
    for candidate in candidates:
        if candidate.is_file() and candidate.resolve().is_relative_to(root.resolve()):
            return candidate.resolve().relative_to(root.resolve())
    return None


def _check_own(table, room, header_room, target):
    row = table.rooms[room]
    if header_room == room:
        return None
    if header_room not in row["may_include"]:
        allowed = ", ".join(row["may_include"]) or "nothing"
        return (f"room '{room}' may include {allowed}; {target} is in '{header_room}'. Move the code,"
                f" or argue a new row of tools/layers.json in the commit")
    if row.get("public_only") and target.parts[0] != "include":
        return f"room '{room}' uses public headers only, and {target} is private"
    return None


def _check_foreign(table, room, path, header):
    row = table.rooms[room]
    package = table.package_of(header)
    if package:
        allowed = row.get("third_party", {}).get(package, [])
        if not any(str(path).startswith(prefix) for prefix in allowed):
            where = ", ".join(allowed) or "no file"
            return f"in room '{room}' {where} may include {package}"
    elif "/" in header or (header.endswith(".h")):
        return f"<{header}> is no file of this project and of no package in tools/layers.json"
    elif row.get("pure") and header in table.forbidden_in_pure:
        return f"room '{room}' is pure: no clock, thread, randomness or I/O, so no <{header}>"
    return None


def check_file(table, root, path):
    """The errors of one source file."""
    room = table.room_of(path)
    if room is None:
        return [f"{path}:1: belongs to no room of tools/layers.json"]
    found = []
    text = sources.without_comments(sources.read(root / path))
    for match in _INCLUDE.finditer(text):
        header = match[2]
        target = resolve(root, path, header)
        if target is None and match[1] == '"':
            error = f'"{header}" names no file beside this one, nor below include/, src/ or tests/'
        elif target is None:
            error = _check_foreign(table, room, path, header)
        else:
            header_room = table.room_of(target)
            error = _check_own(table, room, header_room, target)
        if error:
            line = text.count("\n", 0, match.start(2)) + 1
            found.append(f"{path}:{line}: includes {header}: {error}")
    return found


def check_links(table, root):
    """The errors in the links between the rooms' libraries: CMake's picture of the same table."""
    allowed = {}
    for name, row in table.rooms.items():
        targets = allowed.setdefault(table.target_of(name), set())
        targets.update(table.target_of(other) for other in row["may_include"])
    found = []
    for path in sources.find(root, {".txt"}):
        if path.name != "CMakeLists.txt":
            continue
        for match in _ROOM.finditer(sources.read(root / path)):
            target = match[1]
            if target not in allowed:
                found.append(f"{path}: library '{target}' is no room of tools/layers.json")
                continue
            for other in _LINK.findall(match[2]):
                if other not in allowed[target]:
                    found.append(f"{path}: room '{target}' may not link durable::{other}")
    return found


def check(root):
    """All errors below `root`, one a line."""
    table = Table(json.loads(sources.read(root / "tools" / "layers.json")))
    found = table.errors()
    if not found:
        for path in sources.find(root, {".h", ".cc"}):
            found += check_file(table, root, path)
        found += check_links(table, root)
    return found


if __name__ == "__main__":
    sys.exit(sources.run_check(check))
