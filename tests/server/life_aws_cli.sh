#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The life of an execution through the AWS CLI, unmodified. Run by with_server.sh.
set -eu

if ! command -v aws >/dev/null 2>&1; then
  echo "life_aws_cli: skipped, the AWS CLI is not installed"
  exit 77
fi
if ! aws lambda get-durable-execution help >/dev/null 2>&1; then
  echo "life_aws_cli: skipped, this AWS CLI does not know durable executions"
  exit 77
fi
fail() {
  echo "life_aws_cli: $1" >&2
  exit 1
}
expect() {
  case $1 in *"$2"*) ;; *) fail "$3: expected ...$2..., found $1" ;; esac
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Version 2 takes blobs in base64 unless it is told otherwise; version 1 does not know the option.
raw=""
case $(aws --version 2>&1) in aws-cli/2*) raw="--cli-binary-format raw-in-base64-out" ;; esac
lambda() { aws lambda "$@" --endpoint-url "$DURABLE_URL" --output text; }

expect "$(lambda get-function --function-name order --query Configuration.FunctionArn)" \
  ":function:order" "get-function"
lambda invoke --function-name order --qualifier '$LATEST' $raw --payload '{"mode":"step"}' \
  "$folder/result" >"$folder/answer"
expect "$(cat "$folder/result")" '"charge": "charged"' "invoke"
expect "$(cat "$folder/answer")" 200 "invoke"
arn=$(lambda invoke --function-name 'order:$LATEST' --invocation-type Event $raw \
  --payload '{"mode":"callback"}' --durable-execution-name cli-1 --query DurableExecutionArn \
  "$folder/result")
id=""
tries=0
while [ -z "$id" ] || [ "$id" = None ]; do
  id=$(lambda get-durable-execution-history --durable-execution-arn "$arn" \
    --query 'Events[?EventType==`CallbackStarted`].CallbackStartedDetails.CallbackId | [0]')
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || fail "the callback did not start"
done
lambda send-durable-execution-callback-heartbeat --callback-id "$id"
lambda send-durable-execution-callback-success --callback-id "$id" $raw --result yes
status=RUNNING
while [ "$status" = RUNNING ]; do
  status=$(lambda get-durable-execution --durable-execution-arn "$arn" --query Status)
done
[ "$status" = SUCCEEDED ] || fail "the execution ended as $status"
expect "$(lambda list-durable-executions-by-function --function-name order \
  --statuses SUCCEEDED --query 'DurableExecutions[].DurableExecutionName')" cli-1 "list"
arn=$(lambda invoke --function-name 'order:$LATEST' --invocation-type Event $raw \
  --payload '{"mode":"wait","seconds":86400}' --query DurableExecutionArn "$folder/result")
lambda stop-durable-execution --durable-execution-arn "$arn" >/dev/null
expect "$(lambda get-durable-execution --durable-execution-arn "$arn" --query Status)" STOPPED stop
if lambda get-durable-execution --durable-execution-arn "${arn}x" 2>"$folder/error"; then
  fail "an unknown execution is found"
fi
expect "$(cat "$folder/error")" ResourceNotFoundException "an unknown execution"
echo "life_aws_cli: done"
