# SPDX-License-Identifier: Apache-2.0
"""What the checks of this folder share: which files are sources, how to read one, and their command line."""

import pathlib
import re
import sys

# Folders that hold no sources of ours. A hidden folder is never looked into.
_SKIPPED_FOLDERS = {"build"}
_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<tag>[^(\s]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""",
    re.DOTALL,
)


def find(root, suffixes):
    """The files below `root` with one of these suffixes, as paths relative to it, in order."""
    found = []
    pending = [root]
    while pending:
        folder = pending.pop()
        for entry in folder.iterdir():
            if entry.name.startswith(".") or (folder == root and entry.name in _SKIPPED_FOLDERS):
                continue
            if entry.is_dir():
                pending.append(entry)
            elif entry.suffix in suffixes:
                found.append(entry.relative_to(root))
    return sorted(found)


def read(path):
    return pathlib.Path(path).read_text(encoding="utf-8")


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """`text` with each comment blanked; lines and columns stay where they are."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0].startswith("/") else m[0], text)


def without_comments_and_strings(text):
    """As `without_comments`, with the contents of literals blanked too."""

    def replace(match):
        token = match[0]
        if token.startswith("/"):
            return _blank(token)
        if token.startswith("'") and match.start() > 0 and text[match.start() - 1].isalnum():
            return token  # A digit separator: 1'000'000.
        return token[0] + _blank(token[1:-1]) + token[-1]

    return _TOKEN.sub(replace, text)


def run_check(check):
    """The command line of a check: prints what `check(root)` finds, one error a line, and their number.

    The root is the argument, or else this repository. Returns the exit code: 1 if there are errors.
    """
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    errors = check(root)
    for error in errors:
        print(error)
    print(f"{pathlib.Path(sys.argv[0]).stem}: {len(errors)} errors")
    return 1 if errors else 0
