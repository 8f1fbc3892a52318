#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# with_server.sh SERVER FUNCTION SCRIPT: starts the server with the functions `order` (durable) and
# `echo` (plain) on a free port, runs the script against it, and expects a clean end of both.
# The script finds the server's URL in DURABLE_URL; it exits 77 when it cannot run here.
set -eu

server=$1 function=$2 script=$3
folder=$(mktemp -d)
"$server" --store-path "$folder/executions.db" \
  --function "order=python3 $function" --plain "echo=python3 $function" >"$folder/port" &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
until [ -s "$folder/port" ]; do
  kill -0 "$pid" 2>/dev/null || { echo "the server did not start" >&2; exit 1; }
done

DURABLE_URL="http://127.0.0.1:$(cat "$folder/port")"
export DURABLE_URL
# What any client of Lambda reads; nothing of the user's own is touched.
export AWS_ENDPOINT_URL_LAMBDA="$DURABLE_URL" AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_EC2_METADATA_DISABLED=true
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
status=0
case $script in
  *.py) python3 "$script" || status=$? ;;
  *) sh "$script" || status=$? ;;
esac
[ "$status" -eq 0 ] || exit "$status"
kill "$pid"
wait "$pid" || { echo "the server did not stop cleanly" >&2; exit 1; }
