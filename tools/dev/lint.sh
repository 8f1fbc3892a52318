# SPDX-License-Identifier: Apache-2.0
# Format and static analysis. Sourced by ./dev.

cmd_fmt() {
  install_packages test
  show tools/format.sh "$@"
}

cmd_lint() {
  install_packages build test lint
  configure tidy
  show python3 tools/check_layers.py || fail "an include breaks the layers (above)"
  show python3 tools/check_tidy.py || fail "a source breaks a rule of CONTRIBUTING.md (above)"
  show tools/format.sh --check || fail "the format differs from clang-format's (above)"
  local files=("$@")
  if [[ ${#files[@]} == 0 ]]; then files=("^$PWD/(src|bench|sim|examples)/"); fi
  # Left out: how many warnings there are in headers of others, and which file is next.
  show run-clang-tidy-14 -p build/tidy -quiet -j "$jobs" "${files[@]}" 2>&1 |
    { grep --line-buffered -Ev '^[0-9]+ warnings? generated|^clang-tidy-14 ' || true; } ||
    fail "clang-tidy found something (above): correct it, or argue in .clang-tidy why the check is wrong here"
}
