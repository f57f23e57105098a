"""The `bedlam` program as a person or a script meets it: exit codes, messages, bad peers."""

import http.client
import json
import os
import pathlib
import runpy
import socket
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "clients"))
import server as bedlam

ROOT = pathlib.Path(__file__).parents[2]
CONVERSE = "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"
HELLO = '{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}'


def run(*arguments, cwd=ROOT):
    return subprocess.run([bedlam.BEDLAM, *arguments], capture_output=True, text=True, cwd=cwd)


class TemporaryDirectory(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return str(path)

    def assert_one_line(self, done, *words):
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)


PASSING = """
# One call that is answered.
models:
  anthropic.claude-3-haiku-*:
    replies: [{answer: Hello}]
run:
  - call: Converse
    model: anthropic.claude-3-haiku-20240307-v1:0
    prompt: Hi
    expect: {outcome: complete, text: Hello}
"""


class Eval(TemporaryDirectory):
    def test_result_is_one_line_of_json(self):
        document = self.write("input.json", '{"items":[{"price":2.5,"quantity":2},{"price":1,"quantity":3}]}')
        done = run("eval", "jsonata", "{'total': $sum(items.(price * quantity))}", "--input", document)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '{"total":8}\n', ""))

    def test_expressions_that_look_like_options_or_lists(self):
        self.assertEqual(run("eval", "jsonata", "-(1 + 2)").stdout, "-3\n")
        self.assertEqual(run("eval", "jsonata", "[1, 2]").stdout, "[1,2]\n")
        self.assertEqual(run("eval", "jsonata", "--", "-5").stdout, "-5\n")

    def test_undefined_prints_nothing(self):
        done = run("eval", "jsonata", "nothing")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_variables(self):
        variables = self.write("bindings.json", '{"limit": 3, "states": {"input": {"n": 4}}}')
        done = run("eval", "jsonata", "$states.input.n + $limit", "--bindings", variables)
        self.assertEqual(done.stdout, "7\n")

    def test_an_error_begins_with_its_code(self):
        done = run("eval", "jsonata", "'a' + 1")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, 'T2001: The left side of the "+" operator must evaluate to a number\n')
        done = run("eval", "jsonpath", "$.x")
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stderr.startswith("States.Runtime: "), done.stderr)

    def test_paths_and_intrinsic_functions(self):
        document = self.write("input.json", '{"a": [1, 2, 3]}')
        self.assertEqual(run("eval", "jsonpath", "$.a[1:]", "--input", document).stdout, "[2,3]\n")
        done = run("eval", "intrinsic", "States.Format('{}', $.a[0])", "--input", document)
        self.assertEqual(done.stdout, '"1"\n')

    def test_wrong_usage(self):
        self.assert_one_line(run("eval", "xpath", "/a"), "xpath")
        self.assert_one_line(run("eval", "jsonata"), "expression")
        self.assert_one_line(run("eval", "jsonata", "a", "--input", "missing.json"), "missing.json")


class Retries(TemporaryDirectory):
    def test_the_list_and_one_policy(self):
        listed = run("retries")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn("botocore-standard", listed.stdout)
        done = run("retries", "botocore-legacy", "--read-timeout", "60s", "--limit", "120s")
        self.assertIn("5 attempts × 60 s + up to 15 s of back-off = 315 s: longer than the limit of 120 s", done.stdout)
        self.assertIn("up to 5 billed answers", done.stdout)
        self.assertEqual(run("retries", "standard").stdout, run("retries", "botocore-standard").stdout)

    def test_long_polls_of_the_rules_of_2026(self):
        rule = "a long poll waits its back-off also where the quota refuses the retry"
        for policy, told in (("botocore-2026", True), ("javascript-v3", True), ("botocore-standard", False)):
            self.assertEqual(rule in run("retries", policy).stdout, told, policy)
            quota = json.loads(run("retries", policy, "--json").stdout)["quota"]
            self.assertEqual("GetActivityTask" in quota.get("long_polls", []), told, policy)

    def test_a_retry_of_a_state(self):
        chain = str(ROOT / "scenarios/article/workflows/chain-with-retry.asl.json")
        done = run("retries", "--asl", f"{chain}#Advert", "--read-timeout", "60s")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("5 attempts × 60 s + up to 30 s of back-off = 330 s", done.stdout)  # 2, 4, 8 and 16 s
        nested = json.loads(run("retries", "botocore-standard", "--asl", f"{chain}#Advert", "--json").stdout)
        self.assertEqual(nested["no_answer"]["billed_answers"], 15)

    def test_wrong_usage(self):
        self.assert_one_line(run("retries", "standrad"), "standrad", "did you mean 'standard'")
        self.assert_one_line(run("retries", "--asl", "machine.asl.json"), "machine.asl.json#State")
        self.assert_one_line(run("retries", "--asl", "missing.json#A"), "missing.json")
        self.assert_one_line(run("retries", "--asl", self.write("m.json", '{"States": {}}') + "#A"), "no state 'A'")
        self.assert_one_line(run("retries", "go-v2", "--limit", "soon"), "--limit", "60s")


