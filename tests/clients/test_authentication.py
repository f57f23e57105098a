"""`bedlam serve --auth strict` as real clients sign for it: botocore's own signer, boto3, the AWS CLI, the AWS SDK for
JavaScript over HTTP/2 and HTTP/1.1, @anthropic-ai/bedrock-sdk, @ai-sdk/amazon-bedrock and curl."""

import base64
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import unittest.mock
import urllib.error
import urllib.request

import javascript_clients
import server as bedlam

try:
    import boto3
    import botocore.auth
    import botocore.session
    from botocore.awsrequest import AWSRequest
    from botocore.config import Config
    from botocore.credentials import Credentials
    from botocore.exceptions import ClientError

    botocore.session.get_session().get_service_model("bedrock-runtime")
    no_boto3 = None
except Exception as missing:
    no_boto3 = f"boto3 that knows bedrock-runtime is not installed ({missing})"

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
SONIC = "amazon.nova-sonic-v1:0"
SPEECH = [
    {"sessionStart": {}},
    {"promptStart": {"promptName": "p"}},
    {"contentStart": {"promptName": "p", "contentName": "c", "type": "TEXT", "role": "USER", "interactive": True}},
    {"textInput": {"promptName": "p", "contentName": "c", "content": "Hi"}},
    {"contentEnd": {"promptName": "p", "contentName": "c"}},
]
MESSAGES = [{"role": "user", "content": [{"text": "Hi"}]}]
KEY, SECRET, TOKEN = "AKIAKNOWN", "a+secret/of=mine", "session+token/of=mine"
BEARER = "ABSK-a-long-term-key"
FILE = f"""
[default]
aws_access_key_id = {KEY}
aws_secret_access_key = {SECRET}

[session]
aws_access_key_id = ASIAKNOWN
aws_secret_access_key = {SECRET}
aws_session_token = {TOKEN}

[over]
aws_access_key_id = ASIAOVER
aws_secret_access_key = {SECRET}
aws_session_token = {TOKEN}
expiration = 2024-10-04T00:00:00Z

[api key]
aws_bearer_token_bedrock = {BEARER}
"""
SECRETS = (SECRET, TOKEN, BEARER)
UNRECOGNIZED = "The security token included in the request is invalid."
MISMATCH = "The request signature we calculated does not match the signature you provided."


class StrictTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        file = pathlib.Path(directory.name) / "credentials"
        file.write_text(FILE)
        cls.server = bedlam.Server("--auth", "strict", "--credentials", str(file)).__enter__()
        cls.addClassCleanup(cls.server.__exit__)

    def tearDown(self):
        journal = json.dumps(self.server.ask("journal"))
        for secret in SECRETS:
            self.assertNotIn(secret, journal)
        self.assertNotRegex(journal, r"Signature=[0-9a-f]")
        self.server.ask("reset", "")


