#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The life of executions through plain curl. Run by with_server.sh.
set -eu

fail() {
  echo "life_curl: $1" >&2
  exit 1
}
# expect TEXT PATTERN WHAT
expect() {
  case $1 in *"$2"*) ;; *) fail "$3: expected ...$2..., found $1" ;; esac
}
# ARNs and callback ids are one segment of a path.
encode() { printf %s "$1" | sed 's/%/%25/g; s/:/%3A/g; s|/|%2F|g; s/\$/%24/g; s/+/%2B/g; s/=/%3D/g'; }
# member NAME: the first member of that name in the JSON text on stdin, a string
member() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

functions="$DURABLE_URL/2015-03-31/functions"
executions="$DURABLE_URL/2025-12-01/durable-executions"
callbacks="$DURABLE_URL/2025-12-01/durable-execution-callbacks"
order="$functions/order/invocations?Qualifier=%24LATEST"

expect "$(curl -sS "$DURABLE_URL/health")" healthy "health"

# Synchronous: the answer is the result.
answer=$(curl -sSi "$order" -d '{"mode":"step"}')
expect "$answer" "200 OK" "invoke"
expect "$answer" '"charge": "charged"' "invoke"
answer=$(curl -sSi "$order" -d '{"mode":"fail"}')
expect "$answer" "X-Amz-Function-Error: Unhandled" "a failed execution"
expect "$answer" '{"errorMessage":"as asked","errorType":"Broken"}' "a failed execution"
expect "$(curl -sS "$functions/order/invocations" -d '{}')" "unqualified ARN" "no qualifier"
expect "$(curl -sS "$functions/echo/invocations" -d '[1]')" '{"echo": [1]}' "a plain function"

# An event, a callback, the history.
arn=$(curl -sSi "$order" -d '{"mode":"callback"}' -H 'X-Amz-Invocation-Type: Event' \
  -H 'X-Amz-Durable-Execution-Name: order-1' |
  tr -d '\r' | sed -n 's/^[Xx]-[Aa]mz-[Dd]urable-[Ee]xecution-[Aa]rn: //p')
[ -n "$arn" ] || fail "an event answers the ARN"
path="$executions/$(encode "$arn")"
id=""
tries=0
while [ -z "$id" ]; do
  id=$(curl -sS "$path/history" | member CallbackId || true)
  tries=$((tries + 1))
  [ "$tries" -lt 3000 ] || fail "the callback did not start"
done
callback="$callbacks/$(encode "$id")"
expect "$(curl -sSi -X POST "$callback/heartbeat")" "200 OK" "heartbeat"
expect "$(curl -sSi "$callback/succeed" -d yes)" "200 OK" "callback"
expect "$(curl -sSi "$callback/succeed" -d yes)" "CallbackTimeoutException" "a second completion"
# The same name and payload wait for the same execution.
answer=$(curl -sS "$order" -d '{"mode":"callback"}' -H 'X-Amz-Durable-Execution-Name: order-1')
expect "$answer" '"approved": "yes"' "the result by name"
expect "$(curl -sS "$path")" '"Status":"SUCCEEDED"' "get"
expect "$(curl -sS "$path/history?ReverseOrder=true&MaxItems=1")" ExecutionSucceeded "history"
list=$(curl -sS "$DURABLE_URL/2025-12-01/functions/order/durable-executions?Statuses=SUCCEEDED")
expect "$list" '"DurableExecutionName":"order-1"' "list"

# Stop.
arn=$(curl -sSi "$order" -d '{"mode":"wait","seconds":86400}' -H 'X-Amz-Invocation-Type: Event' |
  tr -d '\r' | sed -n 's/^[Xx]-[Aa]mz-[Dd]urable-[Ee]xecution-[Aa]rn: //p')
path="$executions/$(encode "$arn")"
expect "$(curl -sS "$path/stop" -d '{"ErrorType":"Enough"}')" StopTimestamp "stop"
expect "$(curl -sS "$path")" '"Status":"STOPPED"' "get after stop"

# What the server says of itself.
expect "$(curl -sS "$functions/order")" '"ExecutionTimeout":900' "get-function"
expect "$(curl -sS "$DURABLE_URL/metrics")" "durable_execution_stopped_total 1" "metrics"
expect "$(curl -sS "$DURABLE_URL/durable/functions/order/logs")" charging "logs"
expect "$(curl -sSi "$DURABLE_URL/nothing")" "404 Not Found" "an unknown path"
echo "life_curl: done"
