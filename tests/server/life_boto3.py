# SPDX-License-Identifier: Apache-2.0
"""The life of executions through boto3, unmodified. Run by with_server.sh."""
import base64
import json
import os
import sys

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    print("life_boto3: skipped, boto3 is not installed")
    sys.exit(77)

client = boto3.client("lambda", endpoint_url=os.environ["DURABLE_URL"],
                      config=Config(retries={"max_attempts": 0}))
if not hasattr(client, "get_durable_execution"):
    print("life_boto3: skipped, this boto3 does not know durable executions")
    sys.exit(77)


def refused(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        assert found == code, (found, code)
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status
        return error
    raise AssertionError(f"{code} was expected")


def history(arn):
    pages = client.get_paginator("get_durable_execution_history")
    return [event for page in pages.paginate(DurableExecutionArn=arn, IncludeExecutionData=True,
                                             PaginationConfig={"PageSize": 2})
            for event in page["Events"]]


def callback_id(arn):
    for _ in range(3000):
        for event in history(arn):
            if event["EventType"] == "CallbackStarted":
                return event["CallbackStartedDetails"]["CallbackId"]
    raise AssertionError("the callback did not start")


def start(payload, **more):
    answer = client.invoke(FunctionName="order", Qualifier="$LATEST", InvocationType="Event",
                           Payload=json.dumps(payload), **more)
    assert answer["StatusCode"] == 202
    return answer["DurableExecutionArn"]


def invoking():
    answer = client.invoke(FunctionName="order:$LATEST", Payload=b'{"mode":"step"}',
                           LogType="Tail")
    assert answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST"
    assert json.load(answer["Payload"])["charge"] == "charged"
    assert b"charging" in base64.b64decode(answer["LogResult"]), answer["LogResult"]
    assert "FunctionError" not in answer
    failed = client.invoke(FunctionName="order:$LATEST", Payload=b'{"mode":"fail"}')
    assert failed["FunctionError"] == "Unhandled"
    assert json.load(failed["Payload"]) == {"errorMessage": "as asked", "errorType": "Broken"}
    dry = client.invoke(FunctionName="order:$LATEST", InvocationType="DryRun")
    assert dry["StatusCode"] == 204
    plain = client.invoke(FunctionName="echo", Payload=b"[1]", LogType="Tail")
    assert json.load(plain["Payload"]) == {"echo": [1]}
    assert base64.b64decode(plain["LogResult"]).startswith(b"plain ")
    refused("InvalidParameterValueException", 400, client.invoke, FunctionName="order")
    refused("ResourceNotFoundException", 404, client.invoke, FunctionName="none:1")
    refused("InvalidRequestContentException", 400, client.invoke, FunctionName="echo",
            Payload=b"{")


def naming():
    arn = start({"mode": "step"}, DurableExecutionName="named")
    assert start({"mode": "step"}, DurableExecutionName="named") == arn
    error = refused("DurableExecutionAlreadyStartedException", 409, client.invoke,
                    FunctionName="order:$LATEST", Payload=b"{}", DurableExecutionName="named")
    assert isinstance(error, client.exceptions.DurableExecutionAlreadyStartedException)
    assert arn in error.response["Error"]["Message"]


def callbacks():
    arn = start({"mode": "callback"})
    identifier = callback_id(arn)
    client.send_durable_execution_callback_heartbeat(CallbackId=identifier)
    client.send_durable_execution_callback_success(CallbackId=identifier, Result=b"yes")
    refused("CallbackTimeoutException", 400, client.send_durable_execution_callback_success,
            CallbackId=identifier, Result=b"yes")
    wait_for(arn, "SUCCEEDED")
    arn = start({"mode": "callback"})
    client.send_durable_execution_callback_failure(
        CallbackId=callback_id(arn), Error={"ErrorType": "Denied", "ErrorMessage": "no"})
    assert wait_for(arn, "FAILED")["Error"]["ErrorType"] == "Denied"


def wait_for(arn, status):
    for _ in range(3000):
        execution = client.get_durable_execution(DurableExecutionArn=arn)
        if execution["Status"] != "RUNNING":
            assert execution["Status"] == status, execution
            return execution
    raise AssertionError(f"{arn} does not end")


def reading():
    arn = start({"mode": "wait", "seconds": 86400})
    stopped = client.stop_durable_execution(DurableExecutionArn=arn,
                                            Error={"ErrorType": "Enough"})
    execution = client.get_durable_execution(DurableExecutionArn=arn)
    assert execution["Status"] == "STOPPED"
    assert execution["EndTimestamp"] == stopped["StopTimestamp"]
    assert json.loads(execution["InputPayload"])["seconds"] == 86400
    events = history(arn)
    assert [event["EventId"] for event in events] == list(range(1, len(events) + 1))
    assert "ExecutionStopped" in [event["EventType"] for event in events]
    pages = client.get_paginator("list_durable_executions_by_function")
    listed = [row for page in pages.paginate(FunctionName="order", Statuses=["STOPPED"],
                                             StartedAfter=execution["StartTimestamp"].replace(year=2020))
              for row in page["DurableExecutions"]]
    assert [row["DurableExecutionArn"] for row in listed] == [arn], listed
    refused("ResourceNotFoundException", 404, client.get_durable_execution,
            DurableExecutionArn=arn[:-4] + "0000")


def describing():
    configuration = client.get_function(FunctionName="order")["Configuration"]
    assert configuration["DurableConfig"] == {"ExecutionTimeout": 900, "RetentionPeriodInDays": 14}
    assert configuration["State"] == "Active"
    assert "DurableConfig" not in client.get_function_configuration(FunctionName="echo")
    assert [row["FunctionName"] for row in client.list_functions()["Functions"]] == ["echo", "order"]
    client.get_waiter("function_active_v2").wait(FunctionName="order")


for part in (invoking, naming, callbacks, reading, describing):
    part()
print("life_boto3: done")
