"""`bedlam record`, `calibrate` and `compare`: a second Bedlam behind TLS, which lets nobody in without a good
signature, plays the real endpoint, with latencies from known distributions."""

import concurrent.futures
import http.client
import http.server
import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/clients"))
import server as bedlam

try:
    import boto3
    import botocore.session
    from botocore.config import Config

    botocore.session.get_session().get_service_model("bedrock-runtime")
    no_boto3 = None
except Exception as missing:
    no_boto3 = f"boto3 that knows bedrock-runtime is not installed ({missing})"

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
PROFILE = "arn:aws:bedrock:us-east-1:987654321098:application-inference-profile/abc123def456"
KEY, SECRET, TOKEN = "AKIAREALREALREALREAL", "the+real/secret", "the+real/session+token=="
REAL = {**bedlam.CREDENTIALS, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}

# The medians are small, so that the tests are short; σ of the lognormal is ln(2) / z(0.99).
MEDIAN_S, P99_S, MEAN_S, DEVIATION_S = 0.1, 0.2, 0.006, 0.002
SIGMA = math.log(P99_S / MEDIAN_S) / 2.3263478740408408
TOKENS = 12
LATENCY = '{first_token: "lognormal(median 100ms, p99 200ms)", per_token: "normal(mean 6ms, sd 2ms)"}'
ENDPOINT = """
models:
  "*":
    latency: %s
    replies:
      - {when: {prompt: "*throttled"}, script: [throttle, {answer: Served.}]}
      - {when: {prompt: "*weather*"}, answer: {tool: {name: weather, input: {city: Paris}}}}
      - {when: {prompt: "*stalls"}, answer: {tokens: 30}, fault: {after_tokens: 2, stall: forever}}
      - {when: {prompt: "*breaks"}, answer: {tokens: 9}, fault: {after_tokens: 4, exception: throttlingException}}
      - answer: {tokens: %d}
"""


def converse(prompt):
    return {"messages": [{"role": "user", "content": [{"text": prompt}]}]}


class Recorder:
    """`with Recorder(upstream, out) as recorder: …`; `finish()` ends it and gives what it said."""

    def __init__(self, endpoint, *arguments):
        self.endpoint, self.arguments = endpoint, arguments

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory()
        self.out = pathlib.Path(self.directory.name) / "recording.yaml"
        port_file = pathlib.Path(self.directory.name) / "port"
        command = [bedlam.BEDLAM, "record", "--upstream", self.endpoint.tls_url, "--ca-file", self.endpoint.certificate,
                   "--port", "0", "--port-file", str(port_file), *self.arguments, str(self.out)]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env={**inherited, **REAL})
        deadline = time.monotonic() + bedlam.START_TIMEOUT_S
        while not port_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(command)} did not start: {self.process.stderr.read()}")
            time.sleep(0.002)
        self.port = int(port_file.read_text())
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def finish(self, status=0):
        self.process.send_signal(signal.SIGTERM)
        stdout, stderr = self.process.communicate(timeout=60)
        assert self.process.returncode == status, stderr
        return stdout + stderr

    def text(self):
        return self.out.read_text()

    def __exit__(self, *exception):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        self.directory.cleanup()


class Endpoint(bedlam.Server):
    """The real endpoint."""

    made = 0

    def __init__(self, scenario, directory):
        Endpoint.made += 1
        self.certificate = str(directory / f"endpoint-{Endpoint.made}.pem")
        file = directory / f"endpoint-{Endpoint.made}.yaml"
        file.write_text(scenario)
        super().__init__(str(file), "--clock", "real", "--auth", "strict", "--seed", "3", "--tls", "--tls-cert-out",
                         self.certificate, environment=REAL)

    @property
    def tls_url(self):
        return self.url.replace("http://127.0.0.1", "https://localhost")