@unittest.skipIf(no_boto3, no_boto3)
class Boto3(StrictTest):
    def client(self, service="bedrock-runtime", key=KEY, secret=SECRET, token=None):
        return boto3.client(service, region_name="us-east-1", endpoint_url=self.server.url, aws_access_key_id=key,
                            aws_secret_access_key=secret, aws_session_token=token,
                            config=Config(retries={"total_max_attempts": 1}))

    def refused(self, **with_what):
        with self.assertRaises(ClientError) as raised:
            self.client(**with_what).converse(modelId=HAIKU, messages=MESSAGES)
        response = raised.exception.response
        return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]

    def test_who_is_known_passes(self):
        self.client().converse(modelId=HAIKU, messages=MESSAGES)
        self.client(key="ASIAKNOWN", token=TOKEN).converse(modelId=HAIKU, messages=MESSAGES)
        body = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9,
                           "messages": [{"role": "user", "content": "Hi"}]})
        list(self.client().invoke_model_with_response_stream(modelId=HAIKU, body=body)["body"])
        profile = "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us." + HAIKU
        self.client().converse(modelId=profile, messages=MESSAGES)
        self.client("stepfunctions").list_state_machines()

    def test_who_is_not_is_told_in_awss_words(self):
        self.assertEqual(self.refused(key="AKIAOTHER"), (403, "UnrecognizedClientException", UNRECOGNIZED))
        self.assertEqual(self.refused(token="made up"), (403, "UnrecognizedClientException", UNRECOGNIZED))
        status, code, message = self.refused(secret="guessed")
        self.assertEqual((status, code), (403, "InvalidSignatureException"))
        self.assertTrue(message.startswith(MISMATCH))
        self.assertEqual(
            self.refused(key="ASIAOVER", token=TOKEN),
            (403, "ExpiredTokenException", "The security token included in the request is expired"),
        )
        outcomes = [call["attempts"][0]["outcome"] for call in self.server.calls()]
        self.assertEqual(outcomes, ["UnrecognizedClientException", "UnrecognizedClientException",
                                    "InvalidSignatureException", "ExpiredTokenException"])
        self.assertIn("the canonical request here was\nPOST\n/model/", self.server.calls()[2]["attempts"][0]["mismatch"])

    def test_step_functions_answers_400(self):
        for key, secret, code in (("AKIAOTHER", SECRET, "UnrecognizedClientException"),
                                  (KEY, "guessed", "InvalidSignatureException")):
            with self.assertRaises(ClientError) as raised:
                self.client("stepfunctions", key=key, secret=secret).list_state_machines()
            response = raised.exception.response
            self.assertEqual(response["Error"]["Code"], code)
            self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], 400)

    def test_a_clock_that_is_wrong(self):
        for hours, words in ((-1, "Signature expired: {} is now earlier than "),
                             (1, "Signature not yet current: {} is still later than ")):
            now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
            with unittest.mock.patch("botocore.auth.get_current_datetime", return_value=now):
                status, code, message = self.refused()
            self.assertEqual((status, code), (403, "InvalidSignatureException"))
            self.assertTrue(message.startswith(words.format(now.strftime("%Y%m%dT%H%M%SZ"))), message)
            self.assertTrue(message.endswith(" 5 min.)"), message)

    def ask(self, method, url, body=None, **headers):
        request = urllib.request.Request(url, data=body, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def signed(self, signer, method, path, body):
        request = AWSRequest(method, self.server.url + path, data=body, headers={"Content-Type": "application/json"})
        signer(Credentials(KEY, SECRET), "bedrock", "us-east-1").add_auth(request)
        return request.prepare()

    def test_botocores_signers(self):
        body = json.dumps({"messages": MESSAGES}).encode()
        other = body.replace(b"Hi", b"Ho")  # as long: it is sent with the headers of the first
        for path in (f"/model/{HAIKU}/converse", f"/model/{HAIKU.replace(':', '%3A')}/converse",
                     f"/model/{HAIKU}/converse?b=2&a=1&a=%2F"):
            with self.subTest(path):
                request = self.signed(botocore.auth.SigV4Auth, "POST", path, body)
                headers = dict(request.headers.items())
                self.assertEqual(self.ask("POST", request.url, body, **headers)[0], 200)
                self.assertEqual(self.ask("POST", request.url, other, **headers)[0], 403)
                # In the query, botocore signs calls without a body; what passes is then no Converse.
                request = self.signed(botocore.auth.SigV4QueryAuth, "POST", path, b"")
                self.assertEqual(self.ask("POST", request.url, **dict(request.headers.items()))[0], 400)
                self.assertEqual(self.ask("POST", request.url + "&c=3")[0], 403)

    def test_no_signature_at_all(self):
        body = json.dumps({"messages": MESSAGES}).encode()
        self.assertEqual(self.ask("POST", f"{self.server.url}/model/{HAIKU}/converse", body),
                         (403, {"message": "Missing Authentication Token"}))
        status, answer = self.ask("POST", self.server.url, b"{}", **{"X-Amz-Target": "AWSStepFunctions.ListActivities"})
        self.assertEqual((status, answer["__type"]),
                         (400, "com.amazon.coral.service#MissingAuthenticationTokenException"))

    def test_bearer_tokens(self):
        def converse(token):
            with unittest.mock.patch.dict(os.environ, {"AWS_BEARER_TOKEN_BEDROCK": token}):
                client = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=self.server.url)
                return client.converse(modelId=HAIKU, messages=MESSAGES)

        converse(BEARER)
        converse(self.short_term_key(SECRET))
        for token in ("ABSK-another", self.short_term_key("guessed")):
            with self.assertRaises(ClientError) as raised:
                converse(token)
            self.assertEqual(raised.exception.response["Error"], {
                "Code": "AccessDeniedException",
                "Message": "Authentication failed: Please make sure your API Key is valid."})

    def short_term_key(self, secret):
        """As aws-bedrock-token-generator makes them."""
        request = AWSRequest("POST", "https://bedrock.amazonaws.com/", headers={"host": "bedrock.amazonaws.com"},
                             params={"Action": "CallWithBearerToken"})
        botocore.auth.SigV4QueryAuth(Credentials(KEY, secret), "bedrock", "us-east-1", expires=43200).add_auth(request)
        call = request.url.replace("https://", "") + "&Version=1"
        return "bedrock-api-key-" + base64.b64encode(call.encode()).decode()

    @unittest.skipIf(shutil.which("aws") is None, "the AWS CLI is not installed")
    def test_the_aws_cli(self):
        def converse(secret):
            environment = {**os.environ, **bedlam.CREDENTIALS, "AWS_ENDPOINT_URL": self.server.url, "AWS_PAGER": "",
                           "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": secret}
            return subprocess.run(["aws", "bedrock-runtime", "converse", "--model-id", HAIKU, "--messages",
                                   json.dumps(MESSAGES)], env=environment, capture_output=True, text=True)

        done = converse(SECRET)
        if "Invalid choice" in done.stderr:
            self.skipTest("this AWS CLI is older than Bedrock")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("(InvalidSignatureException)", converse("guessed").stderr)


