# SPDX-License-Identifier: Apache-2.0
"""Functions written with the official JavaScript SDK run on `durable server`, unchanged.

usage: javascript_test.py DURABLE FOLDER    FOLDER: where npm may install the SDK
Exit code 77: skipped, because Node, npm or the registry is not there."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from server_process import ServerProcess, await_value

SKIPPED = 77
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "javascript")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def install(folder):
    """Copies the functions to `folder` and lets npm fetch what they need, once."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        skip("node and npm are needed (Debian packages nodejs and npm)")
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(SOURCES):
        shutil.copy(os.path.join(SOURCES, name), folder)
    with open(os.path.join(folder, "package.json"), encoding="utf-8") as file:
        wanted = json.load(file)["dependencies"]
    mark = os.path.join(folder, "node_modules", ".installed.json")
    if os.path.exists(mark) and json.load(open(mark, encoding="utf-8")) == wanted:
        return
    done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
                          cwd=folder, capture_output=True, text=True, timeout=110)
    if done.returncode != 0:
        skip("npm could not install the SDK: " + done.stderr.strip()[-500:])
    with open(mark, "w", encoding="utf-8") as file:
        json.dump(wanted, file)


class JavaScriptSdk(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        template = os.path.join(folder, "template.yaml")
        store = os.path.join(self.scratch.name, "store.db")
        self.server = ServerProcess(program, ["--template", template, "--store-path", store])
        self.addCleanup(self.server.__exit__)

    def test_runs_steps_waits_callbacks_maps_and_invokes(self):
        callback = os.path.join(self.scratch.name, "callback")
        event = {"name": "Ada", "numbers": [1, 2, 3], "callback": callback,
                 "attempts": os.path.join(self.scratch.name, "attempts")}

        arn = self.server.start("workflow", event, name="first")
        callback_id = await_value(lambda: open(callback, encoding="utf-8").read())
        self.assertEqual(self.server.succeed_callback(callback_id, '"granted"'), 200)
        execution = self.server.await_end(arn)

        self.assertEqual(execution["Status"], "SUCCEEDED", execution)
        result = json.loads(execution["Result"])
        self.assertEqual(result["greeting"], "hello Ada")
        self.assertIn("granted", result["approval"])
        self.assertEqual(result["doubled"], [2, 4, 6])
        self.assertEqual(result["child"], {"value": 21})
        self.assertEqual(result["plain"], {"value": 32})
        self.assertEqual(len(open(event["attempts"], encoding="utf-8").read()), 2)
        kinds = [one["EventType"] for one in self.server.history(arn)]
        for kind in ("StepFailed", "WaitSucceeded", "CallbackSucceeded", "ContextSucceeded"):
            self.assertIn(kind, kinds)
        self.assertEqual(kinds.count("ChainedInvokeSucceeded"), 2)
        self.assertEqual(kinds[-1], "ExecutionSucceeded")

    def test_tells_the_caller_of_an_error(self):
        status, headers, text = self.server.call(
            "POST", "/2015-03-31/functions/failing/invocations?Qualifier=%24LATEST", "{}")

        self.assertEqual(status, 200)
        self.assertEqual(headers["X-Amz-Function-Error"], "Unhandled")
        self.assertIn("no such order", json.loads(text)["errorMessage"])


if __name__ == "__main__":
    program, folder = sys.argv[1], sys.argv[2]
    install(folder)
    unittest.main(argv=sys.argv[:1])