class Test(TemporaryDirectory):
    def test_the_x_ray_on_demand(self):
        done = run("test", "--xray", "scenarios/retries/paid-five-times.yaml")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("1 request, 5 attempts", done.stdout)
        self.assertIn("the client left after 60 s, billed 700 tokens", done.stdout)
        self.assertNotIn("x-ray", run("test", "scenarios/retries/paid-five-times.yaml").stdout)

    def test_all_held(self):
        done = run("test", self.write("a.yaml", PASSING))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_verdict_failed_says_where_what_and_how_to_replay(self):
        file = self.write("a.yaml", PASSING.replace("text: Hello", "text: Goodbye"))
        done = run("test", file)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{file}:10:", done.stdout)
        for words in ("Goodbye", "Hello", f"bedlam test {file} --seed"):
            self.assertIn(words, done.stdout)

    def test_an_invalid_file_runs_nothing(self):
        marker = self.directory / "ran"
        file = self.write("a.yaml", f"run:\n  - command: touch {marker}\n    expects: {{exit: 0}}\n")
        done = run("test", file)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{file}:3:5: error:", done.stdout + done.stderr)
        self.assertIn("did you mean 'expect'", done.stdout + done.stderr)
        self.assertFalse(marker.exists())

    def test_a_filter_picks_scenarios(self):
        self.write("good.yaml", PASSING)
        self.write("bad.yaml", PASSING.replace("text: Hello", "text: Goodbye"))
        self.assertEqual(run("test", str(self.directory), "--filter", "good").returncode, 0)
        self.assertEqual(run("test", str(self.directory)).returncode, 1)

    def test_junit(self):
        self.write("good.yaml", PASSING)
        self.write("bad.yaml", PASSING.replace("text: Hello", "text: <Goodbye> & \"more\""))
        report = self.directory / "report.xml"
        run("test", str(self.directory), "--junit", str(report))
        suites = xml.etree.ElementTree.parse(report).getroot()
        self.assertEqual(len(list(suites.iter("testcase"))), 2)
        self.assertEqual(len(list(suites.iter("failure"))), 1)

    def test_on_the_real_clock(self):
        file = self.write("a.yaml", PASSING.replace("{answer: Hello}", "{answer: Hello, latency: 50ms}"))
        self.assertEqual(run("test", file, "--clock", "real").returncode, 0)

    def test_jobs_change_nothing_in_the_reports(self):
        runpy.run_path(str(ROOT / "bench/scenarios.py"))["write_scenarios"](self.directory, 36)
        self.write("00010-wrong.yaml", PASSING.replace("text: Hello", "text: Goodbye"))
        self.write("00020-invalid.yaml", "runs: []\n")
        reports = {}
        for jobs in ("1", "2", "7"):
            files = [str(self.directory / f"{kind}-{jobs}") for kind in ("junit", "json", "html")]
            done = run("test", str(self.directory), "--jobs", jobs, "--xray", "--money", "--coverage",
                       "--junit", files[0], "--json", files[1], "--html", files[2])
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("38 scenarios: 36 held, 1 failed, 1 invalid", done.stdout)
            reports[jobs] = [done.stdout, *(pathlib.Path(file).read_text() for file in files)]
        self.assertEqual(reports["1"], reports["2"])
        self.assertEqual(reports["1"], reports["7"])
        self.assert_one_line(run("test", str(self.directory), "--jobs", "0"), "--jobs")

    def test_programs_run_one_after_the_other_in_the_order_of_their_files(self):
        log = self.directory / "log"
        for name in "abcd":
            program = "run:\n  - command: echo begin >> log; sleep 0.05; echo end >> log\n"
            self.write(f"{name}-1.yaml", program)
            self.write(f"{name}-2.yaml", PASSING)
        done = run("test", str(self.directory), "--jobs", "4")
        self.assertEqual(done.returncode, 0, done.stdout)
        named = [line.split()[1].rsplit("/")[-1] for line in done.stdout.splitlines() if line.startswith("ok")]
        self.assertEqual(named, sorted(named))
        self.assertEqual(log.read_text().split(), ["begin", "end"] * 4)

    def test_missing_and_unreadable(self):
        self.assert_one_line(run("test", str(self.directory / "missing.yaml")), "missing.yaml")
        self.assert_one_line(run("test", "--no-such-option", "x"), "no-such-option")
        self.assertEqual(run().returncode, 2)

    @unittest.skipIf(os.geteuid() == 0, "root can read every directory")
    def test_an_unreadable_directory(self):
        closed = self.directory / "closed"
        closed.mkdir(mode=0o000)
        self.addCleanup(closed.chmod, 0o700)
        self.assert_one_line(run("test", str(closed)), "closed")


