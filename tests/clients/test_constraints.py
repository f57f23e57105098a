"""Bedrock Runtime with each constraint of its service model broken once, as botocore has the model (constraints.py)."""

import http.client
import json
import unittest
import urllib.parse

import constraints
import server as bedlam

try:
    import botocore.session

    service_model = botocore.session.get_session().get_component("data_loader").load_service_model(
        "bedrock-runtime", "service-2")
    missing = None
except Exception as error:
    missing = f"botocore that knows bedrock-runtime is not installed ({error})"

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
BODY = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9,
                   "messages": [{"role": "user", "content": "Hi"}]})
# Refused in words of its own.
OURS = {("GuardrailIdentifier", "pattern"), ("ContentBlock", "no member")}
STREAMS = "InvokeModelWithBidirectionalStream"  # has no input but its events


@unittest.skipIf(missing, missing)
class Constraints(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = bedlam.Server("--clock", "skip").__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.connection = http.client.HTTPConnection(cls.server.url.removeprefix("http://"))
        cls.addClassCleanup(cls.connection.close)
        cls.model = constraints.Model(service_model, OURS)

    def members(self, operation):
        return self.model.shape(service_model["operations"][operation]["input"]["shape"])

    def send(self, operation, value):
        """As the model says: into the path, the query, the headers, and the rest into the body."""
        shape = self.members(operation)
        path = service_model["operations"][operation]["http"]["requestUri"]
        method = service_model["operations"][operation]["http"]["method"]
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
        return response.status, response.getheader("x-amzn-ErrorType", "").partition(":")[0], answer.get("message")

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
        """Not an empty path, nor another type than text in a header."""
        location = self.members(operation)["members"].get(found.path.partition(".")[0], {}).get("location")
        if found.path == "" or found.path.startswith("modelId") or (operation.startswith("Invoke") and found.path == "body"):
            return False
        if location == "uri" and found.value.get(found.path, "") == "":
            return False
        return location is None or found.what != "type"

    def expected(self, operation, found):
        if found.expected is None:
            return 400, "SerializationException", "Unable to parse the request body."
        return 400, "ValidationException", found.message

    def test_every_constraint(self):
        count = 0
        for operation in service_model["operations"]:
            if operation == STREAMS:
                continue
            for found in self.model.breaks(service_model["operations"][operation]["input"]["shape"]):
                if not isinstance(found.value, dict) or not self.possible(operation, found):
                    continue
                count += 1
                with self.subTest(operation, path=found.path, what=found.what):
                    answer = self.send(operation, {**self.valid(operation), **found.value})
                    self.assertEqual(answer, self.expected(operation, found))
        self.assertGreater(count, 1000)
        self.assertIsNone(self.server.process.poll(), "the server has ended")


if __name__ == "__main__":
    unittest.main()
