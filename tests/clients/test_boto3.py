"""Bedlam as boto3 sees it: what is asserted is what botocore's own parsers made of our bytes."""

import base64
import json
import os
import sys
import unittest

import server as bedlam

try:
    import boto3
    import botocore.session
    from botocore.config import Config
    from botocore.eventstream import ChecksumMismatch
    from botocore.exceptions import ClientError, EventStreamError
    from urllib3.exceptions import ProtocolError, ReadTimeoutError

    botocore.session.get_session().get_service_model("bedrock-runtime")
except Exception as missing:  # no boto3, or Debian's, which is older than Bedrock
    raise unittest.SkipTest(f"boto3 that knows bedrock-runtime is not installed ({missing})")

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
PROFILE_ARN = "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-3-5-sonnet-20240620-v1:0"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def messages_body(text, **more):
    return json.dumps(
        {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 200,
            "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}],
            **more,
        }
    )


def user(text):
    return [{"role": "user", "content": [{"text": text}]}]


def models(replies, latency=None):
    """A scenario for Claude 3 Haiku, whose YAML is JSON."""
    entry = {"replies": replies}
    if latency:
        entry["latency"] = latency
    return json.dumps({"models": {"anthropic.claude-3-haiku-*": entry}})


class BotoTest(unittest.TestCase):
    clock = "skip"

    @classmethod
    def setUpClass(cls):
        os.environ.update(bedlam.CREDENTIALS)
        cls.server = bedlam.Server("--clock", cls.clock).__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.bedrock = cls.client("bedrock-runtime")

    @classmethod
    def client(cls, service, **config):
        return boto3.client(service, endpoint_url=cls.server.url, config=Config(**config))

    def setUp(self):
        self.server.ask("reset", "")


