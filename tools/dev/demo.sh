# SPDX-License-Identifier: Apache-2.0
# The demonstration: one test program in both modes. Sourced by ./dev.

readonly demo_functions=(
  approval billing billing_client card_charge data_export hello_world order_processing price_quotes
  process_order sealed_card seat_booking thumbnails tour trial trip_booking trip_offer voucher)
readonly demo_tests_program=build/release/examples/examples_test
readonly demo_durable=build/release/src/cli/durable
readonly demo_program=build/release/examples/lambda_functions

demo_server=

stop_demo_server() {
  if [[ -n $demo_server ]]; then
    kill "$demo_server" 2> /dev/null || true
    wait "$demo_server" 2> /dev/null || true
    demo_server=
  fi
}

# start_demo_server FOLDER: starts `durable server` with the examples as function processes, and
# sets demo_url.
start_demo_server() {
  local folder=$1 name functions=()
  for name in "${demo_functions[@]}"; do functions+=(--function "$name=$PWD/$demo_program"); done
  echo "+ $demo_durable server --skip-time --execution-timeout 30d --function hello_world=$demo_program ... &"
  : > "$folder/server.log" # it is read before the server has opened it
  "$demo_durable" server --port 0 --store-path "$folder/demo.db" --skip-time \
    --execution-timeout 30d --log-level WARNING "${functions[@]}" > "$folder/server.log" 2>&1 &
  demo_server=$!
  trap stop_demo_server EXIT
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    demo_url=$(sed -n 's/^durable server listening on \(http:[^ ,]*\).*/\1/p' "$folder/server.log")
    if [[ -n $demo_url ]]; then return; fi
    kill -0 "$demo_server" 2> /dev/null || break
    sleep 0.1
  done
  cat "$folder/server.log" >&2
  fail "the server did not get ready (above)"
}

# The map from the tests' names to the served functions.
demo_map() {
  local name map=
  for name in "${demo_functions[@]}"; do map+="${map:+, }\"${name//_/ }\": \"$name:\$LATEST\""; done
  printf '{%s}' "$map"
}

# run_demo_tests FOLDER MODE: leaves a report and the trees of operations in FOLDER.
run_demo_tests() {
  DURABLE_RECORD_TREES=$1/$2 "$demo_tests_program" "--runner-mode=$2" --gtest_brief=1 \
    --gtest_output="xml:$1/$2.xml" > "$1/$2.log" 2>&1 && return
  cat "$1/$2.log" >&2
  if [[ -s $1/server.log ]]; then cat "$1/server.log" >&2; fi
  fail "a test of the examples failed in $2 mode (above)"
}

# test_times FILE: of each test of a report of GoogleTest's its name and its seconds.
test_times() {
  awk 'function attribute(name) {
         if (!match($0, " " name "=\"[^\"]*\"")) return ""
         return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
       }
       /<testcase / { print attribute("classname") "." attribute("name"), attribute("time") + 0 }' "$1"
}

# same_trees FOLDER: of each test with a tree whether its operations are the same in both modes. A
# result may hold what is the execution's own, such as a voucher's code; all else is compared.
same_trees() {
  local file name word
  for file in "$1"/local/*.txt; do
    name=${file##*/}
    word=differ
    if cmp -s <(sed 's/ -> .*//' "$file") <(sed 's/ -> .*//' "$1/cloud/$name"); then word=same; fi
    echo "${name%.txt} $word"
  done
}

# Both reports side by side: the tests that ran in both modes.
compare_modes() {
  join <(test_times "$1/local.xml" | sort) <(test_times "$1/cloud.xml" | sort) |
    join - <(same_trees "$1" | sort) |
    awk 'function time(seconds) { return seconds < 0.001 ? "<1 ms" : sprintf("%d ms", seconds * 1000) }
         function row(name, here, there, last) { printf "%-54s %9s %9s   %s\n", name, here, there, last }
         BEGIN { row("test", "local", "cloud", "operations") }
         { row($1, time($2), time($3), $4); local += $2; cloud += $3 }
         END { row(NR " tests, all passed", time(local), time(cloud), "") }'
}

# demo_summary FILE: the last lines of what GoogleTest has printed.
demo_summary() {
  sed -n 's/^\[=*\] \(.* ran\)/  \1/p; s/^\[  PASSED  \]/  passed:/p; s/^\[  SKIPPED \]/  skipped:/p' "$1"
}

# demo_tests FOLDER: the examples' tests in both modes.
demo_tests() {
  echo
  echo "== Local mode: the functions run in the test's process, on virtual time"
  echo "+ $demo_tests_program"
  run_demo_tests "$1" local
  demo_summary "$1/local.log"

  echo
  echo "== Cloud mode: the same program; the functions are processes of a local server"
  start_demo_server "$1"
  echo "+ LAMBDA_ENDPOINT=$demo_url DURABLE_FUNCTION_NAME_MAP='{\"hello world\": \"hello_world:\$LATEST\", ...}' \\"
  echo "    $demo_tests_program --runner-mode=cloud"
  DURABLE_FUNCTION_NAME_MAP=$(demo_map) LAMBDA_ENDPOINT=$demo_url run_demo_tests "$1" cloud
  demo_summary "$1/cloud.log"

  echo
  echo "== Side by side"
  compare_modes "$1" | tee "$1/table"
  if grep -q 'differ$' "$1/table"; then fail "operations of the two modes differ (above)"; fi
  echo "All others are tests of the local runner: crash tests, and tests with scripts and a clock of their own."
}

cmd_demo() {
  if [[ $# -gt 0 ]]; then fail "demo takes no arguments; ./dev help shows the commands"; fi
  install_packages build
  build release durable_examples durable_program
  # All that is asked from here on is on this machine, which a proxy for the others does not reach.
  export no_proxy=127.0.0.1
  local folder
  folder=$(mktemp -d)
  demo_tests "$folder"

  echo
  echo "== One execution on the server: its operations, and its history as a timeline"
  show "$demo_durable" invoke order_processing --endpoint-url "$demo_url" --name demo \
    --quiet --file examples/order.json
  show "$demo_durable" history demo --endpoint-url "$demo_url" --tree
  show "$demo_durable" history demo --endpoint-url "$demo_url"
  stop_demo_server
  rm -rf "$folder"
  cat << TEXT

The functions and their tests are in examples/ (docs/examples.md). A server of your own:
  $demo_durable server --function hello_world=$demo_program
TEXT
}
