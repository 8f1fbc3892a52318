# SPDX-License-Identifier: Apache-2.0
"""unread_output_test.py PROGRAM: a server whose log nobody reads goes on, says how much of the log
it dropped when somebody does, and ends when it is told to."""
import http.client
import re
import signal
import subprocess
import sys

REQUESTS = 6000
LIMIT_S = 60


def ask(connection):
    connection.request("GET", "/no-such-path/" + "x" * 280)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 404, answer.status


def main(program):
    server = subprocess.Popen([program, "server", "--port", "0", "--store-type", "memory"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        line = server.stdout.readline().decode()
        port = int(re.search(r"http://127.0.0.1:(\d+)", line).group(1))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
        for _ in range(REQUESTS):
            ask(connection)
        lines = dropped = 0
        while lines + dropped < REQUESTS:
            line = server.stderr.readline()
            lines += b" 404 GET /no-such-path/" in line
            found = re.match(rb"durable: (\d+) lines were dropped here", line)
            dropped += int(found.group(1)) if found else 0
        assert dropped > 0 and lines + dropped == REQUESTS, (lines, dropped)
        for _ in range(REQUESTS):  # and once more, up to the end
            ask(connection)
        server.send_signal(signal.SIGTERM)
        assert server.wait(LIMIT_S) == 0, server.returncode
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main(sys.argv[1])
