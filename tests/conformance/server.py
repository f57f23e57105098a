"""One `bedlam serve` of our own, on a free port, and calls to its Step Functions API."""

import http.client
import json
import os
import subprocess
import tempfile
import time
import urllib.parse

REGION = "us-east-1"
# Nothing verifies it; the Region is read from it.
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKID/20241004/" + REGION + "/%s/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=00"
)
OF_S3 = {"Authorization": AUTHORIZATION % "s3"}
# By the recordings' name: target prefix, name in credential scopes, version of AWS JSON.
SERVICES = {
    "stepfunctions": ("AWSStepFunctions.", "states", "1.0"),
    "dynamodb": ("DynamoDB_20120810.", "dynamodb", "1.0"),
    "logs": ("Logs_20140328.", "logs", "1.1"),
}
START_POLLS = 2000  # of 5 ms each
CALL_TIMEOUT_SECONDS = 10


class Refused(Exception):
    """The server answered an AWS error."""

    def __init__(self, code, message):
        super().__init__("%s: %s" % (code, message))
        self.code = code
        self.message = message


class Server:
    def __init__(self, binary, clock):
        self.clock = clock
        self.directory = tempfile.TemporaryDirectory(prefix="bedlam-conformance-")
        port_file = os.path.join(self.directory.name, "port")
        self.log = open(os.path.join(self.directory.name, "log"), "w+b")
        self.process = subprocess.Popen(
            [binary, "serve", "--clock", clock, "--port", "0", "--port-file", port_file],
            stdout=self.log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            self.port = self._wait_for_port(port_file)
            self.connection = None
            self.account = self._account()
        except BaseException:
            self.stop()
            raise

    def _wait_for_port(self, port_file):
        for _ in range(START_POLLS):
            if os.path.exists(port_file):
                with open(port_file) as file:
                    return int(file.read())
            if self.process.poll() is not None:
                break
            time.sleep(0.005)
        raise RuntimeError("bedlam serve did not start: " + self.output())

    def _account(self):
        definition = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}'
        machine = self.call("CreateStateMachine", {
            "name": "probe", "definition": definition, "roleArn": "arn:aws:iam::1:role/probe"})
        arn = machine["stateMachineArn"]
        self.call("DeleteStateMachine", {"stateMachineArn": arn})
        return arn.split(":")[4]

    def alive(self):
        return self.process.poll() is None

    def output(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace").strip()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(CALL_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        self.directory.cleanup()

    def call(self, operation, request, service="stepfunctions"):
        """The answer as JSON; raises Refused for an AWS error."""
        target, signing_name, version = SERVICES[service]
        status, body = self.exchange("/", json.dumps(request), {
            "X-Amz-Target": target + operation,
            "Content-Type": "application/x-amz-json-" + version,
            "Authorization": AUTHORIZATION % signing_name})
        if status != 200:
            raise Refused(body.get("__type", "").split("#")[-1], body.get("message", ""))
        return body

    def put(self, path, content=b""):
        """Creates a bucket or an object of S3."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=CALL_TIMEOUT_SECONDS)
        try:
            connection.request("PUT", urllib.parse.quote("/" + path), content, OF_S3)
            answer = connection.getresponse()
            if answer.status != 200:
                raise ValueError("S3 refuses %s: %s" % (path, answer.read().decode()))
        finally:
            connection.close()

    def load(self, scenario):
        status, body = self.exchange("/_bedlam/scenario", json.dumps(scenario, ensure_ascii=False), {})
        if status != 200:
            raise ValueError("the scenario is refused: " + json.dumps(body))

    def reset(self):
        self.exchange("/_bedlam/reset", "", {})

    def advance(self, duration):
        self.exchange("/_bedlam/clock", json.dumps({"advance": duration}), {})

    def exchange(self, path, text, headers):
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=CALL_TIMEOUT_SECONDS)
        try:
            self.connection.request("POST", path, text.encode(), headers)
            answer = self.connection.getresponse()
            body = json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError):
            self.connection.close()
            self.connection = None
            raise
        return answer.status, body
