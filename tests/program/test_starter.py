"""What `bedlam check --mocks` writes: a scenario that holds as it is, and a MockConfigFile by which a program's runs go as it says."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/clients"))
import server as bedlam

# Reads its input in every way that a state can, fails in a Fail state where its Catch leads, and retries.
ORDER = {
    "StartAt": "Large",
    "States": {
        "Large": {"Type": "Choice", "Default": "Describe",
                  "Choices": [{"Variable": "$.order.amount", "NumericGreaterThan": 1000, "Next": "Refuse"}]},
        "Describe": {
            "Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel", "TimeoutSeconds": 60,
            "Parameters": {"ModelId": "anthropic.claude-3-haiku-20240307-v1:0", "Body": {"messages.$": "$.order.messages"}},
            "Retry": [{"ErrorEquals": ["Bedrock.ThrottlingException"], "MaxAttempts": 3, "JitterStrategy": "FULL"}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Refuse"}],
            "ResultPath": "$.description", "Next": "Each"},
        "Each": {
            "Type": "Map", "ItemsPath": "$.order.lines", "ItemSelector": {"name.$": "$$.Map.Item.Value.name"},
            "ItemProcessor": {"StartAt": "Price", "States": {"Price": {
                "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
                "Parameters": {"FunctionName": "price", "Payload.$": "$"},
                "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}], "End": True}}},
            "ResultPath": "$.prices", "Next": "Rest"},
        "Rest": {"Type": "Wait", "SecondsPath": "$.pause", "End": True},
        "Refuse": {"Type": "Fail", "Error": "Refused"}}}


class Starter(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def bedlam(self, *arguments):
        return subprocess.run([bedlam.BEDLAM, *arguments], capture_output=True, text=True, cwd=self.directory)

    def write_order(self):
        (self.directory / "order.asl.json").write_text(json.dumps(ORDER))
        done = self.bedlam("check", "--mocks", "order.asl.json")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("order.scenario.yaml: written", done.stdout)
        self.assertIn("order.mocks.json: written", done.stdout)

    def test_the_scenario_holds_and_takes_every_path(self):
        self.write_order()
        done = self.bedlam("test", "order.scenario.yaml", "--coverage", "--json", "report.json")
        self.assertEqual(done.returncode, 0, done.stdout)
        report = json.loads((self.directory / "report.json").read_text())
        names = [step["name"] for step in report["scenarios"][0]["steps"]]
        self.assertEqual(names, ["happy", "Describe-retry-1-Bedrock-ThrottlingException", "Describe-catch-1-Unexpected",
                                 "Price-retry-1-Busy"])
        # All but the rule of the Choice that the made up amount does not take, and timeouts.
        missing = [(path["at"], path["what"]) for path in report["coverage"]["missing"]]
        self.assertEqual([path for path in missing if "TimeoutSeconds" not in path[1]], [("Large", "Choice 1, to Refuse")])

    def test_jsonata_and_items_that_take_a_result_hold(self):
        ask = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 9, "End": True,
               "Arguments": {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:ask:PROD", "Payload": "{% $states.input %}"},
               "Retry": [{"ErrorEquals": ["Busy"]}]}
        price = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 9, "End": True,
                 "Parameters": {"FunctionName": "price"}, "ResultPath": "$.price"}
        each = {"Type": "Map", "ItemsPath": "$.lines", "ItemProcessor": {"StartAt": "Price", "States": {"Price": price}}, "End": True}
        (self.directory / "j.asl.json").write_text(json.dumps({"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": ask}}))
        (self.directory / "p.asl.json").write_text(json.dumps({"StartAt": "Each", "States": {"Each": each}}))
        for name in ("j", "p"):
            self.assertEqual(self.bedlam("check", "--mocks", f"{name}.asl.json", "--strict").stderr, "")
            done = self.bedlam("test", f"{name}.scenario.yaml")
            self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn('"ask":', (self.directory / "j.scenario.yaml").read_text())

    def test_warnings_that_are_refused_do_not_keep_the_files_back(self):
        throttled = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "End": True}
        (self.directory / "w.asl.json").write_text(json.dumps({"StartAt": "Put", "States": {"Put": throttled}}))
        done = self.bedlam("check", "--strict", "--mocks", "w.asl.json")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("w.scenario.yaml: written", done.stdout)

    def test_nothing_is_written_over(self):
        self.write_order()
        (self.directory / "order.scenario.yaml").write_text("mine")
        done = self.bedlam("check", "--mocks", "order.asl.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("is there already", done.stderr)
        self.assertEqual((self.directory / "order.scenario.yaml").read_text(), "mine")

    def test_the_mock_configuration_plays_its_cases(self):
        self.write_order()
        (self.directory / "served.yaml").write_text("mock_config: order.mocks.json\nworkflows: {order: order.asl.json}\n")
        order = {"order": {"amount": 1, "messages": [], "lines": [{"name": "a"}, {"name": "b"}]}, "pause": 5}
        ends = {}
        with bedlam.Server(str(self.directory / "served.yaml"), "--clock", "skip") as server:
            def call(operation, **body):
                request = urllib.request.Request(server.url + "/", json.dumps(body).encode(), {
                    "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSStepFunctions." + operation})
                return json.loads(urllib.request.urlopen(request).read())

            machine = "arn:aws:states:us-east-1:123456789012:stateMachine:order"
            cases = json.loads((self.directory / "order.mocks.json").read_text())["StateMachines"]["order"]["TestCases"]
            for case in cases:
                arn = call("StartExecution", stateMachineArn=f"{machine}#{case}", input=json.dumps(order))["executionArn"]
                described = call("DescribeExecution", executionArn=arn)
                while described["status"] == "RUNNING":
                    described = call("DescribeExecution", executionArn=arn)
                events = [event["type"] for event in call("GetExecutionHistory", executionArn=arn)["events"]]
                ends[case] = (described["status"], events.count("TaskFailed"))
        self.assertEqual(ends, {"HappyPath": ("SUCCEEDED", 0), "Describe-retry-1-Bedrock-ThrottlingException": ("SUCCEEDED", 1),
                                "Describe-catch-1-Unexpected": ("FAILED", 1), "Price-retry-1-Busy": ("SUCCEEDED", 1)})

    def test_shipped_workflows_get_a_scenario_that_holds(self):
        for path in sorted((ROOT / "scenarios").rglob("*.asl.json")):
            if "ItemReader" in path.read_text():
                continue  # its items stand in a bucket
            with self.subTest(path=path.name):
                copy = self.directory / path.stem.removesuffix(".asl")
                copy.mkdir()
                shutil.copy(path, copy / "w.asl.json")
                self.assertEqual(self.bedlam("check", "--mocks", f"{copy}/w.asl.json").returncode, 0)
                done = self.bedlam("test", f"{copy}/w.scenario.yaml")
                self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
