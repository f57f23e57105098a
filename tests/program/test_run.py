"""`bedlam run`: a command beside the emulator, its own outputs and exit status, and a verdict at its end."""

import importlib.util
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/clients"))
import javascript_clients
import server as bedlam

HAIKU = "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"

# A program that calls the model so many times, and says what it saw.
CALLER = """
import json, os, sys, urllib.request
for _ in range(int(sys.argv[1])):
    body = json.dumps({"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}).encode()
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + "%s", data=body)
    print(json.load(urllib.request.urlopen(request))["output"]["message"]["content"][0]["text"])
sys.exit(int(sys.argv[2]))
""" % HAIKU

SCENARIO = """
# Two calls, no more.
models:
  anthropic.claude-3-haiku-*:
    replies: [{answer: Hello}]
expect:
  calls: 2
"""


class Run(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.scenario = self.write("two.yaml", SCENARIO)
        self.caller = self.write("caller.py", CALLER)

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return str(path)

    def run_bedlam(self, *arguments, **options):
        return subprocess.run([bedlam.BEDLAM, "run", *arguments], capture_output=True, text=True, cwd=ROOT, **options)

    def test_the_commands_output_is_its_own_and_the_verdict_goes_beside_it(self):
        done = self.run_bedlam(self.scenario, "--", "python3", self.caller, "2", "0")
        self.assertEqual((done.returncode, done.stdout), (0, "Hello\nHello\n"), done.stderr)
        self.assertIn("1 scenario: 1 held", done.stderr)

    def test_a_verdict_that_failed_is_the_exit_status(self):
        done = self.run_bedlam(self.scenario, "--", "python3", self.caller, "1", "0")
        self.assertEqual(done.returncode, 1)
        self.assertIn("two.yaml:7:10", done.stderr)
        self.assertIn(f"replay: bedlam run {self.scenario} --seed 1 -- python3 {self.caller} 1 0", done.stderr)

    def test_the_commands_own_failure_is_the_exit_status(self):
        done = self.run_bedlam(self.scenario, "--", "python3", self.caller, "2", "7")
        self.assertEqual(done.returncode, 7)
        self.assertIn("expected 0, it was 7", done.stderr)

    def test_without_a_scenario_the_default_answers(self):
        done = self.run_bedlam("--", "python3", self.caller, "1", "0")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotEqual(done.stdout.strip(), "")

    def test_its_own_account_does_not_reach_the_command(self):
        environment = {**os.environ, "AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "secret"}
        show = "import json, os; print(json.dumps({k: v for k, v in os.environ.items() if k.startswith('AWS_')}))"
        done = self.run_bedlam("--", "python3", "-c", show, env=environment)
        variables = json.loads(done.stdout)
        self.assertNotIn("AWS_PROFILE", variables)
        self.assertNotIn("AWS_SESSION_TOKEN", variables)
        self.assertTrue(variables["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:"))
        self.assertEqual((variables["AWS_REGION"], variables["AWS_ACCESS_KEY_ID"]), ("us-east-1", "BEDLAM"))

    def test_standard_input_is_the_commands(self):
        done = self.run_bedlam("--", "cat", input="read me")
        self.assertEqual((done.returncode, done.stdout), (0, "read me"))

    def test_signals_go_to_the_command_which_decides(self):
        program = self.write("patient.py", """
import signal, sys
def end(*_):
    print("put away", flush=True)
    sys.exit(9)
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
signal.pause()
""")
        process = subprocess.Popen([bedlam.BEDLAM, "run", "--", "python3", program], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (9, "put away\n"), errors)

    def test_a_command_that_a_signal_ended(self):
        done = self.run_bedlam("--", "sh", "-c", "kill -KILL $$")
        self.assertEqual(done.returncode, 128 + signal.SIGKILL)

    def test_mistakes_are_one_line_and_nothing_runs(self):
        for arguments, words in [((self.scenario,), "run needs a command"),
                                 (("--", "/no/such/program"), "/no/such/program: No such file"),
                                 (("--", ), "run needs a command")]:
            done = self.run_bedlam(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)
        wrong = self.write("wrong.yaml", "expect: {calls: [{attemps: 1}]}\n")
        done = self.run_bedlam(wrong, "--", "python3", self.caller, "1", "0")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("did you mean 'attempts'", done.stderr)

    def test_on_the_skipping_clock_a_slow_model_costs_nothing(self):
        slow = self.write("slow.yaml", """
models:
  anthropic.claude-3-haiku-*:
    replies: [{answer: Hello, latency: 1h}]
expect: {takes: 1h..2h, calls: [{takes: 1h}]}
""")
        done = self.run_bedlam(slow, "--clock", "skip", "--", "python3", self.caller, "1", "0")
        self.assertEqual((done.returncode, done.stdout), (0, "Hello\n"), done.stderr)

    def test_junit_has_the_command_and_the_verdict(self):
        junit = self.directory / "junit.xml"
        self.run_bedlam(self.scenario, "--junit", str(junit), "--", "python3", self.caller, "1", "0")
        text = junit.read_text()
        self.assertIn('name="python3"', text)
        self.assertIn('tests="2" failures="1"', text)


class Verdicts(unittest.TestCase):
    def setUp(self):
        self.server = bedlam.Server("--clock", "skip").__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)

    def call(self):
        import urllib.request
        body = json.dumps({"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}).encode()
        urllib.request.urlopen(urllib.request.Request(self.server.url + HAIKU, data=body)).read()

    def test_a_test_gets_its_own_verdict_of_its_own_calls(self):
        self.call()
        self.server.ask("scenario", SCENARIO)
        self.call()
        failed = self.server.ask("verdict")
        self.assertEqual((failed["held"], failed["failed"][0]["field"]), (False, "calls"))
        self.assertEqual(len(failed["calls"]), 1)
        self.call()
        self.assertTrue(self.server.ask("verdict")["held"])
        self.server.ask("scenario", SCENARIO)  # the next test
        self.assertFalse(self.server.ask("verdict")["held"])

    def test_an_expectation_of_the_tests_own(self):
        self.call()
        self.assertTrue(self.server.ask("verdict", "expect: {calls: [{operation: Converse, status: 200}]}")["held"])
        failed = self.server.ask("verdict", '{"expect": {"calls": [{"status": 429}]}}')
        self.assertEqual((failed["held"], failed["failed"][0]["field"]), (False, "calls[0].status"))
        self.assertIn("expected 429, it was 200", failed["text"])

    def test_mistakes_have_positions_and_change_nothing(self):
        self.server.ask("scenario", SCENARIO)
        with self.assertRaisesRegex(AssertionError, "verdict:1:10: error: .*did you mean 'calls'"):
            self.server.ask("verdict", "expect: {cals: []}")
        with self.assertRaisesRegex(AssertionError, "scenario:1:10: error"):
            self.server.ask("scenario", "expect: {cals: []}")
        self.assertEqual(self.server.ask("verdict")["expectations"], 1)

    def test_a_scenario_that_expects_nothing_has_no_verdict(self):
        with self.assertRaisesRegex(AssertionError, "expects nothing"):
            self.server.ask("verdict")


def knows_bedrock():
    try:
        import botocore.session
        return botocore.session.get_session().get_service_model("bedrock-runtime") is not None
    except Exception:
        return False


class Examples(unittest.TestCase):
    def test_pytest(self):
        if not knows_bedrock():
            self.skipTest("boto3 that knows bedrock-runtime")
        # Debian's pytest stands beside another Python's packages where that Python is of the same version.
        debian = "/usr/lib/python3/dist-packages"
        found = importlib.util.find_spec("pytest") or pathlib.Path(debian, "pytest").exists()
        if not found:
            self.skipTest("pytest is not installed")
        start = f"import sys; sys.path.append('{debian}'); import pytest; sys.exit(pytest.main(sys.argv[1:]))"
        done = subprocess.run([bedlam.BEDLAM, "run", "examples/pytest/suite.yaml", "--", sys.executable, "-c", start,
                               "-p", "no:cacheprovider", "examples/pytest"], capture_output=True, text=True, cwd=ROOT)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("2 passed", done.stdout)

    def test_node(self):
        missing = javascript_clients.install()
        if missing:
            self.skipTest(missing)
        environment = {**os.environ, "NODE_PATH": str(javascript_clients.INSTALLED / "node_modules")}
        done = subprocess.run([bedlam.BEDLAM, "run", "examples/node/suite.yaml", "--", "node", "--test", "examples/node/"],
                              capture_output=True, text=True, cwd=ROOT, env=environment)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("# pass 2", done.stdout)


if __name__ == "__main__":
    unittest.main()
