"""All operations of Bedrock Runtime and SageMaker Runtime as boto3 sees them: what botocore's parsers make of our bytes."""

import json
import unittest

from test_boto3 import HAIKU, BotoTest, ClientError, user

GUARDRAIL = "abcdefgh1234"
SONNET = "us.anthropic.claude-3-7-sonnet-20250219-v1:0"
GUARDED = {
    "models": {"*": {"replies": [{"answer": "Write to ann@example.org."}]}},
    "guardrails": {
        GUARDRAIL: {
            "blocked_input": "No advice.",
            "policies": [
                {"topic": "Investment", "match": "invest"},
                {"pii": "EMAIL", "match": "/[a-z]+@[a-z.]+[a-z]/", "action": "mask"},
            ],
        }
    },
}


class Operations(BotoTest):
    def load(self, scenario):
        self.server.load(json.dumps(scenario))

    def error_of(self, call, **members):
        with self.assertRaises(ClientError) as raised:
            call(**members)
        return raised.exception.response

    def test_apply_guardrail(self):
        self.load(GUARDED)
        found = self.bedrock.apply_guardrail(
            guardrailIdentifier=GUARDRAIL, guardrailVersion="1", source="INPUT",
            content=[{"text": {"text": "Should I invest?", "qualifiers": ["guard_content"]}}],
        )
        self.assertEqual(found["action"], "GUARDRAIL_INTERVENED")
        self.assertEqual(found["outputs"], [{"text": "No advice."}])
        topic = found["assessments"][0]["topicPolicy"]["topics"][0]
        self.assertEqual((topic["name"], topic["type"], topic["action"]), ("Investment", "DENY", "BLOCKED"))
        self.assertEqual(found["usage"]["topicPolicyUnits"], 1)
        self.assertEqual(found["guardrailCoverage"]["textCharacters"], {"guarded": 16, "total": 16})

    def test_guardrails_of_converse(self):
        self.load(GUARDED)
        config = {"guardrailIdentifier": GUARDRAIL, "guardrailVersion": "1", "trace": "enabled"}
        blocked = self.bedrock.converse(modelId=HAIKU, messages=user("invest?"), guardrailConfig=config)
        self.assertEqual(blocked["stopReason"], "guardrail_intervened")
        self.assertIn(GUARDRAIL, blocked["trace"]["guardrail"]["inputAssessment"])
        events = list(self.bedrock.converse_stream(modelId=HAIKU, messages=user("Hi"), guardrailConfig=config)["stream"])
        text = "".join(e["contentBlockDelta"]["delta"]["text"] for e in events if "contentBlockDelta" in e)
        self.assertEqual(text, "Write to {EMAIL}.")
        entity = events[-1]["metadata"]["trace"]["guardrail"]["outputAssessments"][GUARDRAIL][0]
        self.assertEqual(entity["sensitiveInformationPolicy"]["piiEntities"][0]["match"], "ann@example.org")

    def test_guardrails_of_invoke_model(self):
        self.load(GUARDED)
        body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 50, "messages": [{"role": "user", "content": "invest?"}]}
        response = self.bedrock.invoke_model(
            modelId=HAIKU, body=json.dumps(body), guardrailIdentifier=GUARDRAIL, guardrailVersion="1", trace="ENABLED"
        )
        answer = json.loads(response["body"].read())
        self.assertEqual(answer["amazon-bedrock-guardrailAction"], "INTERVENED")
        self.assertEqual(answer["content"][0]["text"], "No advice.")

    def test_constraints(self):
        error = self.error_of(
            self.client("bedrock-runtime", parameter_validation=False).converse,
            modelId=HAIKU, messages=user("Hi"), inferenceConfig={"topP": 1.5},
        )
        self.assertEqual(error["Error"]["Code"], "ValidationException")
        self.assertIn("Value '1.5' at 'inferenceConfig.topP' failed to satisfy constraint", error["Error"]["Message"])

    def test_asynchronous_invocations(self):
        self.load({
            "models": {"amazon.nova-reel-*": {"replies": [{"answer": "A film.", "latency": "90s"}]}},
            "buckets": {"films": {}},
        })
        started = self.bedrock.start_async_invoke(
            modelId="amazon.nova-reel-v1:1",
            modelInput={"taskType": "TEXT_VIDEO", "textToVideoParams": {"text": "A road"}},
            outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://films"}},
        )
        arn = started["invocationArn"]
        for _ in range(200):
            job = self.bedrock.get_async_invoke(invocationArn=arn)
            if job["status"] != "InProgress":
                break
        self.assertEqual(job["status"], "Completed")
        self.assertEqual((job["endTime"] - job["submitTime"]).total_seconds(), 90)
        (listed,) = self.bedrock.list_async_invokes(statusEquals="Completed", maxResults=5)["asyncInvokeSummaries"]
        self.assertEqual(listed["invocationArn"], arn)

    def test_prompt_caching(self):
        messages = [{"role": "user", "content": [{"text": "word " * 1500}, {"cachePoint": {"type": "default"}}, {"text": "Hi"}]}]
        written = self.bedrock.converse(modelId=SONNET, messages=messages)["usage"]
        read = self.bedrock.converse(modelId=SONNET, messages=messages)["usage"]
        self.assertGreater(written["cacheWriteInputTokens"], 1024)
        self.assertEqual(read["cacheReadInputTokens"], written["cacheWriteInputTokens"])
        self.assertEqual(read["totalTokens"], written["totalTokens"])


