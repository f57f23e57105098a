"""The retry policies of `bedlam retries` against the SDKs that they stand for, and the built-in client against both.

Every policy meets every condition. What the SDK does on the wire, and the pauses that it asks for, must be what the
policy says; then the built-in client, on the virtual clock, must make as many attempts as the SDK did. boto3's pauses are
read from its own sleep, which is taken out; those of the SDKs for JavaScript are measured on the wire.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

import javascript_clients
import server as bedlam

try:
    import boto3
    import botocore.endpoint
    import botocore.retries.standard
    import botocore.session
    from botocore.config import Config

    botocore.session.get_session().get_service_model("bedrock-runtime")
    no_boto3 = None
except Exception as missing:
    no_boto3 = f"boto3 that knows bedrock-runtime is not installed ({missing})"

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
READ_TIMEOUT_S = 0.4
WIRE_SLACK_S = 0.4  # what a program on a busy machine adds to a pause on the wire

# A condition, as the policy calls it → what the model does.
CONDITIONS = {
    "429 ThrottlingException": {"error": "ThrottlingException"},
    "429 ModelNotReadyException": {"error": "ModelNotReadyException"},
    "500 InternalServerException": {"error": "InternalServerException"},
    "503 ServiceUnavailableException": {"error": "ServiceUnavailableException"},
    "408 ModelTimeoutException": {"error": "ModelTimeoutException"},
    "424 ModelErrorException": {"error": "ModelErrorException"},
    "400 ServiceQuotaExceededException": {"error": "ServiceQuotaExceededException"},
    "400 ValidationException": {"error": "ValidationException"},
    "403 AccessDeniedException": {"error": "AccessDeniedException"},
    "404 ResourceNotFoundException": {"error": "ResourceNotFoundException"},
    "a read timeout": {"answer": "Hi", "fault": {"no_answer": True}},
    "a connection that was closed": {"answer": "Hi", "fault": {"before_headers": True, "close": True}},
    "a reset": {"answer": "Hi", "fault": {"before_headers": True, "reset": True}},
    "a reset of the stream": {"answer": "Hi", "fault": {"before_headers": True, "rst_stream": True}},
    "a refused stream": {"answer": "Hi", "fault": {"before_headers": True, "rst_stream": "REFUSED_STREAM"}},
    "a read timeout inside the body": {"answer": "Hi", "fault": {"after_frames": 0, "byte": 40, "stall": "forever"}},
    "a connection that ended inside the body": {"answer": "Hi", "fault": {"after_frames": 0, "byte": 40, "close": True}},
}
# Never retried, by anybody: what comes after a stream's headers.
STREAM_FAULTS = {
    "reset": {"after_tokens": 1, "reset": True},
    "exception": {"after_tokens": 1, "exception": "throttlingException"},
    "stall": {"after_tokens": 1, "stall": "forever"},
}


def policy(name, *arguments):
    """What `bedlam retries NAME --json` says."""
    ran = subprocess.run([bedlam.BEDLAM, "retries", name, "--json", *arguments], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def prompt_of(condition):
    return f"case {condition};"


def scenario(replies):
    return json.dumps({"models": {"anthropic.claude-3-haiku-*": {"replies": replies}}})


def scenario_of_conditions():
    replies = [{"when": {"prompt": f"*{prompt_of(name)}*"}, **what} for name, what in CONDITIONS.items()]
    replies += [{"when": {"prompt": f"*{prompt_of(name)}*"}, "answer": "One two three", "fault": fault}
                for name, fault in STREAM_FAULTS.items()]
    return scenario(replies)


def attempts_of(server, prompt):
    return [attempt for call in server.calls() for attempt in call["attempts"] if prompt in attempt["request"]]


def kind_of(rules, condition):
    """What the policy says of it; over HTTP/1.1 the emulator resets the connection in place of a stream."""
    retried = rules["retried"]
    return retried.get(condition) or retried["a reset"]


def expected_attempts(rules, condition):
    return 1 if kind_of(rules, condition) == "no" else rules["max_attempts"]


class BuiltInClient:
    """Runs the same conditions with the built-in client, which must make as many attempts as the SDK did."""

    def check_built_in_client(self, name, attempts, **client):
        steps = [{"call": "Converse", "as": condition, "model": HAIKU, "prompt": prompt_of(condition),
                  "client": {"retries": name, "read_timeout": "1s", **client},
                  "expect": {"attempts": count, "gaps": name, "outcome": "*"}} for condition, count in attempts.items()]
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory) / "built_in.yaml"
            file.write_text(json.dumps({**json.loads(scenario_of_conditions()), "run": steps}))
            for seed in ("1", "2", "3"):
                ran = subprocess.run([bedlam.BEDLAM, "test", str(file), "--seed", seed], capture_output=True, text=True)
                self.assertEqual(ran.returncode, 0, ran.stdout)


@unittest.skipIf(no_boto3, no_boto3)
class Boto3(unittest.TestCase, BuiltInClient):
    @classmethod
    def setUpClass(cls):
        os.environ.update(bedlam.CREDENTIALS)
        cls.server = bedlam.Server("--clock", "skip").__enter__()
        cls.addClassCleanup(cls.server.__exit__)

    def client(self, mode):
        config = Config(read_timeout=READ_TIMEOUT_S, retries={"mode": mode})
        return boto3.client("bedrock-runtime", endpoint_url=self.server.url, config=config)

    def converse(self, client, prompt):
        """How long botocore wanted to wait before each of its retries."""
        sleeps = []
        with mock.patch.object(botocore.endpoint.time, "sleep", sleeps.append):
            try:
                client.converse(modelId=HAIKU, messages=[{"role": "user", "content": [{"text": prompt}]}])
            except Exception:
                pass
        return sleeps

    def check_policy(self, name, mode):
        rules = policy(name)
        self.server.load(scenario_of_conditions())
        attempts = {}
        for condition in CONDITIONS:
            with self.subTest(policy=name, condition=condition):
                sleeps = self.converse(self.client(mode), prompt_of(condition))
                seen = len(attempts_of(self.server, prompt_of(condition)))
                attempts[condition] = seen
                self.assertEqual(seen, expected_attempts(rules, condition))
                self.assertEqual(len(sleeps), seen - 1)
                kind = kind_of(rules, condition)
                for pauses, sleep in zip(rules["pauses"], sleeps):
                    least, most = pauses[kind]
                    self.assertLessEqual(least, sleep)
                    self.assertLessEqual(sleep, most)
        self.check_built_in_client(name, attempts)

    def test_legacy(self):
        self.check_policy("botocore-legacy", "legacy")

    def test_standard(self):
        self.check_policy("botocore-standard", "standard")

    def test_adaptive(self):
        self.check_policy("botocore-adaptive", "adaptive")

    def test_the_rules_of_2026(self):
        with mock.patch.object(botocore.retries.standard, "NEW_RETRIES_ENABLED", True):
            self.check_policy("botocore-2026", "standard")

    def test_bands_are_filled(self):
        """Jitter that lay in a part of the band only would show here: 40 throttles, two pauses each."""
        self.server.load(scenario_of_conditions())
        sleeps = [self.converse(self.client("standard"), prompt_of("429 ThrottlingException")) for _ in range(40)]
        for pauses, drawn in zip(policy("botocore-standard")["pauses"], zip(*sleeps)):
            least, most = pauses["throttled"]
            self.assertLess(min(drawn), least + (most - least) / 4)
            self.assertGreater(max(drawn), most - (most - least) / 4)

    def test_streams_are_not_retried(self):
        self.server.load(scenario_of_conditions())
        for fault in STREAM_FAULTS:
            with self.subTest(fault=fault):
                response = self.client("standard").converse_stream(
                    modelId=HAIKU, messages=[{"role": "user", "content": [{"text": prompt_of(fault)}]}])
                with self.assertRaises(Exception):
                    list(response["stream"])
                self.assertEqual(len(attempts_of(self.server, prompt_of(fault))), 1)

    def test_a_lazy_body_is_not_retried(self):
        self.server.load(scenario_of_conditions())
        prompt = prompt_of("a connection that ended inside the body")
        body = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9,
                           "messages": [{"role": "user", "content": prompt}]})
        response = self.client("standard").invoke_model(modelId=HAIKU, body=body)
        with self.assertRaises(Exception):
            response["body"].read()
        self.assertEqual(len(attempts_of(self.server, prompt)), 1)

    def asked(self, headers, mode):
        error = {"name": "ThrottlingException", "headers": headers}
        self.server.load(scenario([{"error": error}]))
        return self.converse(self.client(mode), "Hi")

    def test_what_the_server_asks_for(self):
        """Retry-After is ignored in every mode; x-amz-retry-after is obeyed by the rules of 2026."""
        for headers in ({"Retry-After": 9}, {"x-amz-retry-after": 9000}):
            for mode in ("legacy", "standard"):
                self.assertLess(max(self.asked(headers, mode)[:2]), 4)
        with mock.patch.object(botocore.retries.standard, "NEW_RETRIES_ENABLED", True):
            for sleep in self.asked({"x-amz-retry-after": 2500}, "standard"):
                self.assertAlmostEqual(sleep, 2.5, places=2)
            first = self.asked({"x-amz-retry-after": 60000}, "standard")[0]
            self.assertTrue(5 <= first <= 6, first)

    def test_the_quota_lasts_as_long(self):
        """Old rules: 500 / 5 = 100 retries of an error; new ones 500 / 14 = 35."""
        for new, retries in ((False, 100), (True, 35)):
            with mock.patch.object(botocore.retries.standard, "NEW_RETRIES_ENABLED", new):
                rules = policy("botocore-2026" if new else "botocore-standard")["quota"]
                self.assertEqual(rules["capacity"] // rules["transient"], retries)
                self.server.load(scenario_of_conditions())
                client = self.client("standard")
                sleeps = [len(self.converse(client, prompt_of("500 InternalServerException"))) for _ in range(55)]
                self.assertEqual(sum(sleeps), retries)


class JavaScript(unittest.TestCase, BuiltInClient):
    @classmethod
    def setUpClass(cls):
        missing = javascript_clients.install()
        if missing:
            raise unittest.SkipTest(f"the AWS SDK for JavaScript is not installed ({missing})")
        cls.server = bedlam.Server("--clock", "real").__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.node = javascript_clients.Node().__enter__()
        cls.addClassCleanup(cls.node.__exit__)

    def call(self, handler, prompt):
        if handler in ("anthropic", "ai"):
            return self.call_other(handler, prompt)
        return self.node.outcomes(
            handler=handler, config={"endpoint": self.server.url}, timeout_ms=int(READ_TIMEOUT_S * 1000),
            operation="Converse", input={"modelId": HAIKU, "messages": [{"role": "user", "content": [{"text": prompt}]}]})

    def call_other(self, client, prompt):
        names = ("awsAccessKey", "awsSecretKey", "awsRegion") if client == "anthropic" else (
            "accessKeyId", "secretAccessKey", "region")
        return self.node.outcomes(
            client=client, config={"baseURL": self.server.url, **dict(zip(names, ("x", "x", "us-east-1")))},
            timeout_ms=int(READ_TIMEOUT_S * 1000), input={"model": HAIKU, "prompt": prompt, "stream": False})

    def check_policy(self, name, handler, never_ends=()):
        rules = policy(name)
        self.server.load(scenario_of_conditions())
        conditions = [condition for condition in CONDITIONS if condition not in never_ends]
        with concurrent.futures.ThreadPoolExecutor(len(conditions)) as pool:
            list(pool.map(lambda condition: self.call(handler, prompt_of(condition)), conditions))
        attempts = {}
        for condition in conditions:
            with self.subTest(policy=name, condition=condition):
                seen = attempts_of(self.server, prompt_of(condition))
                attempts[condition] = len(seen)
                self.assertEqual(len(seen), expected_attempts(rules, condition))
                kind = kind_of(rules, condition)
                for pauses, before, after in zip(rules["pauses"], seen, seen[1:]):
                    if kind == "no" or "timeout" in condition:
                        continue
                    pause = after["at"] - before["ended_at"]
                    self.assertLessEqual(pauses[kind][0], pause + 0.002)  # timers of node are early by up to a millisecond
                    self.assertLessEqual(pause, pauses[kind][1] + WIRE_SLACK_S)
        self.check_built_in_client(name, attempts)

    def test_http2(self):
        self.check_policy("javascript-v3", "http2")

    def test_http1(self):
        self.check_policy("javascript-v3-http1", "http1")

    def test_anthropic(self):
        self.check_policy("anthropic-sdk", "anthropic", never_ends=["a read timeout inside the body"])

    def test_ai(self):
        self.check_policy("ai-sdk", "ai", never_ends=["a read timeout", "a read timeout inside the body"])

    def test_what_the_server_asks_for(self):
        for headers, pause in (({"Retry-After": 1}, 1), ({"x-amz-retry-after": 1500}, 1.5)):
            self.server.load(scenario([{"error": {"name": "InternalServerException", "headers": headers}}]))
            self.call("http1", "Hi")
            seen = attempts_of(self.server, "Hi")
            self.assertEqual(len(seen), 3)
            for before, after in zip(seen, seen[1:]):
                self.assertGreaterEqual(after["at"] - before["ended_at"] + 0.002, pause)
                self.assertLessEqual(after["at"] - before["ended_at"], pause + WIRE_SLACK_S)


if __name__ == "__main__":
    unittest.main()
