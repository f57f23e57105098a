"""Bedlam as the AWS SDK for JavaScript v3 sees it, over HTTP/2 (its default for Bedrock Runtime), HTTP/1.1 and TLS.

The SDK is what javascript/package-lock.json names, in build/clients/javascript. Expected outcomes of faults: measured
against AWS's own SDK on a raw server, not taken from this one.
"""

import base64
import json
import pathlib
import tempfile
import unittest

import javascript_clients
import server as bedlam

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
PROFILE_ARN = "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-3-5-sonnet-20240620-v1:0"

missing = javascript_clients.install()
if missing:
    raise unittest.SkipTest(f"the AWS SDK for JavaScript is not installed ({missing})")


def user(text):
    return [{"role": "user", "content": [{"text": text}]}]


def messages_body(text):
    messages = [{"role": "user", "content": text}]
    return json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 200, "messages": messages})


def models(replies):
    return json.dumps({"models": {"anthropic.claude-3-haiku-*": {"replies": replies}}})


node = None  # one process for all tests but those of TLS


def setUpModule():
    global node
    node = javascript_clients.Node().__enter__()
    unittest.addModuleCleanup(node.__exit__)


class JavaScriptTest(unittest.TestCase):
    arguments = ("--clock", "skip")

    @classmethod
    def setUpClass(cls):
        cls.server = bedlam.Server(*cls.arguments).__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.node = node

    def setUp(self):
        self.server.ask("reset", "")

    def calls(self, operation, request, handler="http2", service="bedrock", parallel=1, **config):
        config.setdefault("endpoint", self.server.url)
        return self.node.outcomes(service=service, handler=handler, config=config, parallel=parallel,
                                  operation=operation, input=request)

    def call(self, operation, request, **more):
        (outcome,) = self.calls(operation, request, **more)
        return outcome

    def converse(self, **more):
        return self.call("Converse", {"modelId": HAIKU, "messages": user("Hi")}, **more)

    def converse_stream(self, **more):
        return self.call("ConverseStream", {"modelId": HAIKU, "messages": user("Hi")}, **more)


class OverTls:
    """The same tests over TLS, where ALPN chooses HTTP/2: to stand before their class."""

    directory = tempfile.TemporaryDirectory()
    certificate = str(pathlib.Path(directory.name) / "certificate.pem")
    arguments = ("--clock", "skip", "--tls", "--tls-cert-out", certificate)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.node = javascript_clients.Node(NODE_EXTRA_CA_CERTS=cls.certificate).__enter__()
        cls.addClassCleanup(cls.node.__exit__)

    def calls(self, *arguments, **more):
        return super().calls(*arguments, **more, endpoint=self.server.url.replace("http:", "https:"))


