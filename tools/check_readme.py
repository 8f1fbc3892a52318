#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the C++ in README.md and docs/ is code that is built and tested.

Each block of C++ stands below a comment with the file that it is taken from, and occurs in that file
line by line:

    <!-- examples/hello_world.cc -->
    ```cpp
    ...
    ```
"""

import re
import sys

import sources

_BLOCK = re.compile(r"(?:^<!-- (?P<path>\S+) -->\n)?^```cpp\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def check(root):
    """All errors below `root`, one a line."""
    found = []
    for path in sources.find(root, {".md"}):
        text = sources.read(root / path)
        for block in _BLOCK.finditer(text):
            line = text.count("\n", 0, block.start("code"))
            error = _check_block(root, block["path"], block["code"])
            if error:
                found.append(f"{path}:{line}: {error}")
    return found


def _check_block(root, path, code):
    if path is None:
        return "C++ without its origin: put <!-- examples/FILE.cc --> above it, so that it is tested"
    if not (root / path).is_file():
        return f"there is no file {path}"
    if code not in sources.read(root / path):
        return f"not a passage of {path}: copy it from there again"
    return None


if __name__ == "__main__":
    sys.exit(sources.run_check(check))
