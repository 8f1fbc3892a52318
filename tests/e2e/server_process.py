# SPDX-License-Identifier: Apache-2.0
"""Runs `durable server` for a test, and talks to it with nothing but Python's own HTTP client."""

import http.client
import json
import re
import signal
import subprocess
import time
import urllib.parse

READY_LIMIT_S = 20
CALL_LIMIT_S = 30


class ServerProcess:
    """One `durable server` on a free port. Use as a context manager: it is gone at the end."""

    def __init__(self, program, arguments, port=0):
        # Nobody reads on once it is ready: it must not fill the pipe.
        self.process = subprocess.Popen(
            [program, "server", "--port", str(port), "--log-level", "WARNING", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.said = []
        self.port = self._await_ready()

    def _await_ready(self):
        deadline = time.monotonic() + READY_LIMIT_S
        for line in self.process.stdout:
            self.said.append(line)
            found = re.search(r"listening on http://127\.0\.0\.1:(\d+)", line)
            if found:
                return int(found.group(1))
            if time.monotonic() > deadline:
                break
        self.kill()
        raise AssertionError("the server did not get ready; it said:\n" + "".join(self.said))

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.communicate(timeout=CALL_LIMIT_S)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("the server did not end after SIGTERM")

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.communicate()

    def call(self, method, path, body=None, headers=None):
        """One request: status, headers and body as text. Raises OSError when there is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=CALL_LIMIT_S)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def start(self, function, event, name=None, invocation_type="Event"):
        """Invokes a durable function; its execution's ARN."""
        headers = {"X-Amz-Invocation-Type": invocation_type}
        if name is not None:
            headers["X-Amz-Durable-Execution-Name"] = name
        status, answered, text = self.call(
            "POST", f"/2015-03-31/functions/{function}/invocations?Qualifier=%24LATEST", json.dumps(event), headers)
        if status not in (200, 202):
            raise AssertionError(f"invoke of {function} answered {status}: {text}")
        return answered["X-Amz-Durable-Execution-Arn"]

    def get(self, arn, resource=""):
        path = "/2025-12-01/durable-executions/" + urllib.parse.quote(arn, safe="") + resource
        status, _, text = self.call("GET", path)
        if status != 200:
            raise AssertionError(f"GET {path} answered {status}: {text}")
        return json.loads(text)

    def history(self, arn):
        events, marker = [], ""
        while True:
            page = self.get(arn, "/history?MaxItems=1000&IncludeExecutionData=true"
                            + (f"&Marker={urllib.parse.quote(marker, safe='')}" if marker else ""))
            events += page["Events"]
            marker = page.get("NextMarker")
            if not marker:
                return events

    def succeed_callback(self, callback_id, result):
        path = "/2025-12-01/durable-execution-callbacks/" + urllib.parse.quote(callback_id, safe="") + "/succeed"
        return self.call("POST", path, result)[0]

    def await_end(self, arn, limit_s=60):
        """Polls until the execution has ended; what GetDurableExecution says of it."""
        deadline = time.monotonic() + limit_s
        while True:
            execution = self.get(arn)
            if execution["Status"] != "RUNNING":
                return execution
            if time.monotonic() > deadline:
                raise AssertionError(f"{arn} did not end in {limit_s} s; its history:\n"
                                     + json.dumps(self.history(arn), indent=1))
            time.sleep(0.02)


def await_value(read, limit_s=30):
    """Polls until `read` gives something else than None or raises FileNotFoundError."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        try:
            value = read()
            if value:
                return value
        except FileNotFoundError:
            pass
        time.sleep(0.02)
    raise AssertionError(f"nothing came in {limit_s} s")
