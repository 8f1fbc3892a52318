# SPDX-License-Identifier: Apache-2.0
# Configuring and building a preset. Sourced by ./dev.

jobs=${DURABLE_JOBS:-$(nproc)}

# Paths below the project are hashed and stored relative to it, so that a second clone or work tree
# finds what the first one compiled.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
# Lets sources with a precompiled header be found again: none of ours uses __TIME__ and the like.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

require_preset() {
  [[ " ${presets[*]} " == *" $1 "* ]] || fail "there is no preset '$1'; choose one of: ${presets[*]}"
}

# package_groups PRESET: the groups of tools/packages.txt that building it takes.
package_groups() {
  case $1 in
    dev) echo build test ;;
    fuzz | tidy) echo build lint ;;
    *) echo build ;;
  esac
}

# sandboxed PRESET COMMAND...: runs it as the preset's programs have to run.
sandboxed() {
  local preset=$1
  shift
  # The thread sanitizer of GCC 12 does not start where the kernel spreads addresses widely.
  if [[ $preset == tsan ]] && setarch "$(uname -m)" --addr-no-randomize true 2> /dev/null; then
    show setarch "$(uname -m)" --addr-no-randomize "$@"
  else
    show "$@"
  fi
}

# configure PRESET
configure() {
  local options=()
  if [[ ${DURABLE_DEBUG_INFO:-1} == 0 ]]; then options+=(-DCMAKE_CXX_FLAGS_DEBUG=-O0); fi
  # What CMake found out about a build folder goes stale when its compiler is replaced.
  show cmake --preset "$1" --log-level=WARNING "${options[@]}" ||
    fail "CMake could not configure preset '$1' (above); if the build folder is stale, ./dev clean and try again"
}

# build PRESET [TARGET...]: all targets unless some are given.
build() {
  local preset=$1
  shift
  configure "$preset"
  local targets=()
  if [[ $# -gt 0 ]]; then targets=(--target "$@"); fi
  sandboxed "$preset" cmake --build --preset "$preset" --parallel "$jobs" "${targets[@]}" ||
    fail "preset '$preset' did not build: correct the first error above, then run the same command again"
}