class Answers(BotoTest):
    def test_invoke_model(self):
        self.server.load(models([{"answer": "Room for everyone."}]))
        response = self.bedrock.invoke_model(modelId=HAIKU, body=messages_body("Write a tagline"))
        self.assertEqual(response["contentType"], "application/json")
        headers = response["ResponseMetadata"]["HTTPHeaders"]
        for header in ("x-amzn-requestid", "x-amzn-bedrock-invocation-latency", "date"):
            self.assertIn(header, headers)
        body = json.loads(response["body"].read())
        self.assertEqual(
            list(body), ["id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"]
        )
        self.assertRegex(body["id"], "^msg_bdrk_01")
        self.assertEqual(body["model"], "claude-3-haiku-20240307")
        self.assertEqual(body["content"], [{"type": "text", "text": "Room for everyone."}])
        self.assertEqual((body["stop_reason"], body["stop_sequence"]), ("end_turn", None))
        self.assertEqual(
            headers["x-amzn-bedrock-output-token-count"], str(body["usage"]["output_tokens"])
        )

    def test_a_stream_adds_up_to_the_answer(self):
        self.server.load(models([{"answer": "Room for everyone."}]))
        response = self.bedrock.invoke_model_with_response_stream(
            modelId=HAIKU, body=messages_body("Write a tagline")
        )
        chunks = [json.loads(event["chunk"]["bytes"]) for event in response["body"]]
        text = "".join(c["delta"].get("text", "") for c in chunks if c["type"] == "content_block_delta")
        self.assertEqual(text, "Room for everyone.")
        self.assertEqual(
            [c["type"] for c in chunks if c["type"] != "content_block_delta"],
            ["message_start", "content_block_start", "content_block_stop", "message_delta", "message_stop"],
        )
        metrics = chunks[-1]["amazon-bedrock-invocationMetrics"]
        self.assertEqual(
            set(metrics), {"inputTokenCount", "outputTokenCount", "invocationLatency", "firstByteLatency"}
        )

    def test_converse(self):
        self.server.load(models([{"answer": "Room for everyone."}], latency="1.5s"))
        response = self.bedrock.converse(modelId=HAIKU, messages=user("Write a tagline"))
        self.assertEqual(
            response["output"]["message"], {"role": "assistant", "content": [{"text": "Room for everyone."}]}
        )
        self.assertEqual(response["stopReason"], "end_turn")
        self.assertEqual(response["metrics"]["latencyMs"], 1500)
        usage = response["usage"]
        self.assertEqual(usage["totalTokens"], usage["inputTokens"] + usage["outputTokens"])

    def test_converse_stream(self):
        self.server.load(models([{"answer": "Room for everyone."}]))
        events = list(self.bedrock.converse_stream(modelId=HAIKU, messages=user("Hi"))["stream"])
        names = [next(iter(event)) for event in events]
        self.assertEqual(names[0], "messageStart")
        self.assertEqual(names[-3:], ["contentBlockStop", "messageStop", "metadata"])
        self.assertEqual(set(names[1:-3]), {"contentBlockDelta"})
        text = "".join(e["contentBlockDelta"]["delta"]["text"] for e in events if "contentBlockDelta" in e)
        self.assertEqual(text, "Room for everyone.")

    def test_images_in_both_forms(self):
        content = [{"image": {"format": "png", "source": {"bytes": PNG}}}, {"text": "What is this?"}]
        self.bedrock.converse(modelId=HAIKU, messages=[{"role": "user", "content": content}])
        source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()}
        body = json.loads(messages_body("What is this?"))
        body["messages"][0]["content"].insert(0, {"type": "image", "source": source})
        self.bedrock.invoke_model(modelId=HAIKU, body=json.dumps(body))

    def test_a_tool_is_called(self):
        self.server.load(models([{"answer": {"tool": {"name": "get_price", "input": {"car": "SUV"}}}}]))
        tools = [{"toolSpec": {"name": "get_price", "inputSchema": {"json": {"type": "object"}}}}]
        response = self.bedrock.converse(
            modelId=HAIKU, messages=user("Price?"), toolConfig={"tools": tools}
        )
        self.assertEqual(response["stopReason"], "tool_use")
        use = response["output"]["message"]["content"][-1]["toolUse"]
        self.assertEqual((use["name"], use["input"]), ("get_price", {"car": "SUV"}))
        stream = self.bedrock.converse_stream(
            modelId=HAIKU, messages=user("Price?"), toolConfig={"tools": tools}
        )["stream"]
        fragments = [
            e["contentBlockDelta"]["delta"]["toolUse"]["input"]
            for e in stream
            if "toolUse" in e.get("contentBlockDelta", {}).get("delta", {})
        ]
        self.assertEqual(json.loads("".join(fragments)), {"car": "SUV"})

    def test_limits_and_stop_sequences(self):
        self.server.load(models([{"answer": "One two three four five six seven."}]))
        cut = self.bedrock.converse(modelId=HAIKU, messages=user("Hi"), inferenceConfig={"maxTokens": 2})
        self.assertEqual((cut["stopReason"], cut["usage"]["outputTokens"]), ("max_tokens", 2))
        stopped = self.bedrock.converse(
            modelId=HAIKU, messages=user("Hi"), inferenceConfig={"stopSequences": ["four"]}
        )
        self.assertEqual(stopped["stopReason"], "stop_sequence")
        self.assertNotIn("four", stopped["output"]["message"]["content"][0]["text"])

    def test_profiles_and_arns(self):
        for model in (PROFILE_ARN, "global.anthropic.claude-haiku-4-5-20251001-v1:0", "eu." + HAIKU):
            with self.subTest(model):
                self.assertEqual(self.bedrock.converse(modelId=model, messages=user("Hi"))["stopReason"], "end_turn")