class Answers(JavaScriptTest):
    handler = "http2"

    def call(self, operation, request, **more):
        return super().call(operation, request, **{"handler": self.handler, **more})

    def test_converse(self):
        self.server.load(models([{"answer": "Room for everyone."}]))
        outcome = self.converse()
        self.assertNotIn("error", outcome)
        message = outcome["output"]["output"]["message"]
        self.assertEqual(message, {"role": "assistant", "content": [{"text": "Room for everyone."}]})
        self.assertEqual(outcome["output"]["stopReason"], "end_turn")
        self.assertTrue(outcome["requestId"])

    def test_converse_stream(self):
        self.server.load(models([{"answer": "Room for everyone."}]))
        outcome = self.converse_stream()
        self.assertNotIn("error", outcome)
        self.assertEqual(outcome["text"], "Room for everyone.")
        self.assertEqual(outcome["events"][0], "messageStart")
        self.assertEqual(outcome["events"][-3:], ["contentBlockStop", "messageStop", "metadata"])

    def test_invoke_model(self):
        self.server.load(models([{"answer": "Room for everyone."}]))
        outcome = self.call("InvokeModel", {"modelId": HAIKU, "body": messages_body("Hi"), "contentType": "application/json"})
        self.assertNotIn("error", outcome)
        self.assertEqual(outcome["output"]["contentType"], "application/json")
        self.assertEqual(outcome["output"]["body"]["content"], [{"type": "text", "text": "Room for everyone."}])

    def test_a_body_whose_type_is_left_to_the_sdk(self):
        """It says application/octet-stream then."""
        outcome = self.call("InvokeModel", {"modelId": HAIKU, "body": messages_body("Hi")})
        self.assertNotIn("error", outcome)

    def test_invoke_model_with_response_stream(self):
        self.server.load(models([{"answer": "Room for everyone."}]))
        outcome = self.call("InvokeModelWithResponseStream",
                            {"modelId": HAIKU, "body": messages_body("Hi"), "contentType": "application/json"})
        self.assertNotIn("error", outcome)
        self.assertEqual(outcome["text"], "Room for everyone.")
        self.assertEqual((outcome["chunks"][0], outcome["chunks"][-1]), ("message_start", "message_stop"))

    def test_an_arn(self):
        outcome = self.call("Converse", {"modelId": PROFILE_ARN, "messages": user("Hi")})
        self.assertNotIn("error", outcome)
        self.assertEqual(outcome["output"]["stopReason"], "end_turn")

    def test_a_body_larger_than_the_first_window(self):
        text = "word " * 200_000
        outcome = self.call("Converse", {"modelId": "us.anthropic.claude-3-5-sonnet-20240620-v1:0",
                                         "messages": user(text)})
        # The model's context may be too small for it, which only a server that read it all can say.
        self.assertIn(outcome.get("error"), (None, "ValidationException"))

    def test_a_throttle_is_retried(self):
        self.server.load(models([{"script": ["throttle", {"answer": "Hello"}]}]))
        outcome = self.converse()
        self.assertEqual((outcome.get("error"), outcome["attempts"]), (None, 2))
        (call,) = self.server.calls()
        self.assertEqual([a["attempt"] for a in call["attempts"]], [1, 2])
        self.assertEqual([a["status"] for a in call["attempts"]], [429, 200])

    def test_an_error_that_stays(self):
        self.server.load(models([{"error": "ThrottlingException"}]))
        outcome = self.converse()
        self.assertEqual((outcome["error"], outcome["attempts"]), ("ThrottlingException", 3))
        (call,) = self.server.calls()
        self.assertEqual(len(call["attempts"]), 3)

    def test_an_unknown_model(self):
        outcome = self.call("Converse", {"modelId": "acme.model-1", "messages": user("Hi")})
        self.assertEqual(outcome["error"], "ValidationException")
        self.assertEqual(outcome["message"], "The provided model identifier is invalid.")

    def test_three_hundred_calls_at_once(self):
        self.server.load(models([{"answer": "Room for everyone."}]))
        outcomes = self.calls("Converse", {"modelId": HAIKU, "messages": user("Hi")}, parallel=300,
                              handler=self.handler)
        self.assertEqual([outcome.get("error") for outcome in outcomes], [None] * 300)
        self.assertEqual(len(self.server.calls()), 300)


class AnswersOverHttp1(Answers):
    handler = "http1"


class AnswersOverTls(OverTls, Answers):
    pass


class BrokenStreams(JavaScriptTest):
    """What the SDK makes of each fault inside a stream; no stream that has begun is asked for again."""

    arguments = ("--clock", "real")

    def broken(self, fault, handler):
        self.server.load(models([{"answer": "One two three four five six.", "fault": fault}]))
        outcome = self.converse_stream(handler=handler)
        self.assertEqual(len(self.server.calls()[0]["attempts"]), 1)
        return outcome

    def expect(self, fault, handler, text, error, message=""):
        with self.subTest(f"{fault} over {handler}"):
            outcome = self.broken(fault, handler)
            self.assertEqual((outcome["text"], outcome.get("error")), (text, error), outcome)
            self.assertIn(message, outcome.get("message", ""))

    def test_exception_frame(self):
        for handler in ("http2", "http1"):
            self.expect({"after_tokens": 3, "exception": "throttlingException"}, handler,
                        "One two three", "ThrottlingException")

    def test_early_end_throws_nothing(self):
        for handler in ("http2", "http1"):
            self.expect({"after_tokens": 3, "end": True}, handler, "One two three", None)

    def test_close_is_a_clean_end_on_http2(self):
        self.expect({"after_tokens": 3, "close": True}, "http2", "One two three", None)
        self.expect({"after_tokens": 3, "close": True}, "http1", "One two three", "Error", "aborted")

    def test_reset(self):
        self.expect({"after_tokens": 3, "reset": True}, "http2", "One two three", "Error", "read ECONNRESET")
        self.expect({"after_tokens": 3, "rst_stream": True}, "http2", "One two three", "Error",
                    "NGHTTP2_INTERNAL_ERROR")
        self.expect({"after_tokens": 3, "reset": True}, "http1", "One two three", "Error", "aborted")

    def test_cut_frame(self):
        for handler in ("http2", "http1"):
            self.expect({"at_frame": 3, "byte": 30, "cut": True}, handler, "One two", "Error",
                        "Truncated event message received.")

    def test_wrong_checksums(self):
        for handler in ("http2", "http1"):
            self.expect({"at_frame": 3, "corrupt": "message_crc"}, handler, "One two", "Error",
                        "The message checksum")
            self.expect({"at_frame": 3, "corrupt": "prelude_crc"}, handler, "One two", "Error",
                        "The prelude checksum")

    def test_a_stream_reset_with_a_code(self):
        self.expect({"after_tokens": 3, "rst_stream": "ENHANCE_YOUR_CALM"}, "http2", "One two three", "Error",
                    "NGHTTP2_ENHANCE_YOUR_CALM")

    def test_a_stream_reset_before_the_headers_is_final_unless_refused(self):
        reply = {"answer": "Hello"}
        for fault, attempts in (({"rst_stream": "INTERNAL_ERROR"}, 1), ({"rst_stream": "REFUSED_STREAM"}, 2),
                                ({"reset": True}, 2)):
            with self.subTest(fault):
                self.server.load(models([{"script": [{**reply, "fault": {"before_headers": True, **fault}}, reply]}]))
                outcome = self.converse()
                self.assertEqual(len(self.server.calls()[0]["attempts"]), attempts, outcome)