class CheckAndSchema(TemporaryDirectory):
    def test_a_definition_with_a_dangling_transition(self):
        file = self.write("w.asl.json", '{"StartAt": "A",\n "States": {\n  "A": {"Type": "Pass", "Next": "B"}}}')
        done = run("check", file)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{file}:3:", done.stdout)

    def test_text_that_is_not_json(self):
        file = self.write("w.asl.json", '{"StartAt": nope}')
        done = run("check", file)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{file}:1:", done.stdout)

    def test_a_rule_that_is_never_asked(self):
        file = self.write("s.yaml", 'models:\n  "*":\n    replies:\n      - {when: {prompt: "*car*"}, answer: a}\n'
                          '      - {when: {prompt: "*red car*"}, answer: b}\n')
        done = run("check", file)
        self.assertEqual(done.returncode, 0, "a warning")
        self.assertIn(f"{file}:5:1: warning: this rule is never asked: the one in line 4", done.stdout)

    def test_warnings_of_the_linter(self):
        file = self.write("w.asl.json", '{"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,\n'
                          ' "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q"}}}}')
        done = run("check", file)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn(f"{file}:1:34: warning: 'A' has no TimeoutSeconds", done.stdout)
        self.assertIn("[task-without-timeout]", done.stdout)
        self.assertEqual(run("check", "--strict", file).returncode, 1)
        allowed = run("check", "--strict", "--allow", "task-without-timeout", file)
        self.assertEqual((allowed.returncode, allowed.stdout), (0, f"{file}: ok\n"))
        self.assert_one_line(run("check", "--allow", "task-without-timeot", file), "did you mean 'task-without-timeout'")
        self.assertIn("task-without-timeout\n", run("check", "--rules").stdout)
        self.assert_one_line(run("check"), "name a scenario")

    def test_a_workflow_in_yaml(self):
        self.write("rest.asl.yaml", "StartAt: Rest\nStates:\n  Rest: {Type: Wait, Seconds: 7200, End: true}\n")
        scenario = self.write("s.yaml", "workflows:\n  rest: rest.asl.yaml\nrun:\n  - {start: rest, expect: {takes: 2h}}\n")
        self.assertEqual(run("test", scenario).returncode, 0)
        wrong = self.write("wrong.asl.yaml", "StartAt: Rest\nStates:\n  Rest: {Type: Wait, Seconds: 5, Next: Nobody}\n")
        self.write("s.yaml", "workflows:\n  rest: wrong.asl.yaml\nrun:\n  - start: rest\n")
        done = run("test", scenario)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{wrong}:3:40: error: Missing 'Next' target: Nobody", done.stdout)

    def test_all_that_is_shipped(self):
        files = sorted(map(str, (ROOT / "scenarios").rglob("*.yaml")))
        files += sorted(map(str, (ROOT / "scenarios").rglob("*.asl.json")))
        done = run("check", *files)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_schema(self):
        schema = json.loads(run("schema").stdout)
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        self.assertIn("models", schema["properties"])


