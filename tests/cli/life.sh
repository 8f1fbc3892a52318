#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# life.sh PROGRAM FUNCTION: the life of executions through the program alone: its server with one
# function, and every command that asks it. Exits 77 where it cannot run.
set -eu

durable=$1 function=$2
command -v python3 >/dev/null || { echo "python3 is not here" >&2; exit 77; }
folder=$(mktemp -d)
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_ENDPOINT_URL_LAMBDA NO_COLOR || true
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1

fail() { echo "life.sh: $*" >&2; sed 's/^/server: /' "$folder/err" >&2; exit 1; }
# expect CODE COMMAND...: what it prints is left in $said.
expect() {
  code=$1; shift
  found=0
  said=$("$durable" "$@" 2>"$folder/said") || found=$?
  [ "$found" -eq "$code" ] || { cat "$folder/said" >&2; fail "$* ended with $found, not $code"; }
}
# holds TEXT: $said has it.
holds() { case $said in *"$1"*) ;; *) fail "expected \"$1\" in: $said" ;; esac; }

export no_proxy=127.0.0.1 # whoever runs the tests may have a proxy
mkfifo "$folder/ready"
pid=
trap '[ -z "$pid" ] || { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }; rm -rf "$folder"' EXIT
# start OPTIONS...: a server; what it says when it is ready tells where it is.
start() {
  "$durable" server --port 0 "$@" >"$folder/ready" 2>"$folder/err" &
  pid=$!
  exec 3<"$folder/ready"
  read -r line <&3 || fail "the server did not start"
  LAMBDA_ENDPOINT=$(expr "$line" : 'durable server listening on \(http://[^,]*\),') || fail "no URL in: $line"
  export LAMBDA_ENDPOINT
}
stop() {
  kill "$pid"
  wait "$pid" || fail "the server did not stop cleanly"
  pid=
  exec 3<&-  # with what was not read
}

start --store-path "$folder/executions.db" --function "order=python3 $function"

expect 0 functions; holds "order"; holds "yes"
expect 0 invoke order '{"mode":"step"}' --quiet; holds '"charge": "charged"'
expect 1 invoke order '{"mode":"fail"}' --quiet
grep -q "Broken: as asked" "$folder/said" || fail "the error is not told"
expect 3 invoke nobody '{}'

# A callback, from its start to its end.
expect 0 invoke order '{"mode":"callback"}' --name approval --event; holds "durable-execution/approval/"
id=
while [ -z "$id" ]; do
  expect 0 get approval
  id=$(printf '%s\n' "$said" | sed -n 's/.*: durable callback succeed \([^ ]*\) .*/\1/p')
done
expect 0 callback heartbeat "$id"
expect 0 callback succeed "$id" --result '"yes"'
expect 0 watch approval; holds "CallbackSucceeded"; holds "execution SUCCEEDED"
expect 3 callback succeed "$id" --result '"again"'

# What is recorded is a history that replay reads.
expect 0 history approval --json --include-data
printf '%s\n' "$said" >"$folder/history.json"
expect 0 replay "$folder/history.json"; holds "CALLBACK approve"
# The function's own process does what is recorded. With another input it does not.
expect 0 replay "$folder/history.json" --function "order=python3 $function"; holds "clean"
sed 's/callback\\"}/step\\"}/' "$folder/history.json" >"$folder/other.json"
expect 1 replay "$folder/other.json" --function "order=python3 $function"; holds 'a wait for CALLBACK'

# A wait that nobody waits for.
expect 4 invoke order '{"mode":"wait","seconds":1000}' --name sleeper --timeout 200ms --quiet
expect 0 list order --status RUNNING; holds "sleeper"
expect 0 stop sleeper --error-message "not today"
expect 1 watch sleeper; holds "execution STOPPED"; holds "not today"
[ ! -e /dev/full ] || {
  "$durable" list 2>"$folder/said" >/dev/full && fail "list says nothing of a full disk" || [ $? -eq 3 ]
  grep -q "output could not be written" "$folder/said" || fail "it is not told that the disk is full"
}
# A reader who has gone is no error, whether its signal ends the program or not.
{ (trap '' PIPE; i=0; while "$durable" man; do i=$((i + 1)); [ "$i" -lt 5 ] || exit 0; done; exit 1) 2>"$folder/said" &&
    : >"$folder/done"; } | head -1 >/dev/null
