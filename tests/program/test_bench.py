"""`bedlam bench` against its own emulator and against `bedlam serve`: counts, lower bounds of what was scripted, credentials,
money, and verdicts. No time is asserted but "never sooner than scripted"."""

import http.server
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/clients"))
import server as bedlam

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

SCENARIO = """
models:
  anthropic.claude-3-haiku-*:
    latency: {first_token: 30ms, per_token: 10ms}
    replies:
      - {when: {prompt: "*throttled*"}, script: [throttle, {answer: {tokens: 5}}]}
      - answer: {tokens: 5}
  amazon.nova-micro-*: {replies: [{answer: Hello, latency: 20ms}]}
  amazon.nova-lite-*: {replies: [{answer: Hello, latency: 400ms}]}
  amazon.nova-pro-*: {replies: [{answer: Hello, latency: "uniform(20ms, 200ms)"}]}
"""
# A busy machine makes no test fail: what is late there is not what is tested.
PATIENT = ("--max-lateness", "1h", "--warm-up", "0")


def shown_text(directory, test, page="out.html"):
    """The page as a browser shows it, without its scripts."""
    if CHROMIUM is None:
        test.skipTest("chromium is not installed")
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={directory / 'profile'}",
               "--virtual-time-budget=4000", "--dump-dom", (directory / page).as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
    return re.sub(r"<script.*?</script>", "", shown, flags=re.S)


