"""Bedrock Runtime and SageMaker Runtime with each constraint of their service models broken once, as botocore has the
models (constraints.py)."""

import http.client
import json
import unittest
import urllib.parse

import constraints
import server as bedlam

try:
    import botocore.session

    loader = botocore.session.get_session().get_component("data_loader")
    bedrock, sagemaker = (loader.load_service_model(name, "service-2") for name in ("bedrock-runtime", "sagemaker-runtime"))
    missing = None
except Exception as error:
    missing = f"botocore that knows bedrock-runtime and sagemaker-runtime is not installed ({error})"

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
BODY = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9,
                   "messages": [{"role": "user", "content": "Hi"}]})
# Refused in words of its own.
OURS = {("GuardrailIdentifier", "pattern"), ("ContentBlock", "no member")}
STREAMS = "InvokeModelWithBidirectionalStream"  # has no input but its events


class Sweep:
    """`service`: botocore's model, `operations` those of it that are swept, `message_member` where errors say what is wrong."""

    ours = frozenset()

    @classmethod
    def setUpClass(cls):
        cls.server = bedlam.Server("--clock", "skip").__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.connection = http.client.HTTPConnection(cls.server.url.removeprefix("http://"))
        cls.addClassCleanup(cls.connection.close)
        cls.model = constraints.Model(cls.service, cls.ours)

    def members(self, operation):
        return self.model.shape(self.service["operations"][operation]["input"]["shape"])

    def send(self, operation, value):
        """As the model says: into the path, the query, the headers, and the rest into the body."""
        shape = self.members(operation)
        path = self.service["operations"][operation]["http"]["requestUri"]
        method = self.service["operations"][operation]["http"]["method"]
        headers, query, rest = {"Content-Type": "application/json"}, [], {}
        for name, given in value.items():
            member = shape["members"].get(name, {})
            text = given if isinstance(given, str) else json.dumps(given)
            if member.get("location") == "uri":
                path = path.replace("{%s}" % name, urllib.parse.quote(text, safe=""))
            elif member.get("location") == "header":
                headers[member["locationName"]] = text.encode().decode("latin-1")
            elif member.get("location") == "querystring":
                query.append((member["locationName"], text))
            elif name != shape.get("payload"):
                rest[name] = given
        body = value.get(shape["payload"], "") if "payload" in shape else json.dumps(rest)
        query = urllib.parse.urlencode(query, quote_via=urllib.parse.quote)
        self.connection.request(method, path + ("?" + query if query else ""), None if method == "GET" else body, headers)
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        error = response.getheader("x-amzn-ErrorType", "").partition(":")[0]
        return response.status, error, answer.get(self.message_member)

    def possible(self, operation, found):
        """Not an empty path, nor another type than text in a header, whose text may be no number."""
        member = self.members(operation)["members"].get(found.path.partition(".")[0], {})
        location = member.get("location")
        if found.path == "" or found.path == self.members(operation).get("payload"):
            return False
        if location == "uri" and found.value.get(found.path, "") == "":
            return False
        return location is None or found.what != "type" or self.model.shape(member["shape"])["type"] == "integer"

    def test_every_constraint(self):
        count = 0
        for operation in self.operations:
            for found in self.model.breaks(self.service["operations"][operation]["input"]["shape"]):
                if not isinstance(found.value, dict) or not self.possible(operation, found):
                    continue
                count += 1
                with self.subTest(operation, path=found.path, what=found.what):
                    answer = self.send(operation, {**self.valid(operation), **found.value})
                    self.assertEqual(answer, self.expected(found))
        self.assertGreater(count, self.at_least)
        self.assertIsNone(self.server.process.poll(), "the server has ended")


@unittest.skipIf(missing, missing)
class BedrockRuntime(Sweep, unittest.TestCase):
    ours, message_member, at_least = OURS, "message", 1000

    @classmethod
    def setUpClass(cls):
        cls.service = bedrock
        cls.operations = [name for name in bedrock["operations"] if name != STREAMS]
        super().setUpClass()

    def valid(self, operation):
        """What else a call needs; what is broken replaces it."""
        members = self.members(operation)["members"]
        value = {"guardrailVersion": "1"} if operation == "ApplyGuardrail" else {}
        if "modelId" in members:
            value["modelId"] = HAIKU
        if self.members(operation).get("payload") == "body":
            value["body"] = BODY
        return value

    def possible(self, operation, found):
        return not found.path.startswith("modelId") and super().possible(operation, found)

    def expected(self, found):
        if found.expected is None:
            return 400, "SerializationException", "Unable to parse the request body."
        return 400, "ValidationException", found.message


@unittest.skipIf(missing, missing)
class SageMakerRuntime(Sweep, unittest.TestCase):
    message_member, at_least = "Message", 60

    @classmethod
    def setUpClass(cls):
        cls.service = sagemaker
        cls.operations = list(sagemaker["operations"])
        super().setUpClass()

    def valid(self, _):
        return {}

    def test_a_body_beyond_the_model(self):
        most = self.model.shape("BodyBlob")["max"]
        for operation in ("InvokeEndpoint", "InvokeEndpointWithResponseStream"):
            must = f"have length less than or equal to {most}"
            found = constraints.Break(None, "Body", "length", [constraints.sentence(None, "Body", must)])
            self.assertEqual(self.send(operation, {"EndpointName": "x", "Body": "x" * (most + 1)}), self.expected(found))

    def expected(self, found):
        """Its members begin in lower case where they are refused, as those of all services in Java do."""
        if found.expected is None:
            return 400, "SerializationException", f"Unable to parse the header X-Amzn-SageMaker-{found.path}."
        name = found.path[:1].lower() + found.path[1:]
        return 400, "ValidationError", found.message.replace(f"'{found.path}'", f"'{name}'")


if __name__ == "__main__":
    unittest.main()