SONIC = "amazon.nova-sonic-v1:0"
PROMPT = {"promptName": "p1"}
SOUND = base64.b64encode(b"\x00\x40" * 8000).decode()  # half a second at 16 kHz, loud


def conversation(*events):
    """A session with one prompt: sound and text come back."""
    return [
        {"sessionStart": {"inferenceConfiguration": {"maxTokens": 1024, "topP": 0.9, "temperature": 0.7}}},
        {"promptStart": {**PROMPT, "textOutputConfiguration": {"mediaType": "text/plain"},
                         "audioOutputConfiguration": {"mediaType": "audio/lpcm", "sampleRateHertz": 24000,
                                                      "sampleSizeBits": 16, "channelCount": 1, "voiceId": "matthew",
                                                      "encoding": "base64", "audioType": "SPEECH"}}},
        *block("system", "SYSTEM", "You are a salesperson."),
        *events,
        {"promptEnd": PROMPT},
        {"sessionEnd": {}},
    ]


def block(name, role, text, **more):
    content = {**PROMPT, "contentName": name}
    return [{"contentStart": {**content, "type": "TEXT", "role": role, "interactive": role == "USER",
                              "textInputConfiguration": {"mediaType": "text/plain"}, **more}},
            {"textInput": {**content, "content": text}},
            {"contentEnd": content}]


def sound(name):
    content = {**PROMPT, "contentName": name}
    return [{"contentStart": {**content, "type": "AUDIO", "role": "USER", "interactive": True,
                              "audioInputConfiguration": {"mediaType": "audio/lpcm", "sampleRateHertz": 16000,
                                                          "sampleSizeBits": 16, "channelCount": 1,
                                                          "audioType": "SPEECH", "encoding": "base64"}}},
            {"audioInput": {**content, "content": SOUND}},
            {"contentEnd": content}]


def names(outcome):
    return [next(iter(event)) for event in outcome["said"]]


def texts(outcome):
    """Role and words of every text."""
    return [(e["textOutput"]["role"], e["textOutput"]["content"]) for e in outcome["said"] if "textOutput" in e]


