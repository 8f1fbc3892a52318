# SPDX-License-Identifier: Apache-2.0
# The demonstration: one test program in both modes. Sourced by ./dev.

readonly demo_functions=(
  approval billing billing_client data_export hello_world order_processing sealed_card seat_booking
  thumbnails tour trial trip_offer voucher)

# The suites whose tests have both a handler and a function that is served. Where somebody outside
# completes a callback, time runs as it does; all others jump over their waits.
readonly demo_suites_real='Approval.*:Trial.*'
readonly demo_suites_skipped='Billing.*:DataExport.*:HelloWorld.*:OrderProcessing.*:SealedCard.*:SeatBooking.*:Thumbnails.*:Tour.*:TripOffer.*:Voucher.*'

demo_server=

stop_demo_server() {
  if [[ -n $demo_server ]]; then
    kill "$demo_server" 2> /dev/null || true
    wait "$demo_server" 2> /dev/null || true
    demo_server=
  fi
}

# start_demo_server FOLDER ARGUMENT...: starts `durable server` with the examples as function
# processes, and sets demo_url.
start_demo_server() {
  local folder=$1 name
  shift
  local arguments=("$@")
  for name in "${demo_functions[@]}"; do
    arguments+=(--function "$name=$PWD/build/release/examples/lambda_functions")
  done
  build/release/src/cli/durable server --port 0 --store-path "$folder/demo.db" \
    --execution-timeout 604800 --log-level WARNING \
    "${arguments[@]}" > "$folder/server.log" 2>&1 &
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

# test_in_cloud_mode FOLDER SUITES: the examples' tests against the server that runs.
test_in_cloud_mode() {
  DURABLE_FUNCTION_NAME_MAP=$(demo_map) LAMBDA_ENDPOINT=$demo_url DURABLE_RUNNER_MODE=cloud \
    build/release/examples/examples_test --gtest_brief=1 --gtest_filter="$2" \
    --gtest_output="xml:$1/cloud.xml" ||
    fail "a test failed in cloud mode (above) and not in local mode; the server said: $(cat "$1/server.log")"
  suite_times "$1/cloud.xml" >> "$1/cloud.txt"
}

# suite_times FILE: each suite of a report of GoogleTest's, its tests, failures and seconds.
suite_times() {
  sed -n 's/.*<testsuite name="\([^"]*\)" tests="\([0-9]*\)" failures="\([0-9]*\)".* time="\([^"]*\)".*/\1 \2 \3 \4/p' "$1"
}

# Both reports side by side.
compare_modes() {
  printf '\n%-18s %6s %14s %14s\n' suite tests local cloud
  join <(suite_times "$1" | sort) <(sort "$2") |
    awk '{ printf "%-18s %6d %7s %6.3fs %7s %6.3fs\n", $1, $2, $3 == 0 ? "passed" : "failed", $4, $6 == 0 ? "passed" : "failed", $7 }'
}

cmd_demo() {
  if [[ $# -gt 0 ]]; then fail "demo takes no arguments; ./dev help shows the commands"; fi
  install_packages build
  build release durable_examples durable_program
  local tests=build/release/examples/examples_test folder
  folder=$(mktemp -d)
  show "$tests" --gtest_brief=1 --gtest_output="xml:$folder/local.xml" ||
    fail "a test of the examples failed (above); run ./dev test for the details"
  show build/release/examples/order_processing examples/order.json

  echo
  echo "== the same tests in cloud mode: the functions are processes of durable server"
  start_demo_server "$folder"
  test_in_cloud_mode "$folder" "$demo_suites_real"
  stop_demo_server
  start_demo_server "$folder" --skip-time
  test_in_cloud_mode "$folder" "$demo_suites_skipped"
  compare_modes "$folder/local.xml" "$folder/cloud.txt"

  echo
  show build/release/src/cli/durable invoke order_processing --endpoint-url "$demo_url" --name demo \
    --quiet --file examples/order.json
  show build/release/src/cli/durable history demo --endpoint-url "$demo_url"
  stop_demo_server
  rm -rf "$folder"
}
