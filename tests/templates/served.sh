#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# served.sh PROGRAM BOOTSTRAP TESTS TEMPLATE: `durable server --template` starts the functions of the
# template from the folder that it names, and tests pass against them in cloud mode.
set -eu

durable=$1 bootstrap=$2 tests=$3 template=$4
folder=$(mktemp -d)
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_ENDPOINT_URL_LAMBDA BILLING_FUNCTION || true
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1

fail() { echo "served.sh: $*" >&2; sed 's/^/server: /' "$folder/err" >&2; exit 1; }

# The tree as a build leaves it.
mkdir -p "$folder/templates" "$folder/build/release/examples/example_functions"
cp "$template" "$folder/templates/template.yaml"
ln -s "$bootstrap" "$folder/build/release/examples/example_functions/bootstrap"

mkfifo "$folder/ready"
pid=
trap '[ -z "$pid" ] || { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }; rm -rf "$folder"' EXIT
"$durable" server --port 0 --store-type memory --template "$folder/templates/template.yaml" \
  >"$folder/ready" 2>"$folder/err" &
pid=$!
exec 3<"$folder/ready"
read -r line <&3 || fail "the server did not start"
LAMBDA_ENDPOINT=$(expr "$line" : 'durable server listening on \(http://[^,]*\),') || fail "no URL in: $line"
export LAMBDA_ENDPOINT no_proxy=127.0.0.1
cat <&3 >/dev/null & # the list of functions, so that the pipe does not fill

said=$("$durable" functions) || fail "the functions cannot be listed"
for name in billing_client hello_world shout; do
  case $said in *"$name"*) ;; *) fail "no $name in: $said" ;; esac
done
said=$("$durable" invoke hello_world '"World"' --qualifier live --quiet) || fail "hello_world failed"
[ "$said" = '"Hello World!"' ] || fail "hello_world answered $said"
said=$("$durable" invoke shout '{"text":"hey"}' --quiet) || fail "shout failed"
[ "$said" = '"hey!"' ] || fail "shout answered $said"

# The map as docs/deployment.md takes it out of the template.
DURABLE_FUNCTION_NAME_MAP=$(sed -n '/FunctionNameMap:/,/}$/{s/${Prefix}//;/live"/p}' "$template")
export DURABLE_FUNCTION_NAME_MAP
"$tests" --runner-mode=cloud --gtest_brief=1 --gtest_filter='HelloWorld.*:Billing.*' ||
  fail "a test failed in cloud mode"
said=$("$durable" list billing_client)
case $said in *SUCCEEDED*) ;; *) fail "the tests did not ask the server: $said" ;; esac

kill "$pid"
wait "$pid" || fail "the server did not stop cleanly"
pid=
