#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Requests that the AWS CLI signs, against a server that requires it. Run by signed_test.cc.
set -eu

if ! command -v aws >/dev/null 2>&1; then
  echo "signed_aws_cli: the AWS CLI is not installed"
  exit 77
fi
if ! aws lambda get-durable-execution help >/dev/null 2>&1; then
  echo "signed_aws_cli: this AWS CLI does not know durable executions"
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() {
  echo "signed_aws_cli: $1" >&2
  exit 1
}
lambda() { aws lambda "$@" --endpoint-url "$DURABLE_URL" --output text; }
start() {
  lambda invoke --function-name 'tour:$LATEST' --invocation-type Event --payload '"World"' $raw \
    --query DurableExecutionArn "$folder/result"
}
# refused NAME: a start is refused with this error.
refused() {
  if start >"$folder/out" 2>&1; then fail "$1 was expected"; fi
  grep -q "$1" "$folder/out" || fail "$1 was expected, found $(cat "$folder/out")"
}
# Version 2 takes blobs in base64 unless it is told otherwise; version 1 does not know the option.
raw=""
case $(aws --version 2>&1) in aws-cli/2*) raw="--cli-binary-format raw-in-base64-out" ;; esac

arn=$(start)
status=RUNNING
while [ "$status" = RUNNING ]; do
  status=$(lambda get-durable-execution --durable-execution-arn "$arn" --query Status)
done
[ "$status" = SUCCEEDED ] || fail "the execution ended as $status"

key=$AWS_ACCESS_KEY_ID
AWS_ACCESS_KEY_ID=AKIDOFANOTHER
refused UnrecognizedClientException
AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=another
refused InvalidSignatureException
echo "signed_aws_cli: done"