class Echo:
    """An endpoint whose model repeats the prompt, and what the headers of the request say."""

    REQUEST_ID = "99999999-8888-7777-6666-555555555555"

    def __init__(self, certificate):
        self.certificate, self.headers = certificate, {}

    def __enter__(self):
        echo = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                echo.headers = {name.lower(): value for name, value in self.headers.items()}
                text = json.dumps([asked["messages"][0]["content"][0]["text"], dict(self.headers), Echo.REQUEST_ID])
                body = json.dumps({"output": {"message": {"role": "assistant", "content": [{"text": text}]}},
                                   "stopReason": "end_turn"}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("x-amzn-RequestId", Echo.REQUEST_ID)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.tls_url = f"http://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


def raw_call(url, operation, prompt, model=HAIKU):
    """Status, headers but for those of every answer's own, and body, as bytes."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    model = model.replace(":", "%3A").replace("/", "%2F")
    body = converse(prompt)
    if operation == "count-tokens":
        body = {"input": {"converse": body}}
    connection.request("POST", f"/model/{model}/{operation}", json.dumps(body),
                       {"Content-Type": "application/json"})
    answer = connection.getresponse()
    body = answer.read()
    own = {"date", "x-amzn-requestid", "connection", "transfer-encoding"}
    headers = sorted((name.lower(), value) for name, value in answer.getheaders() if name.lower() not in own)
    connection.close()
    return answer.status, headers, body


def client(url):
    return boto3.client("bedrock-runtime", endpoint_url=url, region_name="us-east-1", aws_access_key_id="AKIAOFTHECLIENT00000",
                        aws_secret_access_key="the client's", aws_session_token="the client's token",
                        config=Config(retries={"total_max_attempts": 1}))


def stream_of(model, prompt):
    """The events of a ConverseStream."""
    return list(model.converse_stream(modelId=HAIKU, **converse(prompt))["stream"])


def command(*arguments, environment=None):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run([bedlam.BEDLAM, *arguments], capture_output=True, text=True,
                          env={**inherited, **REAL, **(environment or {})})


class WithEndpoint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.directory = pathlib.Path(directory.name)
        cls.endpoint = cls.enterClassContext(Endpoint(ENDPOINT % (LATENCY, TOKENS), cls.directory))


class Record(WithEndpoint):
    def test_what_passed_is_answered_again_byte_for_byte(self):
        asked = [(operation, f"{prompt} {operation}")
                 for operation in ("converse", "converse-stream", "count-tokens")
                 for prompt in ("tell", "say /this/* \"quietly\":\n", "weather", "breaks")]
        asked += [("converse", "throttled"), ("converse", "throttled"), ("invoke", "no body of a model")]
        with Recorder(self.endpoint) as recorder:
            passed = [raw_call(recorder.url, *call) for call in asked]
            profile = raw_call(recorder.url, "converse", "by profile", PROFILE)
            said = recorder.finish()
            self.assertIn(f"{len(asked) + 1} calls recorded", said)
            checked = command("check", str(recorder.out))
            self.assertEqual((checked.returncode, checked.stderr), (0, ""), checked.stdout)
            tested = command("test", str(recorder.out))
            self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)
            with bedlam.Server(str(recorder.out), "--clock", "skip", "--seed", "99") as replay:
                for call, before in zip(asked, passed):
                    self.assertEqual(raw_call(replay.url, *call), before, call)
                self.assertEqual(raw_call(replay.url, "converse", "by profile", PROFILE), profile)
        self.assertEqual([status for status, *_ in passed[:4]], [200] * 4)
        self.assertEqual(passed[-3][0], 429)

    @unittest.skipIf(no_boto3, no_boto3)
    def test_boto3_sees_the_same(self):
        with Recorder(self.endpoint) as recorder:
            model = client(recorder.url)
            passed = [stream_of(model, prompt) for prompt in ("one", "two", "weather")]
            plain = model.converse(modelId=HAIKU, **converse("plain"))
            native = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 64,
                                 "messages": [{"role": "user", "content": "native"}]})
            chunks = [event["chunk"]["bytes"] for event in
                      model.invoke_model_with_response_stream(modelId=HAIKU, body=native)["body"]]
            recorder.finish()
            with bedlam.Server(str(recorder.out), "--clock", "skip") as replay:
                again = client(replay.url)
                self.assertEqual([stream_of(again, prompt) for prompt in ("one", "two", "weather")], passed)
                for member in ("output", "stopReason", "usage", "metrics"):
                    self.assertEqual(again.converse(modelId=HAIKU, **converse("plain"))[member], plain[member])
                self.assertEqual([event["chunk"]["bytes"] for event in
                                  again.invoke_model_with_response_stream(modelId=HAIKU, body=native)["body"]], chunks)

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_http2_inside(self):
        if "HTTP2" not in subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout:
            self.skipTest("this curl knows no HTTP/2")
        with Recorder(self.endpoint) as recorder:
            done = subprocess.run(
                ["curl", "-s", "--http2-prior-knowledge", "-w", "%{http_version}", "-H", "Content-Type: application/json",
                 "-d", json.dumps(converse("over HTTP/2")), f"{recorder.url}/model/{HAIKU}/converse"],
                capture_output=True, text=True)
            recorder.finish()
            self.assertTrue(done.stdout.endswith("}2"), done.stdout)
            self.assertIn("over HTTP/2", recorder.text())

    def test_the_first_token_does_not_wait_for_the_last(self):
        with Recorder(self.endpoint, "--grace", "0s") as recorder:
            connection = http.client.HTTPConnection("127.0.0.1", recorder.port, timeout=60)
            connection.request("POST", f"/model/{HAIKU}/converse-stream", json.dumps(converse("stalls")))
            answer = connection.getresponse()
            # The endpoint never ends this one.
            self.assertIn(b"messageStart", answer.read(40) + answer.read(60))
            connection.close()
            raw_call(recorder.url, "converse", "whole")
            said = recorder.finish()
            self.assertIn("1 call had no end yet and is left out", said)
            self.assertIn("1 call recorded", said)

    def test_no_secret_reaches_the_file(self):
        with Echo(self.endpoint.certificate) as echo, Recorder(echo) as recorder:
            planted = [KEY, SECRET, TOKEN, "AKIAOFTHECLIENT00000", "5d" * 32, "the+client's+token", "another secret",
                       "0123456789abcdefcookie", "987654321098", "11111111-2222-3333-4444-555555555555"]
            connection = http.client.HTTPConnection("127.0.0.1", recorder.port, timeout=60)
            connection.request("POST", f"/model/{PROFILE.replace(':', '%3A').replace('/', '%2F')}/converse",
                               json.dumps(converse("I know " + " and ".join(planted))),
                               {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIAOFTHECLIENT00000/20260101/us-east-1/"
                                                 "bedrock/aws4_request, SignedHeaders=host, Signature=" + "5d" * 32,
                                "X-Amz-Security-Token": "the+client's+token", "X-Api-Key": "another secret",
                                "Cookie": "sid=0123456789abcdefcookie; theme=dark",
                                "amz-sdk-invocation-id": "11111111-2222-3333-4444-555555555555"})
            answer = connection.getresponse()
            said = json.loads(answer.read())["output"]["message"]["content"][0]["text"]
            connection.close()
            recorder.finish()
            text = recorder.text()
        # The endpoint knew them all, and who signed.
        self.assertEqual([secret for secret in planted if secret not in said], [])
        signature = re.search("Signature=([0-9a-f]{64})", said)[1]
        for secret in (*planted, signature, Echo.REQUEST_ID):
            self.assertNotIn(secret, text)
        for name in ("cookie", "x-api-key"):
            self.assertNotIn(name, echo.headers)
        self.assertIn("arn:aws:bedrock:us-east-1:*:application-inference-profile/abc123def456", text)

    def test_prompts_can_be_hashed_or_dropped(self):
        for prompts in ("hash", "drop"):
            with self.subTest(prompts), Recorder(self.endpoint, "--prompts", prompts) as recorder:
                asked = [("converse", "private one"), ("converse-stream", "private two"), ("converse", "private three")]
                passed = [raw_call(recorder.url, *call) for call in asked]
                recorder.finish()
                self.assertNotIn("private", recorder.text())
                with bedlam.Server(str(recorder.out), "--clock", "skip") as replay:
                    self.assertEqual([raw_call(replay.url, *call) for call in asked], passed)
                compared = command("compare", str(recorder.out), "--endpoint", self.endpoint.url)
                self.assertEqual(compared.returncode, 2)
                self.assertIn("--prompts keep", compared.stderr)

    def test_an_endpoint_that_is_not_there(self):
        class Nowhere:
            tls_url, certificate = "https://localhost:1", self.endpoint.certificate

        with Recorder(Nowhere) as recorder:
            status, _, body = raw_call(recorder.url, "converse", "Hi")
            said = recorder.finish(status=1)
        self.assertEqual(status, 502)
        self.assertIn(b"https://localhost:1", body)
        self.assertIn("1 call could not be sent on: https://localhost:1", said)
        self.assertIn("is not written", said)

    def test_a_certificate_that_nobody_trusts(self):
        other = self.directory / "other.pem"
        with bedlam.Server("--tls", "--tls-cert-out", str(other)):
            pass

        class Suspect:
            tls_url, certificate = self.endpoint.tls_url, str(other)

        with Recorder(Suspect) as recorder:
            status, _, body = raw_call(recorder.url, "converse", "Hi")
        self.assertEqual(status, 502)
        self.assertIn(b"not trusted", body)


    def test_a_place_that_is_taken(self):
        out = self.directory / "taken.yaml"
        arguments = ("record", "--upstream", self.endpoint.tls_url, "--ca-file", self.endpoint.certificate, "--port", "0")
        out.mkdir()
        refused = command(*arguments, str(out))
        self.assertEqual(refused.returncode, 2)
        self.assertIn("taken.yaml: is a directory", refused.stderr)
        out.rmdir()
        for there in ("taken.yaml", "taken-2.yaml", "taken.requests/1.json"):
            file = self.directory / there
            file.parent.mkdir(exist_ok=True)
            file.write_text("# by hand\n")
            refused = command(*arguments, str(out))
            self.assertEqual(refused.returncode, 2)
            self.assertIn("is there already; --force", refused.stderr)
            file.unlink()
        (self.directory / "taken.requests").rmdir()

    def test_force_replaces_all_of_an_earlier_recording(self):
        with Recorder(self.endpoint, "--force") as recorder:
            directory = recorder.out.parent
            recorder.out.write_text("# Recorded.\n")
            (directory / "recording-2.yaml").write_text("# Recorded.\n# Part 2.\n")
            (directory / "recording-3.yaml").write_text("# by hand\n")
            (directory / "recording.requests").mkdir()
            (directory / "recording.requests" / "7.json").write_text("{}")
            raw_call(recorder.url, "converse", "Hi")
            recorder.finish()
            self.assertIn("Hi", recorder.text())
            self.assertEqual({file.name for file in directory.iterdir()}, {"port", "recording.yaml", "recording-3.yaml"})

    def test_calls_of_web_pages_are_not_sent_on(self):
        with Recorder(self.endpoint) as recorder:
            connection = http.client.HTTPConnection("127.0.0.1", recorder.port, timeout=60)
            connection.request("POST", f"/model/{HAIKU}/converse", json.dumps(converse("Hi")),
                               {"Origin": "https://evil.example"})
            answer = connection.getresponse()
            self.assertEqual(answer.status, 403)
            self.assertIn(b"web pages", answer.read())
            connection.close()
            said = recorder.finish(status=1)
        self.assertIn("1 call came from a web page", said)

    def test_a_client_that_left_has_its_answer_recorded(self):
        slow = 'models: {"*": {replies: [{answer: Late., latency: 400ms}]}}'
        with Endpoint(slow, self.directory) as endpoint, Recorder(endpoint) as recorder:
            connection = http.client.HTTPConnection("127.0.0.1", recorder.port, timeout=60)
            connection.request("POST", f"/model/{HAIKU}/converse", json.dumps(converse("Hi")))
            while not endpoint.ask("journal")["calls"]:
                time.sleep(0.002)
            connection.close()
            self.assertIn("1 call recorded", recorder.finish())
            self.assertIn("Late.", recorder.text())

    def test_a_profile_that_is_not_there(self):
        done = command("record", "--upstream", self.endpoint.url, "--profile", "nope", "--port", "0",
                       str(self.directory / "profile.yaml"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("no profile 'nope'", done.stderr)


class Calibrate(WithEndpoint):
    CALLS = 32

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recorder = cls.enterClassContext(Recorder(cls.endpoint))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for status, *_ in pool.map(lambda i: raw_call(cls.recorder.url, "converse-stream", f"call {i}"),
                                       range(cls.CALLS)):
                assert status == 200
        cls.recorder.finish()

    def need_a_punctual_endpoint(self):
        """A machine that is busy with other things sends late, and measures that."""
        late = self.endpoint.ask("lateness")["p99"]
        if late > 0.003:
            self.skipTest(f"the endpoint itself was {late * 1000:.1f} ms late")

    def fitted(self, file):
        done = command("calibrate", str(file))
        self.assertEqual(done.returncode, 0, done.stderr)
        median = re.search(r"first token +(?:lognormal\(median|normal\(mean) ([0-9.]+)ms, (?:p99|sd) ([0-9.]+)ms\).* n 32 .* p ([0-9.]+)",
                           done.stdout)
        mean = re.search(r"per token +(?:lognormal\(median|normal\(mean) ([0-9.]+)ms.* n (\d+)", done.stdout)
        self.assertTrue(median and mean, done.stdout)
        return median, mean

    # A recorded time is the drawn one and what two programs and the machine's timers add: 10 ms are far more than
    # that. The rest of a band is four standard errors.
    def test_the_distributions_are_found_again(self):
        self.need_a_punctual_endpoint()
        median, mean = self.fitted(self.recorder.out)
        band = 4 * SIGMA / math.sqrt(self.CALLS)
        self.assertGreater(float(median[1]) / 1000, MEDIAN_S * math.exp(-band))
        self.assertLess(float(median[1]) / 1000, MEDIAN_S * math.exp(band) + 0.01)
        # Less those that came together with the one before.
        self.assertLessEqual(int(mean[2]), self.CALLS * (TOKENS - 1))
        self.assertGreater(int(mean[2]), self.CALLS * (TOKENS - 1) / 2)
        band = 4 * DEVIATION_S / math.sqrt(self.CALLS * (TOKENS - 1))
        self.assertAlmostEqual(float(mean[1]) / 1000, MEAN_S, delta=band + 0.001)

    def test_a_calibrated_recording_replays_the_texts_with_fitted_times(self):
        file = self.directory / "calibrated.yaml"
        done = command("calibrate", str(self.recorder.out), "--write", str(file))
        self.assertEqual(done.returncode, 0, done.stderr)
        text = file.read_text()
        self.assertIn("latency: {first_token: ", text)
        self.assertNotIn("at: ", text)
        self.assertEqual(command("test", str(file)).returncode, 0)
        with bedlam.Server(str(file), "--clock", "skip") as fitted, \
                bedlam.Server(str(self.recorder.out), "--clock", "skip") as recorded:
            for i in range(3):
                call = ("converse-stream", f"call {i}")
                self.assertEqual(raw_call(fitted.url, *call), raw_call(recorded.url, *call))

    def test_compare_finds_drift(self):
        slower = LATENCY.replace("mean 6ms", "mean 10ms")
        with Endpoint(ENDPOINT % (slower, TOKENS), self.directory) as changed:
            drift = command("compare", str(self.recorder.out), "--endpoint", changed.url)
        self.assertEqual(drift.returncode, 1, drift.stdout + drift.stderr)
        self.assertRegex(drift.stdout, r"per token .* DRIFT\n")

    def test_compare_finds_the_same_the_same(self):
        same = command("compare", str(self.recorder.out), "--endpoint", self.endpoint.tls_url, "--level", "0.001",
                       environment={"AWS_CA_BUNDLE": self.endpoint.certificate})
        self.need_a_punctual_endpoint()
        self.assertEqual(same.returncode, 0, same.stdout + same.stderr)
        self.assertRegex(same.stdout, r"first token .* same\n.*per token .* same\n")

    def test_compare_sees_errors_that_were_none(self):
        with Endpoint('models: {"*": {replies: [throttle]}}', self.directory) as broken:
            drift = command("compare", str(self.recorder.out), "--endpoint", broken.url)
        self.assertEqual(drift.returncode, 1, drift.stdout + drift.stderr)
        self.assertRegex(drift.stdout, r"failed calls .*100.0%.* DRIFT: none is answered\n")

    def test_compare_says_when_all_is_refused(self):
        done = command("compare", str(self.recorder.out), "--endpoint", self.endpoint.url,
                       environment={"AWS_SECRET_ACCESS_KEY": "another"})
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("refused each of the 32 calls", done.stderr)

    def test_compare_needs_the_account_that_was_masked(self):
        with Recorder(self.endpoint) as recorder:
            raw_call(recorder.url, "converse", "by profile", PROFILE)
            recorder.finish()
            # Not a host of AWS's, and not reached.
            done = command("compare", str(recorder.out), "--endpoint", "https://bedrock.invalid", "--yes",
                           "--region", "us-east-1")
            self.assertEqual(done.returncode, 2)
            self.assertIn("--account", done.stderr)
            done = command("compare", str(recorder.out), "--endpoint", self.endpoint.url, "--account", "987654321098")
            self.assertNotEqual(done.returncode, 2, done.stderr)
            asked = self.endpoint.ask("journal")["calls"][-1]
            self.assertIn("987654321098", json.dumps(asked))

    def test_what_is_no_recording_is_said(self):
        file = self.directory / "plain.yaml"
        file.write_text("models: {x: {replies: [{answer: Hi}]}}\n")
        for arguments in (("calibrate", str(file)), ("compare", str(file), "--endpoint", self.endpoint.url)):
            done = command(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn("none of its models is recorded", done.stderr)


if __name__ == "__main__":
    unittest.main()
