#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Formats every C++ source with clang-format 14; with --check, only fails on what it would change.
# The version is pinned: another one formats differently.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

arguments=(-i)
case ${1:-} in
  '') ;;
  --check) arguments=(--dry-run --Werror) ;;
  *)
    echo "format: expected --check or nothing, found '$1'" >&2
    exit 2
    ;;
esac
# Not git ls-files: a source archive has no git, and a new file is a source before it is added.
find . \( -path ./build -o -path ./.git -o -path ./.cache \) -prune -o \
  \( -name '*.h' -o -name '*.cc' \) -type f -print0 |
  xargs -0 --no-run-if-empty clang-format-14 "${arguments[@]}" ||
  {
    echo "format: run ./dev fmt" >&2
    exit 1
  }