[ -e "$folder/done" ] && [ ! -s "$folder/said" ] || fail "a reader who has gone is an error"
expect 0 list --json; holds '"Status": "STOPPED"'
expect 0 logs order; holds "charging"

stop
expect 3 list
grep -q "durable server --function" "$folder/said" || fail "it is not told how to start a server"

# A server that asks who is there.
printf '[default]\naws_access_key_id = AKIDLIFE\naws_secret_access_key = of-this-test\n' >"$folder/keys"
start --store-type memory --require-signature "$folder/keys"
expect 3 functions
grep -q "Token" "$folder/said" || fail "it is not told that a signature is missing"
export AWS_ACCESS_KEY_ID=AKIDLIFE AWS_SECRET_ACCESS_KEY=of-this-test
expect 0 functions
export AWS_SECRET_ACCESS_KEY=another
expect 3 functions
stop
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY

# The runtime that the program brings: one line tells of it, and what is printed belongs to its
# invocation.
printf 'def handler(event, context):\n    print("said", event)\n    return event\n' >"$folder/hello.py"
cat >"$folder/template.yaml" <<'END'
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: hello, Runtime: python3.13, Handler: hello.handler, CodeUri: .}
END
start --store-type memory --template "$folder/template.yaml"
read -r line <&3
case $line in *'-c (runtime) hello.handler') ;; *) fail "the function's line is: $line" ;; esac
said=$(python3 - "$LAMBDA_ENDPOINT" <<'END'
import base64, sys, urllib.request
request = urllib.request.Request(sys.argv[1] + "/2015-03-31/functions/hello/invocations", b"7",
                                 {"X-Amz-Log-Type": "Tail"})
with urllib.request.urlopen(request) as answer:
    print(base64.b64decode(answer.headers["X-Amz-Log-Result"]).decode(), answer.read().decode())
END
)
holds "said 7"
stop

# A function that prints faster than it can be followed: each line is printed, or counted as missing.
printf 'def handler(event, context):\n    for i in range(1, event + 1):\n        print(i)\n' >"$folder/flood.py"
sed -i 's/hello/flood/g' "$folder/template.yaml"
start --store-type memory --log-payloads --template "$folder/template.yaml"
expect 0 invoke flood 30000
python3 - "$folder/err" <<'END' || fail "lines are missing, and nothing says so"
import re, sys, time
for attempt in range(600):
    text = open(sys.argv[1]).read()
    if "flood: 30000\n" in text: break
    time.sleep(0.1)
printed = len(re.findall(r"^flood: \d+$", text, re.M))
missing = sum(int(n) for n in re.findall(r"^flood: (\d+) lines are missing here", text, re.M))
sys.exit(printed + missing != 30000)
END
stop

# What functions print while the server stops, up to the end of their processes.
cat >"$folder/slow.py" <<'END'
import os, signal, sys, time

def leave(number, frame):
    print("good bye", flush=True)
    sys.exit(0)

signal.signal(signal.SIGTERM, leave)

def handler(event, context):
    print("begin", flush=True)
    while not os.path.exists("go"):
        time.sleep(0.01)
    print("end", flush=True)
END
sed -i 's/flood/slow/g' "$folder/template.yaml"
start --store-type memory --log-payloads --template "$folder/template.yaml"
"$durable" invoke slow 1 --event >"$folder/said"
# told TEXT: it stands on the server's standard error, sooner or later.
told() {
  tries=0
  until grep -q "$1" "$folder/err"; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || fail "expected on standard error: $1"
    sleep 0.1
  done
}
told "slow: begin"
kill "$pid"
told "stopping"
: >"$folder/go"
wait "$pid" || fail "the server did not stop cleanly"
pid=
exec 3<&-
told "slow: end"
told "slow: good bye"
sed -i 's/slow/flood/g' "$folder/template.yaml"

# What a module prints before it fails to load is there when its error is.
printf 'print("loading")\nraise ValueError("not today")\n' >"$folder/broken.py"
sed -i 's/flood/broken/g' "$folder/template.yaml"
start --store-type memory --template "$folder/template.yaml"
expect 1 invoke broken 1
expect 0 logs broken; holds "loading"; holds "not today"
stop
