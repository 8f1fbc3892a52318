# SPDX-License-Identifier: Apache-2.0
"""The function's side of the Lambda Runtime API for Python: loads the handler that _HANDLER names from
LAMBDA_TASK_ROOT, asks for one invocation after the other, and answers each."""

import http.client
import importlib
import json
import os
import sys
import time
import traceback


class Context:
    """What Lambda tells a handler about its invocation."""

    def __init__(self, headers):
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.tenant_id = headers.get("Lambda-Runtime-Aws-Tenant-Id")
        self.client_context = json.loads(headers.get("Lambda-Runtime-Client-Context") or "null")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = None

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))


def error_body(error):
    return {
        "errorType": type(error).__name__,
        "errorMessage": str(error),
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


class RuntimeApi:
    def __init__(self, address):
        self._connection = http.client.HTTPConnection(address)

    def call(self, method, resource, body=None, headers=None):
        self._connection.request(method, f"/2018-06-01/runtime/{resource}", body, headers or {})
        response = self._connection.getresponse()
        return response, response.read()

    def report(self, resource, error, headers=None):
        body = error_body(error)
        own = {"Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": body["errorType"]}
        return self.call("POST", resource, json.dumps(body), {**own, **(headers or {})})


def load_handler(root, name):
    """The attribute that "folder/file.name" means, from the module folder.file."""
    module, _, attribute = name.rpartition(".")
    if not module:
        raise ValueError(f'_HANDLER: expected "file.function", found "{name}"')
    sys.path.insert(0, root)
    return getattr(importlib.import_module(module.replace("/", ".")), attribute)


def serve(api, handler):
    response, text = api.call("GET", "invocation/next")
    if response.status != 200:
        raise RuntimeError(f"the Runtime API answered {response.status}: {text.decode()}")
    request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
    echo = {}
    if "Lambda-Runtime-Invocation-Id" in response.headers:
        echo["Lambda-Runtime-Invocation-Id"] = response.headers["Lambda-Runtime-Invocation-Id"]
    if "Lambda-Runtime-Trace-Id" in response.headers:
        os.environ["_X_AMZN_TRACE_ID"] = response.headers["Lambda-Runtime-Trace-Id"]
    try:
        result = json.dumps(handler(json.loads(text), Context(response.headers)))
    except Exception as error:  # what the handler throws is the invocation's error
        traceback.print_exc()
        sys.stdout.flush()
        answer, said = api.report(f"invocation/{request_id}/error", error, echo)
    else:
        headers = {"Content-Type": "application/json", **echo}
        sys.stdout.flush()  # what was printed before the answer belongs to the invocation
        answer, said = api.call("POST", f"invocation/{request_id}/response", result, headers)
    if answer.status >= 400:
        print(f"the Runtime API refused the answer to {request_id}: {answer.status} {said.decode()}", file=sys.stderr)


def main():
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load_handler(os.environ.get("LAMBDA_TASK_ROOT", "."), os.environ.get("_HANDLER", ""))
    except Exception as error:  # whatever a module does when it is loaded
        traceback.print_exc()
        sys.stdout.flush()  # this process is stopped as soon as the error is known
        api.report("init/error", error)
        sys.exit(1)
    while True:
        serve(api, handler)


main()
