"""What a recorded case needs beside Step Functions, as a scenario: functions by their source file,
workers that send tokens back, and mock configurations. Answers of the world outside come from the
recording itself, as its README says."""

import ast
import json
import re

# What the functions of the recordings do (README.md of the recordings), in a scenario's words.
TRACE = "  File \"/var/task/handler.py\", line %d, in handler\n    raise %s\n"
CODE = {
    "id_function.py": {"echo": True},
    "echo_function.py": {"answer": {"Return": "HelloWorld"}},
    "return_bytes_str.py": {"answer": "HelloWorld!"},
    "return_decorated_input.py": {"format": "input-event-{event}"},
    "raise_exception.py": {"error": {
        "name": "Exception", "message": "Some exception was raised.",
        "stack": [TRACE % (2, "Exception(\"Some exception was raised.\")")]}},
    "raise_custom_exception.py": {"error": {
        "name": "CustomException", "message": "",
        "stack": [TRACE % (9, "CustomException()")]}},
    "large_output_string.py": {"answer": "a" * (257 * 1024)},
    "wait_60_seconds.py": {"echo": True, "latency": "60s"},
}
WORKER_EVENTS = ("TaskSucceeded", "TaskFailed")


def runs_of(case):
    return case.get("runs", [case])


def events_of(run):
    events = run.get("expected", {}).get("events", [])
    return events["events"] if isinstance(events, dict) else events


def functions_of(case, bindings):
    functions = {}
    for call in case.get("setup", []) + case.get("calls", []):
        if call.get("service") != "lambda" or call["operation"] != "CreateFunction":
            continue
        request = call["request"]
        function = dict(CODE[request["Code"]], runtime=request.get("Runtime", "python3.12"))
        if "Timeout" in request:
            function["timeout"] = "%ds" % request["Timeout"]
        latency = recorded_latency(case)
        if latency:
            function.setdefault("latency", latency)
        functions[bindings.fill_text(request["FunctionName"])] = function
    return functions


def recorded_latency(case):
    """How long the function of an Express execution took, as far as the bill tells."""
    described = case.get("expected", {}).get("describe", {})
    billed = described.get("billingDetails", {}).get("billedDurationInMilliseconds", 0)
    return "%dms" % (billed - 50) if billed > 100 else None


def state_of(event, events):
    """The state whose task wrote the event."""
    by_id = {other["id"]: other for other in events}
    while "stateEnteredEventDetails" not in event:
        event = by_id[event["previousEventId"]]
    return event["stateEnteredEventDetails"]["name"]


def worker_of(event):
    """What the worker sent back that made this event."""
    details = event.get("taskSucceededEventDetails") or event.get("taskFailedEventDetails")
    if event["type"] == "TaskSucceeded":
        output = details["output"]
        return {"answer": json.loads(output) if isinstance(output, str) else output}
    cause = details.get("cause", "")
    error = {"name": details.get("error", "")}
    if cause:
        error["message"] = cause if isinstance(cause, str) else json.dumps(cause)
    return {"error": error}


def workers_of(case, bindings):
    """Rules for tasks that wait for their token: one outcome a recorded end of the state."""
    scripts = {}
    for run in runs_of(case):
        events = events_of(run)
        submitted = {event["id"] for event in events if event["type"] == "TaskSubmitted"}
        for event in events:
            details = (event.get("taskSucceededEventDetails")
                       or event.get("taskFailedEventDetails") or {})
            resource = details.get("resource", "")
            if (event["type"] in WORKER_EVENTS and resource.endswith(".waitForTaskToken")
                    and event["previousEventId"] in submitted):
                key = (details["resourceType"] + ":" + resource, state_of(event, events))
                scripts.setdefault(key, []).append(bindings.fill(worker_of(event)))
    tasks = {}
    for (resource, state), script in scripts.items():
        task = tasks.setdefault(resource, {"replies": []})
        task["replies"].append({"when": {"state": state}, "script": script})
    return tasks


def scenario_of(case, bindings):
    """With one function that nobody calls, where the case needs nothing."""
    scenario = {"functions": functions_of(case, bindings) or {"nobody": {}}}
    if "mock_configuration" in case:
        scenario["mock_config"] = bindings.fill(case["mock_configuration"])
    else:
        tasks = workers_of(case, bindings)
        if tasks:
            scenario["tasks"] = tasks
    return scenario


# Nested executions: the recordings tell of the started machine only what came of it.

def descriptions_in(value):
    """Descriptions of executions in recorded events."""
    if isinstance(value, dict):
        if "StateMachineArn" in value and "Status" in value:
            yield value
        for item in value.values():
            yield from descriptions_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from descriptions_in(item)


def nested_definition(case):
    """A machine that ends as the recorded one did; None where the case starts none."""
    text = json.dumps([run.get("definition", case.get("definition")) for run in runs_of(case)])
    if "states:startExecution" not in text or "mock_configuration" in case:
        return None
    state = {"Type": "Pass", "End": True}
    for run in runs_of(case):
        for described in descriptions_in(events_of(run)):
            if described["Status"] == "SUCCEEDED":
                output = described["Output"]
                result = json.loads(output) if isinstance(output, str) else output
                state = {"Type": "Pass", "Result": result, "End": True}
            elif described.get("Error") == "States.Timeout":
                state = {"Type": "Task", "TimeoutSeconds": 5, "End": True,
                         "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                         "Parameters": {"QueueUrl": "queue", "MessageBody": "nobody answers"}}
            else:
                state = {"Type": "Fail", "Error": described["Error"],
                         "Cause": described.get("Cause", "")}
    return {"StartAt": "State", "States": {"State": state}}


# Objects of S3.

def content_of(body):
    """The bytes that a recorded PutObject sent; Python's notation where they were no text."""
    if body == "(0 bytes)":
        return b""
    literal = re.fullmatch(r"(?:bytearray\()?(b'.*')\)?", body, re.DOTALL)
    return ast.literal_eval(literal[1]) if literal else body.encode()


def set_up(request, server, bindings):
    """Does what a recorded request to another service did, as far as that is a table, a bucket or an
    object."""
    asked = bindings.fill(request["request"])
    if request.get("service") == "dynamodb":
        server.call(request["operation"], asked, "dynamodb")
    if request.get("service") != "s3":
        return
    if request["operation"] == "CreateBucket":
        server.put(asked["Bucket"])
    elif request["operation"] == "PutObject":
        server.put(asked["Bucket"] + "/" + asked["Key"], content_of(asked.get("Body", "")))