class Bench(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.scenario = self.write("bench.yaml", SCENARIO)

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return str(path)

    def environment(self, **variables):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**kept, "HOME": str(self.directory), "AWS_EC2_METADATA_DISABLED": "true", **variables}

    def bench(self, *arguments, env=None):
        return subprocess.run([bedlam.BEDLAM, "bench", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env=env or self.environment(), cwd=self.directory)

    def document(self, *arguments, status=0, env=None):
        """The document of a run that ends with that status."""
        done = self.bench(*arguments, "--json", "out.json", env=env)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return json.loads((self.directory / "out.json").read_text())

    def serve(self, *arguments, environment=None):
        server = bedlam.Server(self.scenario, *arguments, environment=environment).__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        return server


class Load(Bench):
    def test_nothing_comes_sooner_than_scripted(self):
        document = self.document(self.scenario, "--concurrency", "1,3", "--requests", "6", *PATIENT)
        self.assertEqual([stage["label"] for stage in document["stages"]], ["1 at a time", "3 at a time"])
        for stage in document["stages"]:
            self.assertEqual((stage["count"], stage["complete"], stage["errors"], stage["valid"]), (6, 6, [], True))
            for _, whole, first, gap, _, kind in stage["calls"]:
                self.assertEqual(kind, "complete")
                self.assertGreaterEqual(first, 0.030)
                self.assertGreaterEqual(whole, 0.070)
            self.assertGreaterEqual(stage["measured"]["first_token"]["p50"], 0.030)
            self.assertEqual(stage["measured"]["between_tokens"]["count"], 6 * 4)
            self.assertLessEqual(stage["measured"]["tokens_a_second"]["min"], stage["measured"]["tokens_a_second"]["p50"])

    def test_the_text_has_percentiles_and_a_histogram(self):
        done = self.bench(self.scenario, "--requests", "20", "--concurrency", "4", *PATIENT)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"time to first token +\d+(\.\d+)? ms +\d+(\.\d+)? m?s")
        done = self.bench(self.scenario, "--operation", "converse", "--model", "amazon.nova-pro-v1:0", "--requests", "20",
                          "--concurrency", "4", *PATIENT)
        self.assertRegex(done.stdout, r"whole answer\n( +\S+ m?s … \S+ m?s +\|#* ?\d*\n)+")
        self.assertIn("late itself: p99", done.stdout)

    def test_arrivals_follow_the_seed(self):
        load = ("--operation", "converse", "--model", "amazon.nova-micro-v1:0", "--rate", "100/s", "--requests", "8", *PATIENT)
        due = [[call[0] for call in self.document(self.scenario, *load, "--seed", seed)["stages"][0]["calls"]]
               for seed in ("1", "1", "2")]
        self.assertEqual(due[0], due[1])
        self.assertNotEqual(due[0], due[2])
        even = self.document(self.scenario, *load, "--arrivals", "even")["stages"][0]
        self.assertEqual([call[0] for call in even["calls"]], [k / 100 for k in range(8)])

    def test_a_run_that_is_late_itself_is_invalid(self):
        # One connection for calls of 400 ms that are due every 100 ms.
        document = self.document(self.scenario, "--operation", "converse", "--model", "amazon.nova-lite-v1:0", "--rate", "10/s",
                                 "--arrivals", "even", "--requests", "3", "--max-connections", "1", "--warm-up", "0", status=1)
        [stage] = document["stages"]
        self.assertFalse(stage["valid"])
        self.assertIn("calls were made", stage["invalid"])
        # From when they were due: the third waits for the two before it.
        self.assertGreaterEqual(stage["calls"][2][1], 3 * 0.4 - 2 * 0.1)

    def test_errors_have_their_kinds(self):
        document = self.document(self.scenario, "--prompt", "throttled", "--requests", "4", *PATIENT)
        [stage] = document["stages"]
        self.assertEqual([(error["kind"], error["count"]) for error in stage["errors"]], [("ThrottlingException", 1)])
        self.assertEqual(stage["complete"], 3)

    def test_a_warm_up_is_called_and_not_measured(self):
        server = self.serve()
        self.document("--endpoint", server.url, "--model", HAIKU, "--requests", "3", "--max-lateness", "1h", "--warm-up", "2")
        self.assertEqual(len(server.calls()), 5)

    def test_a_body_of_ones_own(self):
        server = self.serve()
        body = self.write("body.json", json.dumps({"messages": [{"role": "user", "content": [{"text": "Mine"}]}],
                                                   "inferenceConfig": {"maxTokens": 7}}))
        self.document("--endpoint", server.url, "--model", HAIKU, "--operation", "converse", "--body", body, "--requests", "1", *PATIENT)
        self.assertIn("Mine", json.dumps(server.calls()))
        endless = self.write("endless.json", json.dumps({"messages": []}))
        done = self.bench("--endpoint", server.url, "--model", HAIKU, "--body", endless)
        self.assertEqual(done.returncode, 2)
        self.assertIn("sets no limit to the answer", done.stderr)

    def test_an_interrupted_run_reports_what_it_has(self):
        server = self.serve()
        process = subprocess.Popen([bedlam.BEDLAM, "bench", "--endpoint", server.url, "--model", HAIKU, "--duration", "1h",
                                    *PATIENT], stdout=subprocess.PIPE, text=True, env=self.environment())
        while not server.calls():
            pass
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, output)
        self.assertIn("stopped: interrupted", output)

    def test_a_call_without_an_end_ends_with_the_run(self):
        self.scenario = self.write("silent.yaml", "models: {'*': {replies: [{answer: Hello, fault: {no_answer: true}}]}}")
        server = self.serve()
        process = subprocess.Popen([bedlam.BEDLAM, "bench", "--endpoint", server.url, "--model", HAIKU, "--read-timeout", "1000h",
                                    "--duration", "1h", *PATIENT], stdout=subprocess.PIPE, text=True, env=self.environment())
        while not server.calls():
            pass
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1, output)
        self.assertIn("no call was answered whole", output)
        self.assertRegex(output, r"\n  interrupted ")

    def test_a_refused_run_leaves_reports_as_they_are(self):
        kept = pathlib.Path(self.write("kept.json", "mine"))
        for reports in (("--html", "new.html", "--operation", "talk"), ("--html", "./kept.json")):
            done = self.bench(self.scenario, "--json", "kept.json", *reports)
            self.assertEqual((done.returncode, kept.read_text()), (2, "mine"), done.stdout)
            self.assertFalse((self.directory / "new.html").exists())
        self.assertIn("both would be written", done.stderr)
        self.bench(self.scenario, "--requests", "1", *PATIENT, "--json", "kept.json", "--html", "new.html")
        self.assertEqual(json.loads(kept.read_text())["bench"], 1)

    def test_the_region_of_the_emulator_inside(self):
        self.scenario = self.write("regions.yaml", "models: {'*': {replies: [{when: {region: eu-west-3}, answer: Hello}, throttle]}}")
        [stage] = self.document(self.scenario, "--requests", "1", "--region", "eu-west-3", *PATIENT)["stages"]
        self.assertEqual(stage["errors"], [])

    def test_mistakes_are_one_line(self):
        for arguments, words in [(("--rate", "fast"), "'fast' is not like 50/s"),
                                 (("--endpoint", "localhost", "--model", HAIKU), "begins with http:// or https://"),
                                 (("--endpoint", "http://127.0.0.1:1"), "--model: which one"),
                                 ((self.scenario, "--endpoint", "http://127.0.0.1:1", "--model", HAIKU), "not both"),
                                 ((self.scenario, "--profile", "mine"), "are for --endpoint"),
                                 (("--operation", "talk"), "there are invoke, invoke-stream"),
                                 (("no.yaml",), "no.yaml"),
                                 (("--compare", self.scenario), "no JSON"),
                                 (("--json", "/no/such/place.json"), "cannot be written"),
                                 (("--endpoint", "https://example.com", "--ca-file", "/no.pem",
                                   "--model", HAIKU, "--region", "us-east-1", "--yes"), "no AWS credentials")]:
            done = self.bench(*arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stdout))
            self.assertIn(words, done.stderr)


