# SPDX-License-Identifier: Apache-2.0
"""Requests that boto3 signs, against a server that requires it. Run by signed_test.cc."""
import json
import os
import sys

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    print("signed_boto3: boto3 is not installed")
    sys.exit(77)


def client(**keys):
    made = boto3.client("lambda", endpoint_url=os.environ["DURABLE_URL"],
                        config=Config(retries={"max_attempts": 0}), **keys)
    if not hasattr(made, "get_durable_execution"):
        print("signed_boto3: this boto3 does not know durable executions")
        sys.exit(77)
    return made


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        assert found == code, (found, code)
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 403
        return
    raise AssertionError(f"{code} was expected")


def change_body(request, **_):
    request.body = b'"Earth"'  # as long as what was signed


def change_path(request, **_):
    request.url = request.url.replace("durable-execution", "durable-Execution")


def start(lambda_client):
    return lambda_client.invoke(FunctionName="tour:$LATEST", InvocationType="Event",
                                Payload=json.dumps("World"))["DurableExecutionArn"]


good = client()
arn = start(good)
while good.get_durable_execution(DurableExecutionArn=arn)["Status"] == "RUNNING":
    pass
assert json.loads(good.get_durable_execution(DurableExecutionArn=arn)["Result"]) == "Hello World, 2, 2"
pages = good.get_paginator("get_durable_execution_history").paginate(
    DurableExecutionArn=arn, PaginationConfig={"PageSize": 3})
assert sum(len(page["Events"]) for page in pages) > 10
assert [row["FunctionName"] for row in good.list_functions()["Functions"]] == ["tour"]

key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
refused("UnrecognizedClientException", start, lambda_client=client(aws_access_key_id="AKIDOFANOTHER", aws_secret_access_key=secret))
refused("InvalidSignatureException", start, lambda_client=client(aws_access_key_id=key, aws_secret_access_key="another"))
tampered = client()
tampered.meta.events.register("before-send.lambda.Invoke", change_body)
tampered.meta.events.register("before-send.lambda.GetDurableExecution", change_path)
refused("InvalidSignatureException", start, lambda_client=tampered)
refused("InvalidSignatureException", tampered.get_durable_execution, DurableExecutionArn=arn)
print("signed_boto3: done")
