#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signs requests with botocore. Reads a file with a JSON object a line, writes the value of the
header Authorization a line for each. Ends with status 77 where there is no botocore."""

import datetime
import json
import sys

try:
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
except ImportError:
    sys.exit(77)


def sign(line):
    given = json.loads(line)
    now = datetime.datetime.fromtimestamp(given["time_s"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *args, **kwargs: now
    request = AWSRequest(method=given["method"], url=given["url"], data=given["body"].encode())
    for name, value in given["headers"]:
        request.headers[name] = value
    credentials = Credentials(given["key"], given["secret"], given["token"] or None)
    botocore.auth.SigV4Auth(credentials, "lambda", given["region"]).add_auth(request)
    return request.headers["Authorization"]


if not hasattr(botocore.auth, "get_current_datetime"):
    sys.exit(77)  # another version, whose clock is elsewhere
with open(sys.argv[1], encoding="utf-8") as requests:
    for request_line in requests:
        print(sign(request_line))