class Speech(JavaScriptTest):
    """InvokeModelWithBidirectionalStream: the SDK signs each message of its stream."""

    def speak(self, *events, **more):
        return self.call("InvokeModelWithBidirectionalStream", {"modelId": SONIC, "body": conversation(*events)}, **more)

    def says(self, *replies):
        self.server.load(json.dumps({"models": {"amazon.nova-sonic-*": {"replies": list(replies)}}}))

    def test_two_turns_of_one_session(self):
        self.says({"when": {"prompt": "*tagline*"}, "answer": "Room for everyone."}, {"answer": "Anything else?"})
        outcome = self.speak(*block("one", "USER", "A tagline, please"), {"until": "audioOutput"}, *sound("two"))
        self.assertNotIn("error", outcome)
        self.assertEqual(names(outcome)[0], "completionStart")
        self.assertEqual(names(outcome)[-1], "completionEnd")
        self.assertEqual(texts(outcome), [("ASSISTANT", "Room for everyone.")] * 2 + [("USER", "500 ms of audio")] +
                         [("ASSISTANT", "Anything else?")] * 2)
        heard = b"".join(base64.b64decode(e["audioOutput"]["content"]) for e in outcome["said"] if "audioOutput" in e)
        self.assertEqual(len(heard) % 9600, 0)  # a fifth of a second of 16-bit samples at 24 kHz for each token
        self.assertGreater(len(heard), 0)
        ids = {e[name]["completionId"] for e, name in zip(outcome["said"], names(outcome))}
        self.assertEqual(len(ids), 1)
        usage = [e["usageEvent"] for e in outcome["said"] if "usageEvent" in e][-1]
        self.assertEqual(usage["totalTokens"], usage["totalInputTokens"] + usage["totalOutputTokens"])

    def test_a_tool_is_used_and_answered(self):
        self.says({"script": [{"answer": {"tool": {"name": "stock", "input": {"colour": "red"}}}},
                              {"answer": "Two are left."}]})
        result = {**PROMPT, "contentName": "result"}
        outcome = self.speak(
            *block("one", "USER", "Any red ones?"), {"until": "toolUse"},
            {"contentStart": {**result, "type": "TOOL", "role": "TOOL", "interactive": False,
                              "toolResultInputConfiguration": {"toolUseId": "t1", "type": "TEXT"}}},
            {"toolResult": {**result, "content": json.dumps({"count": 2})}}, {"contentEnd": result})
        self.assertNotIn("error", outcome)
        (use,) = [e["toolUse"] for e in outcome["said"] if "toolUse" in e]
        self.assertEqual((use["toolName"], json.loads(use["content"])), ("stock", {"colour": "red"}))
        self.assertEqual(texts(outcome)[-1], ("ASSISTANT", "Two are left."))

    def test_an_error_in_the_stream(self):
        self.says({"error": "ThrottlingException"})
        outcome = self.speak(*block("one", "USER", "Hi"))
        self.assertEqual(outcome["error"], "ThrottlingException")

    def test_a_reset_in_the_middle(self):
        self.says({"answer": "One two three four.", "fault": {"after_tokens": 2, "rst_stream": True}})
        outcome = self.speak(*block("one", "USER", "Count"))
        self.assertEqual(outcome["error"], "Error")
        self.assertEqual(names(outcome).count("audioOutput"), 2)

    def test_a_reset_of_the_connection(self):
        # One that came together with the bytes before it would end this loop, and over TLS leave it waiting.
        self.says({"answer": "One two three four.", "fault": {"after_tokens": 2, "reset": True}})
        for _ in range(5):
            outcome = self.speak(*block("one", "USER", "Count"))
            self.assertEqual(outcome.get("code"), "ECONNRESET")
            self.assertEqual(names(outcome).count("audioOutput"), 2)

    def test_events_in_the_wrong_order(self):
        outcome = self.call("InvokeModelWithBidirectionalStream",
                            {"modelId": SONIC, "body": [{"promptStart": PROMPT}]})
        self.assertEqual(outcome["error"], "ValidationException")

    def test_a_model_that_does_not_speak(self):
        outcome = self.call("InvokeModelWithBidirectionalStream", {"modelId": HAIKU, "body": conversation()})
        self.assertEqual(outcome["error"], "ValidationException")


class SpeechOverTls(OverTls, Speech):
    pass


class Workflows(JavaScriptTest):
    def test_a_day_passes_at_once(self):
        states = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 86400, "End": True}}}
        role = "arn:aws:iam::123456789012:role/workflow"
        machine = self.call("CreateStateMachine", {"name": "wait", "definition": json.dumps(states), "roleArn": role},
                            service="states", handler="http2")["output"]["stateMachineArn"]
        execution = self.call("StartExecution", {"stateMachineArn": machine, "input": '{"a": 1}'},
                              service="states", handler="http1")["output"]["executionArn"]
        described = self.call("DescribeExecution", {"executionArn": execution}, service="states")["output"]
        self.assertEqual((described["status"], json.loads(described["output"])), ("SUCCEEDED", {"a": 1}))


if __name__ == "__main__":
    unittest.main()
