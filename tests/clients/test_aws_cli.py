"""Bedlam as the AWS CLI sees it."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import unittest.mock

import server as bedlam

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"


def knows_bedrock():
    if shutil.which("aws") is None:
        return False
    asked = subprocess.run(["aws", "bedrock-runtime", "converse"], capture_output=True, text=True)
    return "--model-id" in asked.stderr  # "… are required", not "Invalid choice"


if not knows_bedrock():
    raise unittest.SkipTest("an AWS CLI that knows bedrock-runtime is not installed")


class CliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = bedlam.Server("--clock", "skip").__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.directory = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.directory)

    def aws(self, *arguments, check=True):
        environment = {**os.environ, **bedlam.CREDENTIALS, "AWS_ENDPOINT_URL": self.server.url, "AWS_PAGER": ""}
        done = subprocess.run(["aws", *arguments, "--output", "json"], capture_output=True, text=True, env=environment)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_converse(self):
        messages = json.dumps([{"role": "user", "content": [{"text": "Hi"}]}])
        answer = json.loads(
            self.aws("bedrock-runtime", "converse", "--model-id", HAIKU, "--messages", messages).stdout
        )
        self.assertEqual(answer["stopReason"], "end_turn")

    def test_invoke_model_writes_the_body_to_a_file(self):
        body = self.directory / "body.json"
        messages = [{"role": "user", "content": "Hi"}]
        body.write_text(json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 10, "messages": messages}))
        out = self.directory / "out.json"
        self.aws("bedrock-runtime", "invoke-model", "--model-id", HAIKU, "--body", f"fileb://{body}", str(out))
        self.assertEqual(json.loads(out.read_text())["role"], "assistant")

    def test_a_state_is_tried(self):
        # README.md's example; without the setting the CLI calls sync-127.0.0.1.
        with unittest.mock.patch.dict(os.environ, {"AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}):
            tried = self.aws("stepfunctions", "test-state", "--input", "{}", "--definition",
                             json.dumps({"Type": "Wait", "Seconds": 60, "End": True}))
        self.assertEqual(json.loads(tried.stdout)["status"], "SUCCEEDED")

    def test_an_error_is_named(self):
        messages = json.dumps([{"role": "user", "content": [{"text": "Hi"}]}])
        done = self.aws(
            "bedrock-runtime", "converse", "--model-id", "acme.model", "--messages", messages, check=False
        )
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("(ValidationException)", done.stderr)

    def test_a_workflow(self):
        definition = json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": True}}})
        machine = json.loads(self.aws(
            "stepfunctions", "create-state-machine", "--name", "wait", "--definition", definition,
            "--role-arn", "arn:aws:iam::123456789012:role/workflow").stdout)["stateMachineArn"]
        execution = json.loads(self.aws(
            "stepfunctions", "start-execution", "--state-machine-arn", machine, "--input", '{"a": 1}').stdout)
        described = json.loads(self.aws(
            "stepfunctions", "describe-execution", "--execution-arn", execution["executionArn"]).stdout)
        self.assertEqual((described["status"], json.loads(described["output"])), ("SUCCEEDED", {"a": 1}))


if __name__ == "__main__":
    unittest.main()