class ServedFiles(TemporaryDirectory):
    def test_every_section_of_every_file_is_in_force(self):
        first = self.write("first.yaml", "endpoints: {llama-*: {replies: [{answer: mine}]}}\n"
                                         "buckets: {results: {a.txt: stored}}\n")
        second = self.write("second.yaml", "guardrails: {abcdefgh1234: {policies: [{topic: Money, match: invest}]}}\n"
                                           "functions: {double: {answer: {x: 2}}}\n")
        with bedlam.Server(first, second, "--clock", "skip") as server:
            def ask(method, path, body=None, scope=None):
                connection = http.client.HTTPConnection("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
                connection.request(method, path, body, {"Authorization": "AWS4-HMAC-SHA256 " + scope} if scope else {})
                answer = connection.getresponse()
                return answer.status, answer.read().decode()

            self.assertIn("mine", ask("POST", "/endpoints/llama-1/invocations", "x")[1])
            for_s3 = "Credential=test/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
            self.assertEqual(ask("GET", "/results/a.txt", scope=for_s3), (200, "stored"))
            text = '{"source":"INPUT","content":[{"text":{"text":"invest now"}}]}'
            self.assertIn("GUARDRAIL_INTERVENED", ask("POST", "/guardrail/abcdefgh1234/version/1/apply", text)[1])
            status, answer = ask("POST", "/2015-03-31/functions/double/invocations", "{}")
            self.assertEqual((status, json.loads(answer)), (200, {"x": 2}))


class Serve(TemporaryDirectory):
    def setUp(self):
        super().setUp()
        self.server = bedlam.Server()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.address = ("127.0.0.1", int(self.server.url.rsplit(":", 1)[1]))

    def test_a_scenario_with_steps_is_refused(self):
        for part, word in (("run: [{wait: 1s}]\n", "run"), ("needs: [{check: 'true', because: x}]\n", "needs")):
            connection = http.client.HTTPConnection(*self.address)
            connection.request("POST", "/_bedlam/scenario", "models: {}\n" + part)
            answer = connection.getresponse()
            self.assertEqual(answer.status, 400)
            errors = json.loads(answer.read())["errors"]
            self.assertEqual(len(errors), 1)
            self.assertIn(f"'{word}' is nothing for a running server", errors[0])

    def assert_others_are_served(self):
        connection = http.client.HTTPConnection(*self.address)
        connection.request("POST", CONVERSE, HELLO)
        self.assertEqual(connection.getresponse().status, 200)

    def answer_to(self, data):
        with socket.create_connection(self.address, timeout=20) as peer:
            try:
                peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # already refused and closed
            answer = b""
            try:
                while piece := peer.recv(65536):
                    answer += piece
            except ConnectionResetError:
                pass
            return answer

    def test_health_and_journal(self):
        self.assertEqual(self.server.ask("health")["status"], "ok")
        self.assert_others_are_served()
        (call,) = self.server.calls()
        self.assertEqual(call["operation"], "Converse")

    def test_a_bad_scenario_is_refused_with_positions(self):
        with self.assertRaises(AssertionError) as refused:
            self.server.ask("scenario", "models:\n  a: {replys: []}\n")
        self.assertIn("scenario:2:", str(refused.exception))
        self.assertIn("did you mean 'replies'", str(refused.exception))

    def test_a_port_in_use(self):
        self.assert_one_line(run("serve", "--port", str(self.address[1])), str(self.address[1]), "in use")

    def test_a_missing_scenario(self):
        self.assert_one_line(run("serve", "--port", "0", "missing.yaml"), "missing.yaml")

    def test_bad_peers_get_an_error_and_disturb_nobody(self):
        many_headers = b"".join(b"x-%d: y\r\n" % i for i in range(1000))
        peers = {
            "garbage": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            "half a request": b"POST /model/x/converse HTT",
            "a body of 300 MB": b"POST /model/x/invoke HTTP/1.1\r\nHost: x\r\nContent-Length: 314572800\r\n\r\n{",
            "a thousand headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + many_headers + b"\r\n",
            "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        }
        for name, data in peers.items():
            with self.subTest(name):
                answer = self.answer_to(data)
                if name != "half a request":
                    self.assertRegex(answer[:12], rb"^HTTP/1.1 [45]")
                self.assert_others_are_served()

    def test_a_wrong_path(self):
        connection = http.client.HTTPConnection(*self.address)
        connection.request("POST", "/no/such/path", "{}")
        self.assertEqual(connection.getresponse().status, 404)


SLOW = """
models:
  anthropic.claude-3-haiku-*:
    replies:
      - {when: {prompt: never}, answer: Hello, latency: 1h}
      - {answer: {tokens: 20}, latency: {first_token: 1ms, per_token: 20ms}}
"""


class SlowAnswers(TemporaryDirectory):
    def serve(self, *arguments):
        server = bedlam.Server(self.write("slow.yaml", SLOW), *arguments)
        server.__enter__()
        self.addCleanup(server.__exit__)
        return server

    def call(self, server, operation, prompt="Hi"):
        connection = http.client.HTTPConnection("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
        self.addCleanup(connection.close)
        connection.request("POST", CONVERSE.replace("converse", operation), HELLO.replace("Hi", prompt))
        return connection

    def test_replies_under_way_may_end_within_the_grace(self):
        server = self.serve("--grace", "60s")
        response = self.call(server, "converse-stream").getresponse()
        first = response.read(1)  # the others come later
        server.process.terminate()
        body = first + response.read()  # IncompleteRead where it was cut
        self.assertIn(b"metadata", body)
        self.assertEqual(server.process.wait(timeout=20), 0)

    def test_what_takes_longer_than_the_grace_is_reset(self):
        server = self.serve("--grace", "50ms")
        connection = self.call(server, "converse", "never")
        while not server.calls():
            pass
        server.process.terminate()
        with self.assertRaises((ConnectionResetError, http.client.RemoteDisconnected)):
            connection.getresponse()
        self.assertEqual(server.process.wait(timeout=20), 0)

    def test_a_grace_is_a_duration(self):
        self.assertEqual(run("serve", "--port", "0", "--grace", "soon").returncode, 2)

    def test_lateness_counts_the_timers_of_a_real_clock(self):
        server = self.serve("--clock", "real")
        self.call(server, "converse-stream").getresponse().read()
        late = server.ask("lateness")
        self.assertGreaterEqual(late["timers"], 20)  # one a token
        self.assertLessEqual(0, late["p50"])
        self.assertLessEqual(late["p50"], late["p99"])
        self.assertLessEqual(late["p99"], late["max"])
        self.assertEqual(server.ask("lateness", "")["timers"], late["timers"])
        self.assertEqual(server.ask("lateness")["timers"], 0)

    def test_no_other_clock_is_late(self):
        with self.assertRaises(AssertionError) as refused:
            self.serve("--clock", "skip").ask("lateness")
        self.assertIn("only a real clock", str(refused.exception))


class VirtualClock(TemporaryDirectory):
    def test_a_test_moves_the_clock(self):
        with bedlam.Server("--clock", "virtual") as server:
            before = server.ask("clock")["elapsed"]
            self.assertEqual(server.ask("clock", '{"advance": "3d"}')["elapsed"] - before, 3 * 86400)


if __name__ == "__main__":
    unittest.main()