class SageMaker(BotoTest):
    def setUp(self):
        super().setUp()
        self.runtime = self.client("sagemaker-runtime", retries={"total_max_attempts": 1})

    def load(self, replies):
        self.server.load(json.dumps({"endpoints": {"llm": {"replies": replies}}}))

    def test_invoke_endpoint(self):
        self.load([{"when": {"prompt": "*tagline*"}, "answer": {"body": {"generated_text": "Room for everyone."}}}])
        response = self.runtime.invoke_endpoint(
            EndpointName="llm", Body=json.dumps({"inputs": "A tagline"}), ContentType="application/json",
            Accept="application/json", TargetVariant="blue", CustomAttributes="trace=1",
        )
        self.assertEqual(json.loads(response["Body"].read()), {"generated_text": "Room for everyone."})
        self.assertEqual(response["ContentType"], "application/json")
        self.assertEqual(response["InvokedProductionVariant"], "blue")
        self.assertEqual(response["CustomAttributes"], "trace=1")

    def test_a_stream(self):
        self.load([{"answer": "Room for everyone."}])
        response = self.runtime.invoke_endpoint_with_response_stream(EndpointName="llm", Body=b"{}")
        self.assertEqual(response["InvokedProductionVariant"], "AllTraffic")
        parts = [event["PayloadPart"]["Bytes"] for event in response["Body"]]
        self.assertEqual(parts, [b"Room", b" for", b" everyone."])

    def test_model_error(self):
        self.load([{"error": {"name": "ModelError", "message": "CUDA out of memory", "original_status": 400}}])
        with self.assertRaises(self.runtime.exceptions.ModelError) as raised:
            self.runtime.invoke_endpoint(EndpointName="llm", Body=b"{}")
        response = raised.exception.response
        self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], 424)
        self.assertEqual(response["OriginalStatusCode"], 400)
        self.assertEqual(response["OriginalMessage"], "CUDA out of memory")

    def test_an_endpoint_that_is_not_there(self):
        self.load([{"answer": "Hi"}])
        with self.assertRaises(ClientError) as raised:
            self.runtime.invoke_endpoint(EndpointName="other", Body=b"{}")
        error = raised.exception.response["Error"]
        self.assertEqual(error["Code"], "ValidationError")
        self.assertEqual(error["Message"], "Endpoint other of account 123456789012 not found.")

    def test_asynchronously(self):
        self.load([{"answer": "Done."}])
        response = self.runtime.invoke_endpoint_async(EndpointName="llm", InputLocation="s3://in/put", InferenceId="mine")
        self.assertEqual(response["InferenceId"], "mine")
        self.assertRegex(response["OutputLocation"], r"^s3://.*\.out$")
        self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], 202)

    def test_asynchronously_through_s3(self):
        replies = [{"when": {"prompt": "*tagline*"}, "answer": "Done."}]
        self.server.load(json.dumps({
            "buckets": {"inputs": {"a.json": {"json": {"inputs": "A tagline"}}}, "failures": {}},
            "endpoints": {"llm": {"output": "s3://out/there", "failure_output": "s3://failures", "replies": replies}},
        }))
        s3 = self.client("s3")

        def run(name_of_input):
            started = self.runtime.invoke_endpoint_async(EndpointName="llm", InputLocation=f"s3://inputs/{name_of_input}")
            left = {}
            for name in ("OutputLocation", "FailureLocation"):
                bucket, _, key = started[name].removeprefix("s3://").partition("/")
                try:
                    left[name] = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
                except ClientError:
                    pass
            return left

        lost = "Unable to write the output to s3://out/there/"
        self.assertTrue(run("a.json")["FailureLocation"].startswith(lost))
        put = [call for call in self.server.calls() if call["operation"] == "PutObject"][0]
        self.assertRegex(json.dumps(put), "result of InvokeEndpointAsync of llm, ")
        self.assertRegex(json.dumps(put), "NoSuchBucket")
        s3.create_bucket(Bucket="out")
        self.assertEqual(run("a.json"), {"OutputLocation": "Done."})
        self.assertEqual(run("b.json"), {
            "FailureLocation": "Unable to read the input from s3://inputs/b.json: The specified key does not exist."})


if __name__ == "__main__":
    unittest.main()