no_javascript = javascript_clients.install()


@unittest.skipIf(no_javascript, no_javascript)
class JavaScript(StrictTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.node = javascript_clients.Node().__enter__()
        cls.addClassCleanup(cls.node.__exit__)

    def converse(self, handler="http2", secret=SECRET, **config):
        credentials = {"accessKeyId": KEY, "secretAccessKey": secret}
        (outcome,) = self.node.outcomes(
            handler=handler, operation="Converse", input={"modelId": HAIKU, "messages": MESSAGES},
            config={"endpoint": self.server.url, "credentials": credentials, **config})
        return outcome

    def test_right_and_wrong_keys_over_both_versions_of_http(self):
        for handler in ("http2", "http1"):
            with self.subTest(handler):
                outcome = self.converse(handler)
                self.assertNotIn("error", outcome)
                outcome = self.converse(handler, secret="guessed")
                self.assertEqual((outcome["error"], outcome["status"]), ("InvalidSignatureException", 403))

    def test_session_tokens(self):
        credentials = {"accessKeyId": "ASIAKNOWN", "secretAccessKey": SECRET, "sessionToken": TOKEN}
        self.assertNotIn("error", self.converse(credentials=credentials))

    def test_step_functions(self):
        for secret, error in ((SECRET, None), ("guessed", "InvalidSignatureException")):
            (outcome,) = self.node.outcomes(
                service="states", operation="ListStateMachines", input={},
                config={"endpoint": self.server.url,
                        "credentials": {"accessKeyId": KEY, "secretAccessKey": secret}})
            self.assertEqual(outcome.get("error"), error)

    def test_a_clock_that_is_wrong_is_put_right_by_the_sdk(self):
        """It learns the difference from the Date of the refusal, and tries again."""
        outcome = self.converse(systemClockOffset=-3600 * 1000)
        self.assertNotIn("error", outcome)
        (call,) = self.server.calls()
        self.assertEqual([attempt["status"] for attempt in call["attempts"]], [403, 200])

    def speak(self, *events, secret=SECRET, **told):
        (outcome,) = self.node.outcomes(
            operation="InvokeModelWithBidirectionalStream", input={"modelId": SONIC, "body": [*SPEECH, *events]},
            config={"endpoint": self.server.url, "credentials": {"accessKeyId": KEY, "secretAccessKey": secret}}, **told)
        return outcome

    def test_every_event_of_a_stream_is_signed(self):
        """The exceptions of a stream know no signatures: ValidationException, in the front door's words."""
        outcome = self.speak()  # until its signed end
        self.assertNotIn("error", outcome)
        self.assertIn("textOutput", [next(iter(event)) for event in outcome["said"]])
        self.assertNotIn("error", self.speak({"sessionEnd": {}}))
        for lost in (0, 2):
            outcome = self.speak(lost=lost)
            self.assertEqual(outcome["error"], "ValidationException")
            self.assertTrue(outcome["message"].startswith(MISMATCH), outcome["message"])
        (attempt,) = self.server.calls()[-1]["attempts"]
        self.assertIn("event 3 of the request: the string to sign here was\nAWS4-HMAC-SHA256-PAYLOAD\n",
                      attempt["mismatch"])
        outcome = self.speak(lost="end")
        self.assertEqual((outcome["error"], outcome["message"]),
                         ("ValidationException", "Invalid input request, please fix your input and try again."))
        self.assertEqual(self.speak(secret="guessed")["status"], 403)

    def other(self, client, secret, **config):
        names = ("awsAccessKey", "awsSecretKey", "awsRegion") if client == "anthropic" else (
            "accessKeyId", "secretAccessKey", "region")
        (outcome,) = self.node.outcomes(
            client=client, input={"model": HAIKU, "prompt": "Hi"},
            config={"baseURL": self.server.url, **dict(zip(names, (KEY, secret, "us-east-1")))})
        return outcome

    def test_the_other_sdks(self):
        for client in ("anthropic", "ai"):
            with self.subTest(client):
                self.assertNotIn("error", self.other(client, SECRET))
                outcome = self.other(client, "guessed")
                self.assertEqual(outcome["status"], 403, outcome)

    def test_bearer_tokens(self):
        for token, error in ((BEARER, None), ("ABSK-another", "AccessDeniedException")):
            with javascript_clients.Node(AWS_BEARER_TOKEN_BEDROCK=token) as node:
                for handler in ("http2", "http1"):
                    (outcome,) = node.outcomes(
                        handler=handler, operation="Converse", input={"modelId": HAIKU, "messages": MESSAGES},
                        config={"endpoint": self.server.url})
                    self.assertEqual(outcome.get("error"), error)


@unittest.skipIf(shutil.which("curl") is None, "curl is not installed")
class Curl(StrictTest):
    def test_curls_own_signature(self):
        body = json.dumps({"messages": MESSAGES})
        for version in ("--http1.1", "--http2-prior-knowledge"):
            for secret, status in ((SECRET, "200"), ("guessed", "403")):
                with self.subTest(version=version, status=status):
                    # An id without a colon: this curl encodes a path once less than AWS wants it.
                    done = subprocess.run(
                        ["curl", "-s", version, "-o", os.devnull, "-w", "%{http_code}", "--aws-sigv4",
                         "aws:amz:us-east-1:bedrock", "--user", f"{KEY}:{secret}", "-H", "content-type: application/json",
                         "-d", body, f"{self.server.url}/model/anthropic.claude-instant-v1/converse"],
                        capture_output=True, text=True)
                    self.assertEqual(done.stdout, status)


class Defaults(unittest.TestCase):
    def test_the_keys_of_the_environment_else_test_and_test(self):
        for environment, bearer in (({"AWS_BEARER_TOKEN_BEDROCK": "mine"}, "mine"), ({}, "test")):
            with bedlam.Server("--auth", "strict", environment=environment) as server:
                for token, status in ((bearer, 200), ("another", 403)):
                    request = urllib.request.Request(
                        f"{server.url}/model/{HAIKU}/converse", data=json.dumps({"messages": MESSAGES}).encode(),
                        headers={"Authorization": f"Bearer {token}"})
                    try:
                        with urllib.request.urlopen(request) as response:
                            self.assertEqual(response.status, status)
                    except urllib.error.HTTPError as error:
                        self.assertEqual(error.code, status)
                        self.assertRegex(error.headers["x-amzn-errortype"], "^AccessDeniedException")


if __name__ == "__main__":
    unittest.main()