class Compare(Bench):
    def run_of(self, model, name, *more):
        return self.bench(self.scenario, "--operation", "converse", "--model", model, "--concurrency", "6", "--requests", "24",
                          "--json", name, *PATIENT, *more)

    def test_what_changed_beyond_noise(self):
        self.run_of("amazon.nova-micro-v1:0", "before.json")
        none = self.run_of("amazon.nova-micro-v1:0", "none.json", "--compare", "no-such-file.json")
        self.assertEqual(none.returncode, 2)
        self.assertFalse((self.directory / "none.json").exists())  # nothing was called
        slower = self.run_of("amazon.nova-lite-v1:0", "after.json", "--compare", "before.json", "--fail-if-worse")
        self.assertEqual(slower.returncode, 1, slower.stdout + slower.stderr)
        self.assertIn("whole answer: SLOWER", slower.stdout)
        self.assertIn("the runs differ in model", slower.stdout)
        after = json.loads((self.directory / "after.json").read_text())
        [whole] = [c for c in after["comparison"]["changes"] if c["metric"] == "whole"]
        self.assertEqual((whole["verdict"], whole["calls"]), ("worse", [24, 24]))
        faster = self.run_of("amazon.nova-micro-v1:0", "again.json", "--compare", "after.json", "--fail-if-worse")
        self.assertEqual(faster.returncode, 0, faster.stdout)
        self.assertIn("whole answer: FASTER", faster.stdout)

    def test_nothing_compared_is_no_success(self):
        self.run_of("amazon.nova-micro-v1:0", "before.json")
        other = self.bench(self.scenario, "--concurrency", "2", "--requests", "2", *PATIENT, "--compare", "before.json", "--fail-if-worse")
        self.assertEqual(other.returncode, 1, other.stdout)
        self.assertIn("NOTHING was compared", other.stdout)
        self.assertIn("this run has no stage '6 at a time'", other.stdout)


