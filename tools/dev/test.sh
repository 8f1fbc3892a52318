# SPDX-License-Identifier: Apache-2.0
# Running the tests of several presets and adding up what they say. Sourced by ./dev.

passed=0
failed=0
declare -a failed_presets=()

# Leaves out of CTest's output what needs no reader; the log has it all.
without_passes() {
  grep --line-buffered -Ev '^ +Start +[0-9]+: |^ *[0-9]+/[0-9]+ Test +#[0-9]+: .* Passed +' || true
}

# test_preset PRESET [CTEST ARGUMENT...]: builds it, runs its tests, adds to the totals.
test_preset() {
  local preset=$1
  shift
  echo
  echo "== preset $preset"
  build "$preset"
  local report=$PWD/build/$preset/ctest.xml log=$PWD/build/$preset/ctest.log
  rm -f "$report"
  local code=0
  sandboxed "$preset" ctest --preset "$preset" --parallel "$jobs" --no-tests=ignore \
    --output-junit "$report" "$@" 2>&1 | tee "$log" | without_passes || code=$?
  # CTest's closing line has the failures; its report tells the tests that ran from the skipped ones.
  local failures
  failures=$(sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests\{0,1\} failed out of [0-9]*$/\1/p' "$log" | tail -1)
  failures=${failures:-0}
  if [[ -f $report ]]; then passed=$((passed + $(grep -c 'status="run"' "$report" || true))); fi
  failed=$((failed + failures))
  if [[ $code != 0 ]]; then
    failed_presets+=("$preset")
    if [[ $failures == 0 ]]; then fail "ctest of preset '$preset' ended with exit code $code (above)"; fi
  fi
}

cmd_test() {
  local chosen=() arguments=()
  while [[ $# -gt 0 ]]; do
    case $1 in
      --fast) chosen+=(dev) ;;
      --preset)
        require_preset "${2:-}"
        chosen+=("$2")
        shift
        ;;
      --preset=*)
        require_preset "${1#--preset=}"
        chosen+=("${1#--preset=}")
        ;;
      *) arguments+=("$1") ;;
    esac
    shift
  done
  if [[ ${#chosen[@]} == 0 ]]; then chosen=(dev asan tsan); fi

  local preset groups=()
  for preset in "${chosen[@]}"; do groups+=($(package_groups "$preset")); done
  install_packages "${groups[@]}"
  for preset in "${chosen[@]}"; do test_preset "$preset" "${arguments[@]}"; done

  echo
  if [[ $failed != 0 ]]; then
    echo "dev: tests failed in: ${failed_presets[*]}; to repeat one: ./dev test --preset ${failed_presets[0]} -R NAME"
  elif [[ $passed == 0 ]]; then
    echo "dev: no test ran: no name matches ${arguments[*]:-}; ctest -N --preset ${chosen[0]} lists the names"
  fi
  echo "$passed passed, $failed failed"
  [[ $failed == 0 && $passed != 0 ]]
}

cmd_coverage() {
  if [[ $# -gt 0 ]]; then fail "coverage takes no arguments; ./dev help shows the commands"; fi
  install_packages build coverage
  build coverage
  find build/coverage -name '*.gcda' -delete
  show ctest --preset coverage --parallel "$jobs" | without_passes ||
    fail "a test failed (above); ./dev test --fast shows the details"
  show gcovr --root . --filter src/ --filter include/ --object-directory build/coverage
}