class Errors(BotoTest):
    def error_of(self, call, *arguments, **members):
        with self.assertRaises(ClientError) as raised:
            call(*arguments, **members)
        return raised.exception.response

    def test_an_unknown_model(self):
        response = self.error_of(self.bedrock.converse, modelId="acme.model-1", messages=user("Hi"))
        self.assertEqual(response["Error"]["Code"], "ValidationException")
        self.assertEqual(response["Error"]["Message"], "The provided model identifier is invalid.")
        self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], 400)

    def test_a_body_that_is_not_json(self):
        response = self.error_of(self.bedrock.invoke_model, modelId=HAIKU, body="{not json")
        self.assertEqual(response["Error"]["Code"], "ValidationException")
        self.assertTrue(response["Error"]["Message"].startswith("Malformed input request"))

    def test_every_modelled_error(self):
        # Name and status as in botocore's model of bedrock-runtime.
        shapes = botocore.session.get_session().get_service_model("bedrock-runtime")
        for name in ("AccessDeniedException", "InternalServerException", "ModelErrorException",
                     "ModelNotReadyException", "ModelTimeoutException", "ResourceNotFoundException",
                     "ServiceQuotaExceededException", "ServiceUnavailableException",
                     "ThrottlingException", "ValidationException"):
            with self.subTest(name):
                self.server.load(models([{"error": name}]))
                once = self.client("bedrock-runtime", retries={"total_max_attempts": 1})
                response = self.error_of(once.invoke_model, modelId=HAIKU, body=messages_body("Hi"))
                self.assertEqual(response["Error"]["Code"], name)
                self.assertEqual(
                    response["ResponseMetadata"]["HTTPStatusCode"],
                    shapes.shape_for(name).metadata["error"]["httpStatusCode"],
                )

    def test_attempts_of_one_call_stand_together_in_the_journal(self):
        self.server.load(models([{"script": ["throttle", {"answer": "Hello"}]}]))
        client = self.client("bedrock-runtime", retries={"mode": "standard"})
        response = client.converse(modelId=HAIKU, messages=user("Hi"))
        self.assertEqual(response["ResponseMetadata"]["RetryAttempts"], 1)
        (call,) = self.server.calls()
        self.assertEqual([a["attempt"] for a in call["attempts"]], [1, 2])
        self.assertEqual([a["status"] for a in call["attempts"]], [429, 200])
        self.assertEqual([a["outcome"] for a in call["attempts"]], ["ThrottlingException", "answer"])


class BrokenStreams(BotoTest):
    """What boto3 raises for each fault inside a stream: facts that its own users can check."""

    clock = "real"

    def converse(self, fault, **config):
        self.server.load(models([{"answer": "One two three four five six.", "fault": fault}]))
        client = self.client("bedrock-runtime", **config)
        text = ""
        error = None
        try:
            for event in client.converse_stream(modelId=HAIKU, messages=user("Hi"))["stream"]:
                text += event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
        except Exception as raised:
            error = raised
        return text, error

    def test_exception_frame(self):
        text, error = self.converse({"after_tokens": 3, "exception": "throttlingException"})
        self.assertIsInstance(error, EventStreamError)
        self.assertEqual(error.response["Error"]["Code"], "throttlingException")
        self.assertEqual(text, "One two three")

    def test_stall(self):
        text, error = self.converse({"after_tokens": 3, "stall": "forever"}, read_timeout=0.5)
        self.assertIsInstance(error, ReadTimeoutError)
        self.assertEqual(text, "One two three")

    def test_reset(self):
        text, error = self.converse({"after_tokens": 3, "reset": True})
        self.assertIsInstance(error, ProtocolError)
        self.assertEqual(text, "One two three")

    def test_close(self):
        text, error = self.converse({"after_tokens": 3, "close": True})
        self.assertIsInstance(error, ProtocolError)
        self.assertEqual(text, "One two three")

    def test_early_end_raises_nothing(self):
        self.assertEqual(self.converse({"after_tokens": 3, "end": True}), ("One two three", None))

    def test_cut_frame_raises_nothing(self):
        self.assertEqual(self.converse({"at_frame": 3, "byte": 30, "cut": True}), ("One two", None))

    def test_wrong_checksums(self):
        for which in ("message_crc", "prelude_crc"):
            with self.subTest(which):
                text, error = self.converse({"at_frame": 3, "corrupt": which})
                self.assertIsInstance(error, ChecksumMismatch)
                self.assertEqual(text, "One two")


