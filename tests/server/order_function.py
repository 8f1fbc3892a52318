# SPDX-License-Identifier: Apache-2.0
"""A function's process without any SDK: it speaks the Runtime API and the durable API itself.

The input's member "mode" says what it does: step, callback, wait, fail, crash, echo.
"""
import json
import os
import sys
import urllib.parse
import urllib.request

RUNTIME = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
LAMBDA = os.environ["AWS_ENDPOINT_URL_LAMBDA"]


def call(url, body=None):
    with urllib.request.urlopen(urllib.request.Request(url, data=body)) as response:
        return response.headers, response.read()


class Execution:
    """One invocation of a durable execution."""

    def __init__(self, event):
        self.arn = event["DurableExecutionArn"]
        self.token = event["CheckpointToken"]
        self.operations = {}
        self.merge(event["InitialExecutionState"]["Operations"])

    def merge(self, operations):
        self.operations.update((operation["Id"], operation) for operation in operations)

    def checkpoint(self, *updates):
        url = f"{LAMBDA}/2025-12-01/durable-executions/{urllib.parse.quote(self.arn, safe='')}/checkpoint"
        body = json.dumps({"CheckpointToken": self.token, "Updates": updates}).encode()
        answer = json.loads(call(url, body)[1])
        self.token = answer.get("CheckpointToken", "")
        self.merge(answer["NewExecutionState"]["Operations"])

    def status(self, operation):
        return self.operations.get(operation, {}).get("Status")

    def input(self):
        execution = next(o for o in self.operations.values() if o["Type"] == "EXECUTION")
        return json.loads(execution["ExecutionDetails"].get("InputPayload") or "{}")


def step(execution, name):
    update = {"Id": name, "Name": name, "Type": "STEP", "SubType": "Step"}
    if execution.status(name) != "SUCCEEDED":
        print("charging", flush=True)
        execution.checkpoint(
            {**update, "Action": "START"}, {**update, "Action": "SUCCEED", "Payload": '"charged"'}
        )
    return json.loads(execution.operations[name]["StepDetails"]["Result"])


def suspend_on(execution, update):
    if execution.status(update["Id"]) is None:
        execution.checkpoint({**update, "Name": update["Id"], "Action": "START"})
    return execution.status(update["Id"])


def run(execution):
    given = execution.input()
    mode = given.get("mode", "step")
    if mode == "crash":
        os._exit(3)
    if mode == "fail":
        return {"Status": "FAILED", "Error": {"ErrorType": "Broken", "ErrorMessage": "as asked"}}
    result = {"charge": step(execution, "charge"), "given": given}
    if mode == "wait":
        update = {"Id": "pause", "Type": "WAIT", "SubType": "Wait",
                  "WaitOptions": {"WaitSeconds": given.get("seconds", 1)}}
        if suspend_on(execution, update) != "SUCCEEDED":
            return {"Status": "PENDING"}
    if mode == "callback":
        update = {"Id": "approve", "Type": "CALLBACK", "SubType": "Callback",
                  "CallbackOptions": {"TimeoutSeconds": 600, "HeartbeatTimeoutSeconds": 600}}
        status = suspend_on(execution, update)
        details = execution.operations["approve"]["CallbackDetails"]
        if status == "STARTED":
            return {"Status": "PENDING"}
        if status != "SUCCEEDED":
            return {"Status": "FAILED", "Error": details["Error"]}
        result["approved"] = details.get("Result")
    return {"Status": "SUCCEEDED", "Result": json.dumps(result)}


def main():
    while True:
        headers, body = call(RUNTIME + "next")
        event = json.loads(body)
        durable = isinstance(event, dict) and "CheckpointToken" in event
        if durable:
            answer = run(Execution(event))
        else:
            print("plain", headers["Lambda-Runtime-Aws-Request-Id"], flush=True)
            answer = {"echo": event}
        call(RUNTIME + headers["Lambda-Runtime-Aws-Request-Id"] + "/response",
             json.dumps(answer).encode())


try:
    main()
except OSError as error:
    sys.exit(f"the server went away: {error}")