class Metadata(http.server.BaseHTTPRequestHandler):
    """An instance's metadata service (IMDSv2) and a container's, with the keys of the tests."""
    KEY = {"Code": "Success", "AccessKeyId": bedlam.CREDENTIALS["AWS_ACCESS_KEY_ID"], "Token": "session",
           "SecretAccessKey": bedlam.CREDENTIALS["AWS_SECRET_ACCESS_KEY"], "Expiration": "2099-01-01T00:00:00Z"}

    def say(self, text):
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self):
        self.say("token-1" if self.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600" else "")

    def do_GET(self):
        roles = "/latest/meta-data/iam/security-credentials/"
        if self.path == "/container" and self.headers["Authorization"] == "container-token":
            return self.say(json.dumps(self.KEY))
        if self.headers["x-aws-ec2-metadata-token"] != "token-1":
            return self.send_error(401)
        self.say("role" if self.path == roles else json.dumps(self.KEY) if self.path == roles + "role" else "")

    def log_message(self, *_):
        pass


class Credentials(Bench):
    """A Bedlam that verifies callers plays the real endpoint."""

    def setUp(self):
        super().setUp()
        self.keys = {name: bedlam.CREDENTIALS[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        known = self.write("known", "[long]\naws_access_key_id = AKIDLONG\naws_secret_access_key = long/secret+\n"
                           "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = session\n"
                           "[api]\naws_bearer_token_bedrock = bedrock-api-key\n" % tuple(self.keys.values()))
        self.server = self.serve("--auth", "strict", "--credentials", known)

    def run_with(self, *arguments, status=0, **variables):
        environment = self.environment(AWS_REGION="eu-central-1", **variables)
        document = self.document("--endpoint", self.server.url, "--model", HAIKU, "--requests", "1", *PATIENT, *arguments,
                                 env=environment, status=status)
        [stage] = document["stages"]
        return document["credentials"], [error["kind"] for error in stage["errors"]]

    def test_the_environment(self):
        self.assertEqual(self.run_with(**self.keys, AWS_SESSION_TOKEN="session"), ("env", []))
        self.assertEqual(self.run_with(AWS_BEARER_TOKEN_BEDROCK="bedrock-api-key"), ("bearer token", []))

    def test_a_wrong_secret_is_noticed(self):
        wrong = {**self.keys, "AWS_SECRET_ACCESS_KEY": "wrong", "AWS_SESSION_TOKEN": "session"}
        self.assertEqual(self.run_with(**wrong, status=1), ("env", ["InvalidSignatureException"]))

    def test_profiles(self):
        (self.directory / ".aws").mkdir()
        self.write(".aws/config", "[profile work]\nregion = us-east-1\naws_access_key_id = AKIDLONG\naws_secret_access_key = long/secret+\n"
                   "[profile process]\ncredential_process = cat '%s'\n" % self.write("key.json", json.dumps(
                       {"Version": 1, "AccessKeyId": "AKIDLONG", "SecretAccessKey": "long/secret+"})))
        self.assertEqual(self.run_with(AWS_PROFILE="work"), ("config-file", []))
        self.assertEqual(self.run_with("--profile", "process", **self.keys), ("custom-process", []))

    def test_an_instances_and_a_containers(self):
        service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
        self.addCleanup(service.server_close)
        self.addCleanup(service.shutdown)
        threading.Thread(target=service.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{service.server_port}"
        self.assertEqual(self.run_with(AWS_EC2_METADATA_DISABLED="false", AWS_EC2_METADATA_SERVICE_ENDPOINT=url), ("iam-role", []))
        self.assertEqual(self.run_with(AWS_CONTAINER_CREDENTIALS_FULL_URI=url + "/container",
                                       AWS_CONTAINER_AUTHORIZATION_TOKEN="container-token"), ("container-role", []))

    def test_botocore_finds_the_same(self):
        try:
            import botocore.session
        except ImportError:
            self.skipTest("botocore is not installed")
        key = "aws_access_key_id = %s\naws_secret_access_key = s\n"
        (self.directory / ".aws").mkdir()
        self.write(".aws/credentials", "[default]\n" + key % "FILE" + "[both]\n" + key % "BOTHFILE" + "[token]\n" + key % "TOKEN" + "aws_session_token=t\n")
        self.write(".aws/config", "[profile both]\n" + key % "BOTHCONFIG" + "[profile config]\nregion=eu-west-1\n" + key % "CONFIG" +
                   "s3 =\n  max_concurrent_requests = 20\n[profile 'two words']\n" + key % "WORDS" +
                   "[profile process]\ncredential_process = printf '{\"Version\": 1, \"AccessKeyId\": \"PROCESS\", \"SecretAccessKey\": \"s\"}'\n" + key % "UNDER")
        server = self.serve()
        environment_key = {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"}
        for variables in ({}, environment_key, {"AWS_PROFILE": "both"}, {"AWS_PROFILE": "config"}, {"AWS_PROFILE": "two words"},
                          {"AWS_PROFILE": "process"}, {"AWS_PROFILE": "token"}, {**environment_key, "AWS_PROFILE": "both"},
                          {"AWS_DEFAULT_PROFILE": "config", "AWS_PROFILE": "both"}, {"AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PROFILE": "both"}):
            environment = self.environment(AWS_REGION="eu-central-1", **variables)
            ask = "import botocore.session; c = botocore.session.get_session().get_credentials(); print(c.method, c.access_key)"
            theirs = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, env=environment).stdout.split()
            ours = self.document("--endpoint", server.url, "--model", HAIKU, "--requests", "1", *PATIENT, env=environment)["credentials"]
            [signed] = re.findall(r"Credential=(\w+)/", json.dumps(server.ask("journal")["calls"][-1])) or [None]
            self.assertEqual(ours, theirs[0], variables)
            if signed:
                self.assertEqual(signed, theirs[1], variables)

    def test_no_secret_is_shown(self):
        done = self.bench("--endpoint", self.server.url, "--model", HAIKU, "--requests", "1", *PATIENT, "--json", "out.json", "--html", "out.html",
                          env=self.environment(AWS_REGION="eu-central-1", **self.keys, AWS_SESSION_TOKEN="session-secret"))
        shown = done.stdout + done.stderr + (self.directory / "out.json").read_text() + (self.directory / "out.html").read_text()
        for secret in (self.keys["AWS_SECRET_ACCESS_KEY"], "session-secret", self.keys["AWS_ACCESS_KEY_ID"]):
            self.assertNotIn(secret, shown)

    def test_tls(self):
        certificate = self.directory / "bedlam.pem"
        server = self.serve("--tls", "--tls-cert-out", str(certificate))
        load = ("--endpoint", server.url.replace("http://127.0.0.1", "https://localhost"), "--model", HAIKU, "--requests", "2", *PATIENT)
        self.assertEqual(self.document(*load, "--ca-file", str(certificate))["stages"][0]["complete"], 2)
        bundle = self.environment(AWS_CA_BUNDLE=str(certificate))
        self.assertEqual(self.document(*load, env=bundle)["stages"][0]["complete"], 2)
        [error] = self.document(*load, status=1)["stages"][0]["errors"]
        self.assertEqual(error["kind"], "TLS failed, or the certificate is not trusted")


class Spending(Bench):
    """0.0.0.0 reaches this machine and is no loopback address: to bench it is somebody else's endpoint."""

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.url = self.server.url.replace("127.0.0.1", "0.0.0.0")
        self.keys = self.environment(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_REGION="us-east-1")
        self.load = ("--endpoint", self.url, "--model", HAIKU, "--max-tokens", "100", "--requests", "3", *PATIENT)

    def test_without_a_terminal_and_without_yes_nothing_is_called(self):
        done = self.bench(*self.load, env=self.keys)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"Up to 3 calls of .*: at most 0\.0\d+ USD each, 0\.0\d+ USD together; it stops at 1 USD")
        self.assertIn("--yes", done.stderr)
        self.assertEqual(self.server.calls(), [])

    def test_with_yes(self):
        done = self.bench(*self.load, "--yes", env=self.keys)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.server.calls()), 3)

    def test_a_terminal_is_asked(self):
        for answer, status, calls in ((b"n\n", 2, 0), (b"y\n", 0, 3)):
            ours, theirs = pty.openpty()
            process = subprocess.Popen([bedlam.BEDLAM, "bench", *self.load], stdin=theirs, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True, env=self.keys)
            os.write(ours, answer)
            _, errors = process.communicate(timeout=60)
            os.close(ours)
            os.close(theirs)
            self.assertEqual(process.returncode, status, errors)
            self.assertIn("Go on? [y/N]", errors)
            self.assertEqual(len(self.server.calls()), calls)

    def test_it_stops_before_the_limit(self):
        # At most 0.00125 USD for 1,000 tokens: a worst call of 100 tokens and a small prompt is above 0.000125.
        done = self.bench("--endpoint", self.url, "--model", HAIKU, "--max-tokens", "100", "--duration", "1h", "--concurrency", "2",
                          "--max-cost", "0.001", "--yes", "--json", "out.json", *PATIENT, env=self.keys)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("\ncut short by --max-cost 0.001 USD", done.stdout)
        [stage] = json.loads((self.directory / "out.json").read_text())["stages"]
        self.assertEqual((stage["cut_short"], stage["valid"]), ("max cost", True))
        self.assertLessEqual(stage["usd"], 0.001)
        self.assertGreater(stage["count"], 7)  # answers of 5 tokens cost less than the worst

    def test_an_open_loop_stops_sending_there_and_hears_what_is_under_way(self):
        page = ("--html", "out.html", "--json", "out.json")
        done = self.bench("--endpoint", self.url, "--model", HAIKU, "--max-tokens", "100", "--rate", "200/s,10/s", "--duration", "1h",
                          "--max-cost", "0.001", "--yes", *page, *PATIENT, env=self.keys)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("\nnot made: 10 a second\n", done.stdout)
        document = json.loads((self.directory / "out.json").read_text())
        self.assertEqual((document["max_cost_usd"], document["left_out"]), (0.001, ["10 a second"]))
        [stage] = document["stages"]
        self.assertEqual((stage["cut_short"], stage["errors"]), ("max cost", []))
        self.assertEqual(stage["complete"], len(self.server.calls()))
        self.assertLessEqual(stage["usd"], 0.001)
        text = shown_text(self.directory, self)
        self.assertIn("Cut short by --max-cost of 0.001 USD", text)
        self.assertIn("Not made: 10 a second", text)

    def test_a_model_without_a_price_is_refused(self):
        done = self.bench("--endpoint", self.url, "--model", "mistral.mistral-7b-instruct-v0:2", "--requests", "1", "--yes", env=self.keys)
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no price for mistral.mistral-7b", done.stderr)


class Page(Bench):
    def setUp(self):
        super().setUp()
        self.bench(self.scenario, "--requests", "30", "--concurrency", "6", "--prompt", "throttled", "--json", "one.json", *PATIENT)
        self.done = self.bench(self.scenario, "--requests", "30", "--concurrency", "6", "--prompt", "throttled", "--html", "page.html",
                               "--json", "two.json", "--compare", "one.json", *PATIENT)
        self.page = (self.directory / "page.html").read_text()

    def test_the_page_needs_nothing_else_and_holds_the_document(self):
        self.assertEqual(re.findall(r'(?:src|href)=(?!"data:)|@import|url\(', self.page), [])
        inside = re.search(r'<script type="application/json" id="data">(.*?)</script>', self.page, re.S).group(1)
        self.assertEqual(json.loads(inside), json.loads((self.directory / "two.json").read_text()))

    def test_chromium_shows_it(self):
        text = shown_text(self.directory, self, "page.html")
        for words in ("6 at a time", "time to first token", "What changed", "ThrottlingException", "Every call, by when it was due",
                      "how late bench itself woke", "how late the emulator's timers ran"):
            self.assertIn(words, text)
        self.assertGreaterEqual(text.count('class="bar"'), 6)
        self.assertEqual(text.count('class="dot-failed"'), 1)
        self.assertNotIn("NaN", text)
        self.assertNotIn("undefined", text)


if __name__ == "__main__":
    unittest.main()
