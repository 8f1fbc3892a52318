# SPDX-License-Identifier: Apache-2.0
"""Kills `durable server` again and again under a load of mixed executions, and audits what is left.

usage: kill_test.py DURABLE FUNCTION [--kills N] [--seed N]

The function writes a journal of its own: `ran` when a step's body ran, `saw` when the workflow had its
result, which means that the server had acknowledged it. The auditor holds the histories against it:
what was seen is there, no step ran again after it was seen, every execution that a client was told of
is there, and each has ended once, with the right result."""

import argparse
import collections
import os
import random
import sys
import tempfile
import threading
import time

from server_process import ServerProcess

IN_FLIGHT_MAX = 12


class World:
    """What the clients asked for, and what they were told."""

    def __init__(self, folder, seed):
        self.journal = os.path.join(folder, "journal")
        open(self.journal, "w", encoding="utf-8").close()
        self.random = random.Random(seed)
        self.jobs = {}          # name -> event
        self.acknowledged = {}  # name -> ARN: the invoke was answered
        self.answered = set()   # callback ids whose completion was answered with 200
        self.offset = 0
        self.pending_callbacks = []

    def next_job(self):
        name = f"job-{len(self.jobs)}"
        dice = self.random
        self.jobs[name] = {
            "journal": self.journal, "name": name, "steps": dice.randint(1, 12), "waits": dice.random() < 0.3,
            "calls_back": dice.random() < 0.3, "invokes": dice.random() < 0.3}
        return name

    def read_callbacks(self):
        with open(self.journal, encoding="utf-8") as file:
            file.seek(self.offset)
            for line in file:
                if not line.endswith("\n"):
                    break
                self.offset += len(line)
                _, what, *rest = line.split()
                if what == "callback":
                    self.pending_callbacks.append(rest[0])


def load(world, server, stop):
    """Starts executions and answers callbacks until `stop`, or until the server is gone."""
    try:
        while not stop.is_set():
            waiting = [name for name in world.jobs if name not in world.acknowledged]
            name = waiting[0] if waiting else world.next_job()
            world.acknowledged[name] = server.start("work", world.jobs[name], name=name)
            complete_callbacks(world, server)
            while not stop.is_set() and running(server) > IN_FLIGHT_MAX:
                complete_callbacks(world, server)
                stop.wait(0.005)
    except OSError:
        pass  # killed: the next life goes on


def running(server):
    text = server.call("GET", "/metrics")[2]
    for line in text.splitlines():
        if line.startswith("aws_lambda_approximate_running_durable_executions "):
            return float(line.split()[-1])
    raise AssertionError("/metrics does not say how many executions run:\n" + text)


def complete_callbacks(world, server):
    world.read_callbacks()
    while world.pending_callbacks:
        status = server.succeed_callback(world.pending_callbacks[0], "7")
        # 400: completed before a kill took the answer away, or made again by a later attempt.
        assert status in (200, 400), status
        world.pending_callbacks.pop(0)


def audit(world, server):
    """Everything that must be true at the end; a list of what is not."""
    wrong = []
    ran_after, seen = collections.Counter(), set()
    with open(world.journal, encoding="utf-8") as file:
        for line in file:
            name, what, step = (line.split() + [""])[:3]
            if what == "saw":
                seen.add((name, step))
            if what == "ran" and (name, step) in seen:
                ran_after[(name, step)] += 1
    wrong += [f"{name}: step {step} ran again after its result was seen" for name, step in ran_after]
    for name, arn in world.acknowledged.items():
        job = world.jobs[name]
        events = server.history(arn)
        ends = [one["EventType"] for one in events
                if one["EventType"].startswith("Execution") and one["EventType"] != "ExecutionStarted"]
        if ends != ["ExecutionSucceeded"]:
            wrong.append(f"{name}: expected one ExecutionSucceeded, found {ends}")
            continue
        expected = sum(range(job["steps"])) + (sum(range(3)) if job["invokes"] else 0)
        if server.get(arn)["Result"] != str(expected):
            wrong.append(f"{name}: expected {expected}, found {server.get(arn)['Result']}")
        kept = {one.get("Name") for one in events if one["EventType"] == "StepSucceeded"}
        for step in (step for who, step in seen if who == name and step.startswith("s")):
            if step not in kept:
                wrong.append(f"{name}: the result of {step} was seen and is not in the history")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("function")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, seed)
        arguments = ["--store-path", os.path.join(folder, "store.db"), "--function", f"work={options.function}"]
        for _ in range(options.kills):
            server, stop = ServerProcess(options.program, arguments), threading.Event()
            client = threading.Thread(target=load, args=(world, server, stop))
            client.start()
            time.sleep(world.random.uniform(0.02, 0.4))
            server.kill()
            stop.set()
            client.join()
        with ServerProcess(options.program, arguments) as server:
            for name in [name for name in world.jobs if name not in world.acknowledged]:
                world.acknowledged[name] = server.start("work", world.jobs[name], name=name)
            deadline = time.monotonic() + 90
            while running(server) > 0:
                complete_callbacks(world, server)
                assert time.monotonic() < deadline, "executions did not end in 90 s"
                time.sleep(0.02)
            wrong = audit(world, server)
        print(f"{options.kills} kills, {len(world.acknowledged)} executions")
        if wrong:
            print(f"seed {seed}: {len(wrong)} violations\n" + "\n".join(wrong[:20]))
            sys.exit(1)


if __name__ == "__main__":
    main()