class Workflows(BotoTest):
    CHAIN = {
        "StartAt": "Ask",
        "States": {
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::bedrock:invokeModel",
                "Parameters": {
                    "ModelId": HAIKU,
                    "Body": {
                        "anthropic_version": "bedrock-2023-05-31",
                        "max_tokens": 100,
                        "messages": [{"role": "user", "content": [{"type": "text", "text.$": "$.prompt"}]}],
                    },
                },
                "Retry": [{"ErrorEquals": ["Bedrock.ThrottlingException"], "IntervalSeconds": 60}],
                "ResultSelector": {"text.$": "$.Body.content[0].text"},
                "Next": "Later",
            },
            "Later": {"Type": "Wait", "Seconds": 86400, "End": True},
        },
    }
    ROLE = "arn:aws:iam::123456789012:role/workflow"

    def setUp(self):
        super().setUp()
        self.states = self.client("stepfunctions")

    def finished(self, execution_arn):
        for _ in range(1000):
            execution = self.states.describe_execution(executionArn=execution_arn)
            if execution["status"] != "RUNNING":
                return execution
        self.fail("the execution did not end")

    def test_a_day_passes_at_once(self):
        self.server.load(models([{"script": ["throttle", {"answer": "Hello"}]}], latency="5s"))
        machine = self.states.create_state_machine(
            name="chain", definition=json.dumps(self.CHAIN), roleArn=self.ROLE
        )["stateMachineArn"]
        started = self.states.start_execution(stateMachineArn=machine, input='{"prompt": "Hi"}')
        execution = self.finished(started["executionArn"])
        self.assertEqual(execution["status"], "SUCCEEDED")
        self.assertEqual(json.loads(execution["output"]), {"text": "Hello"})
        took = execution["stopDate"] - execution["startDate"]
        self.assertEqual(took.total_seconds(), 60 + 5 + 86400)

        pages = self.states.get_paginator("get_execution_history").paginate(
            executionArn=started["executionArn"], PaginationConfig={"PageSize": 3}
        )
        events = [event for page in pages for event in page["events"]]
        self.assertEqual(
            [event["type"] for event in events],
            ["ExecutionStarted", "TaskStateEntered",
             "TaskScheduled", "TaskStarted", "TaskFailed",
             "TaskScheduled", "TaskStarted", "TaskSucceeded",
             "TaskStateExited", "WaitStateEntered", "WaitStateExited", "ExecutionSucceeded"],
        )
        self.assertEqual([event["id"] for event in events], list(range(1, 13)))
        self.assertEqual([event["previousEventId"] for event in events], [0, 0] + list(range(2, 12)))
        self.assertEqual(events[4]["taskFailedEventDetails"]["error"], "Bedrock.ThrottlingException")

    def test_start_sync_execution(self):
        states = self.client("stepfunctions", inject_host_prefix=False)
        machine = states.create_state_machine(
            name="express", definition=json.dumps(self.CHAIN), roleArn=self.ROLE, type="EXPRESS"
        )["stateMachineArn"]
        response = states.start_sync_execution(stateMachineArn=machine, input='{"prompt": "Hi"}')
        # The wait of a day is longer than an Express workflow may take.
        self.assertEqual(response["status"], "TIMED_OUT")
        self.assertEqual((response["stopDate"] - response["startDate"]).total_seconds(), 300)
        self.assertIn("billedDurationInMilliseconds", response["billingDetails"])

    def test_errors_have_their_own_classes(self):
        missing = "arn:aws:states:us-east-1:123456789012:stateMachine:missing"
        with self.assertRaises(self.states.exceptions.StateMachineDoesNotExist) as raised:
            self.states.start_execution(stateMachineArn=missing)
        self.assertEqual(
            raised.exception.response["Error"]["Message"], f"State Machine Does Not Exist: '{missing}'"
        )
        with self.assertRaises(self.states.exceptions.InvalidDefinition):
            self.states.create_state_machine(name="bad", definition="{}", roleArn=self.ROLE)

    def test_list_and_delete(self):
        arns = [
            self.states.create_state_machine(
                name=f"machine-{i}", definition=json.dumps(self.CHAIN), roleArn=self.ROLE
            )["stateMachineArn"]
            for i in range(5)
        ]
        pages = self.states.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 2})
        listed = [m["stateMachineArn"] for page in pages for m in page["stateMachines"]]
        self.assertEqual(sorted(listed), sorted(arns))
        self.states.delete_state_machine(stateMachineArn=arns[0])
        with self.assertRaises(self.states.exceptions.StateMachineDoesNotExist):
            self.states.describe_state_machine(stateMachineArn=arns[0])


if __name__ == "__main__":
    sys.exit(unittest.main())
