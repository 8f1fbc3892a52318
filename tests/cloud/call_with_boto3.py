#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calls a server with boto3's Lambda client. Arguments: endpoint, secret key. Writes the exception's
name, or OK, for each call. Ends with status 77 where there is no boto3 that knows the calls."""

import sys

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    sys.exit(77)

ARN = "arn:aws:lambda:us-west-2:123456789012:function:f:$LATEST/durable-execution/n/1"
client = boto3.client(
    "lambda", endpoint_url=sys.argv[1], region_name="us-west-2", aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key=sys.argv[2], aws_session_token="session/token+=",
    config=Config(retries={"total_max_attempts": 1}, proxies={}))
if not hasattr(client, "get_durable_execution_history"):
    sys.exit(77)

for call in (
        lambda: client.get_durable_execution_history(DurableExecutionArn=ARN, Marker="x y&z", MaxItems=7),
        lambda: client.checkpoint_durable_execution(DurableExecutionArn=ARN, CheckpointToken="a/b+", Updates=[]),
        lambda: client.invoke(FunctionName="f:$LATEST", Payload=b'{"a":"\xc3\xa4"}', InvocationType="Event")):
    try:
        call()
        print("OK")
    except ClientError as error:
        print(error.response["Error"]["Code"])
