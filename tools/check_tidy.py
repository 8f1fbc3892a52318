#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks of the sources that neither the compiler nor clang-tidy makes. tools/tidy.json has the limits."""

import json
import re
import sys

import check_layers
import cpp_outline
import sources

_SPDX = "SPDX-License-Identifier: Apache-2.0"
_SPDX_SUFFIXES = {".h", ".cc", ".py", ".sh", ".cmake", ".txt", ".in"}
_SPDX_NAMES = {"dev"}
_POSTPONED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]', re.MULTILINE)


def check_size(path, text, limits):
    """Files and functions that are too long to be read in one go."""
    found = []
    lines = text.count("\n")
    if lines > limits["file_lines_max"]:
        found.append(f"{path}:1: {lines} lines, at most {limits['file_lines_max']}: split it by concept")
    for function in cpp_outline.functions(text):
        if function.lines > limits["function_lines_max"]:
            found.append(f"{path}:{function.line}: function of {function.lines} lines, at most"
                         f" {limits['function_lines_max']}: name its parts as functions")
    return found


def check_header_guard(path, text):
    if path.suffix == ".h" and not re.search(r"^#pragma once$", text, re.MULTILINE):
        return [f"{path}:1: no #pragma once"]
    return []


def check_licence(path, text):
    """The first line of each file (the second one after #!) names the licence."""
    if _SPDX in "".join(text.splitlines(keepends=True)[:2]):
        return []
    return [f"{path}:1: the first line must say: {_SPDX}"]


def check_postponed(path, text):
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _POSTPONED.search(line)
        if match:
            found.append(f"{path}:{number}: {match[0]}: do it, or file an issue and say here what holds today")
    return found


def check_pure(path, text, room, limits):
    """Names that let the world into a room whose answers must follow from its arguments alone."""
    if room not in limits["pure_rooms"]:
        return []
    found = []
    for number, line in enumerate(sources.without_comments_and_strings(text).splitlines(), 1):
        for pattern, advice in limits["banned_in_pure_rooms"].items():
            match = re.search(pattern, line)
            if match:
                found.append(f"{path}:{number}: '{match[0]}' in the pure room '{room}': {advice}")
    return found


def check_documented(path, text, limits):
    """Public symbols at namespace scope have a doc comment."""
    if path.parts[:2] != ("include", "durable") or str(path) in limits["undocumented"]:
        return []
    return [f"{path}:{symbol.line}: public symbol without a /// comment: {symbol.text}"
            for symbol in cpp_outline.undocumented(text)]


def check_alive(root, paths):
    """Each .cc is named by a CMake file beside or above it, each private header is included by some other file."""
    listed = {}
    for path in sources.find(root, {".txt", ".cmake"}):
        commands = re.sub(r"#.*", "", sources.read(root / path))
        words = {word.lstrip("/") for word in re.findall(r"[\w./-]+", commands)}
        listed.setdefault(path.parent, set()).update(words)
    included = set()
    for path in paths:
        for header in _INCLUDE.findall(sources.without_comments(sources.read(root / path))):
            target = check_layers.resolve(root, path, header)
            if target and target != path:
                included.add(target)
    found = []
    for path in paths:
        if path.suffix == ".h":
            if path.parts[0] != "include" and path not in included:
                found.append(f"{path}:1: dead file: nothing includes it")
        elif not any(_names(words, path.relative_to(folder)) for folder, words in listed.items()
                     if folder in path.parents):
            found.append(f"{path}:1: dead file: no CMake file beside or above it names it")
    return found


def _names(words, path):
    """Whether one of the words is this path, with or without its suffix (for a list of names)."""
    return str(path) in words or str(path.with_suffix("")) in words


def check(root):
    """All errors below `root`, one a line."""
    limits = json.loads(sources.read(root / "tools" / "tidy.json"))
    table = check_layers.Table(json.loads(sources.read(root / "tools" / "layers.json")))
    found = []
    code = sources.find(root, {".h", ".cc"})
    for path in code:
        text = sources.read(root / path)
        found += check_size(path, text, limits)
        found += check_header_guard(path, text)
        found += check_pure(path, text, table.room_of(path), limits)
        found += check_documented(path, text, limits)
    for path in sources.find(root, _SPDX_SUFFIXES | {""}):
        if path.suffix or path.name in _SPDX_NAMES:
            text = sources.read(root / path)
            found += check_licence(path, text)
            # This file and its test have to spell the words that they look for.
            if path.name not in {"check_tidy.py", "check_tidy_test.py"}:
                found += check_postponed(path, text)
    found += check_alive(root, code)
    return sorted(found)


if __name__ == "__main__":
    sys.exit(sources.run_check(check))
