#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that docs/troubleshooting.md tells what the sources say.

Each message in the first column of a table headed `message` stands in a string of the sources, piece
by piece between its <placeholders>. And what a user will search for is on the page: the messages of
the two testing modes, every class of error, and every type of error that an invocation can have.
"""

import re
import sys

import sources

_PAGE = "docs/troubleshooting.md"
_FIXED = (
    "Cloud mode requires both QUALIFIED_FUNCTION_NAME and LAMBDA_FUNCTION_TEST_NAME environment variables",
    "doesn't match LAMBDA_FUNCTION_TEST_NAME",
    "handler is required for local mode tests",
    "lambda_function_name is required for cloud mode tests",
    "Failed to invoke Lambda function <name>: <cause>",
    "No DurableExecutionArn in response for function <name>",
    "Lambda function failed: <payload>",
    "Failed to get execution status: <cause>",
    "Execution did not complete within <N>s (elapsed: <x>s, last status: <S>)",
)
# Parts that the sources put together.
_COMPOSED = {"Execution did not complete within ": ("Execution did not complete", " within ")}
_LITERALS = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*')
_PART = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_TYPE = re.compile(r"(?:Runtime|Function|Sandbox|Callback|ChainedInvoke)\.[A-Z]\w*|\w+Exception"
                   r"|CheckpointError|GetExecutionStateError|UnknownError")
_CLASS = re.compile(r"^class (\w+)(?: final)?(?: : public \w+(?:::\w+)?)? \{", re.MULTILINE)


def literals(code):
    """The strings of a source; those that stand side by side are one."""
    found = []
    for match in _LITERALS.finditer(sources.without_comments(code)):
        text = "".join(_PART.findall(match[0]))
        found.append(text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\"))
    return found


def messages(page):
    """Line and text of each message in the first column of the tables headed `message`."""
    found = []
    inside = False
    for number, line in enumerate(page.splitlines(), 1):
        if not line.startswith("|"):
            inside = False
        elif line.startswith("| message |"):
            inside = True
        elif inside:
            cell = line.split(" | ")[0]
            found += [(number, text) for text in re.findall(r"`([^`]+)`", cell)]
    return found


def pieces(message):
    return [piece for piece in re.split(r"<[^>]*>|\.\.\.", message) if len(piece.strip()) > 2]


def check(root):
    """All errors, one a line."""
    page = sources.read(root / _PAGE)
    said = []
    types = set()
    for path in sources.find(root, {".h", ".cc", ".cmake"}):
        if path.parts[0] in {"src", "include", "cmake"}:
            said += literals(sources.read(root / path))
    for text in said:
        if _TYPE.fullmatch(text):
            types.add(text)
    everything = "\n\0".join(said)
    found = []
    told = messages(page)
    for line, message in told:
        for piece in pieces(message):
            if not all(part in everything for part in _COMPOSED.get(piece, (piece,))):
                found.append(f"{_PAGE}:{line}: no source says \"{piece}\": copy the message again")
    errors = root / "include" / "durable" / "sdk" / "errors.h"
    classes = set(_CLASS.findall(sources.read(errors))) - {"DescribesError"}
    texts = [text for _, text in told]
    for message in _FIXED:
        if not any(message in text for text in texts):
            found.append(f"{_PAGE}:1: no table has the message: {message}")
    for name in sorted(types | classes):
        if not re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", page):
            found.append(f"{_PAGE}:1: nothing is said of the error {name}")
    return found


if __name__ == "__main__":
    sys.exit(sources.run_check(check))
