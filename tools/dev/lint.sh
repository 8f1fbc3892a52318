# SPDX-License-Identifier: Apache-2.0
# Format and static analysis. Sourced by ./dev.

cmd_fmt() {
  install_packages test
  show tools/format.sh "$@"
}

cmd_lint() {
  install_packages build test lint
  configure tidy
  show python3 tools/check_layers.py
  show python3 tools/check_tidy.py
  show tools/format.sh --check
  show python3 tools/run_clang_tidy.py --build build/tidy --jobs "$jobs" "$@" ||
    fail "clang-tidy found something (above): correct it, or argue in .clang-tidy why the check is wrong here"
}
