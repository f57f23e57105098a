"""What works at all, by client: the calls, over clear text and TLS. A cell is "yes", or what went wrong instead."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import urllib.parse

import plain_peer
import server as bedlam
from measure import AI, ANTHROPIC, BOTO3, HAIKU, HTTP1_SDK, HTTP2_SDK, HTTPLIB, WORDS

CLI, CURL1, CURL2 = "AWS CLI", "curl, HTTP/1.1", "curl, HTTP/2"
CLIENTS = [BOTO3, CLI, HTTP2_SDK, HTTP1_SDK, ANTHROPIC, AI, HTTPLIB, CURL1, CURL2]
INVOKE, INVOKE_STREAM = "InvokeModel", "InvokeModelWithResponseStream"
CONVERSE, CONVERSE_STREAM = "Converse", "ConverseStream"
SPEECH, COUNT, GUARD = "InvokeModelWithBidirectionalStream", "CountTokens", "ApplyGuardrail"
JOBS = "StartAsyncInvoke, GetAsyncInvoke, ListAsyncInvokes"
ENDPOINT, ENDPOINT_STREAM = "SageMaker: InvokeEndpoint", "SageMaker: InvokeEndpointWithResponseStream"
ENDPOINT_ASYNC = "SageMaker: InvokeEndpointAsync"
STATES, TLS, MANY = "Step Functions: ListStateMachines", "TLS", "300 calls at once from one process"
ROWS = [INVOKE, INVOKE_STREAM, CONVERSE, CONVERSE_STREAM, SPEECH, COUNT, GUARD, JOBS, ENDPOINT, ENDPOINT_STREAM,
        ENDPOINT_ASYNC, STATES, TLS, MANY]

ANSWER = " ".join(WORDS)
SCENARIO = json.dumps({
    "models": {"anthropic.claude-3-haiku-*": {"replies": [{"answer": ANSWER}]},
               "amazon.nova-sonic-*": {"replies": [{"answer": ANSWER}]}},
    "guardrails": {"abcdefgh1234": {"policies": [{"topic": "Counting", "match": "count"}]}},
    "endpoints": {"llm": {"replies": [{"answer": {"body": {"generated_text": ANSWER}}}]},
                  "streaming": {"replies": [{"answer": ANSWER}]}},
    "buckets": {"films": {}},
})
PROMPT = "Count to six"
MESSAGES = [{"role": "user", "content": [{"text": PROMPT}]}]
BODY = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 50,
                   "messages": [{"role": "user", "content": PROMPT}]})
AT_ONCE = 300
COUNTED = {"converse": {"messages": MESSAGES}}
TOKENS = 3  # of the prompt, a word each
GUARDED = {"guardrailIdentifier": "abcdefgh1234", "guardrailVersion": "1"}
GUARDED_CONTENT = {"source": "INPUT", "content": [{"text": {"text": PROMPT}}]}
JOB = {"modelId": "amazon.nova-reel-v1:1",
       "modelInput": {"taskType": "TEXT_VIDEO", "textToVideoParams": {"text": "A road"}},
       "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://films"}}}
JSON_ANSWER = json.dumps({"generated_text": ANSWER}, separators=(",", ":"))
SESSION = {"promptName": "p"}
CONTENT = {**SESSION, "contentName": "c"}
SPOKEN = [
    {"sessionStart": {"inferenceConfiguration": {"maxTokens": 100}}}, {"promptStart": SESSION},
    {"contentStart": {**CONTENT, "type": "TEXT", "role": "USER", "interactive": True}},
    {"textInput": {**CONTENT, "content": PROMPT}}, {"contentEnd": CONTENT},
    {"promptEnd": SESSION}, {"sessionEnd": {}},
]


def right(text):
    return "yes" if text == ANSWER else f"got “{text}”"


def equals(found, wanted):
    return "yes" if found == wanted else f"got {found!r}"


def job_done(start, get, find):
    """Whether a job completes, by three calls: for its ARN, for a description by ARN, for all descriptions."""
    arn = start()["invocationArn"]
    job = get(arn)
    while job["status"] == "InProgress":
        job = get(arn)
    if job["status"] != "Completed":
        return f"the job is {job['status']}"
    return "yes" if arn in [job["invocationArn"] for job in find()["asyncInvokeSummaries"]] else "the job is not listed"


def delta_text(chunk):
    return chunk.get("delta", {}).get("text", "")


def boto3_calls(server, certificate):
    import boto3

    os.environ.update(bedlam.CREDENTIALS)
    bedrock = boto3.client("bedrock-runtime", endpoint_url=server.url)
    secure = boto3.client("bedrock-runtime", endpoint_url=server.url.replace("http:", "https:"), verify=certificate)

    def converse(client):
        return right(client.converse(modelId=HAIKU, messages=MESSAGES)["output"]["message"]["content"][0]["text"])

    def invoke():
        answer = json.loads(bedrock.invoke_model(modelId=HAIKU, body=BODY)["body"].read())
        return right(answer["content"][0]["text"])

    def invoke_stream():
        body = bedrock.invoke_model_with_response_stream(modelId=HAIKU, body=BODY)["body"]
        return right("".join(delta_text(json.loads(event["chunk"]["bytes"])) for event in body))

    def converse_stream():
        stream = bedrock.converse_stream(modelId=HAIKU, messages=MESSAGES)["stream"]
        return right("".join(delta_text(event.get("contentBlockDelta", {})) for event in stream))

    def states():
        boto3.client("stepfunctions", endpoint_url=server.url).list_state_machines()["stateMachines"]
        return "yes"

    sagemaker = boto3.client("sagemaker-runtime", endpoint_url=server.url)

    def endpoint_stream():
        body = sagemaker.invoke_endpoint_with_response_stream(EndpointName="streaming", Body=b"{}")["Body"]
        return right(b"".join(event["PayloadPart"]["Bytes"] for event in body).decode())

    def endpoint_async():
        answer = sagemaker.invoke_endpoint_async(EndpointName="llm", InputLocation="s3://in/put", InferenceId="mine")
        return equals(answer["InferenceId"], "mine")

    return {
        INVOKE: invoke, INVOKE_STREAM: invoke_stream, CONVERSE: lambda: converse(bedrock), CONVERSE_STREAM: converse_stream,
        COUNT: lambda: equals(bedrock.count_tokens(modelId=HAIKU, input=COUNTED)["inputTokens"], TOKENS),
        GUARD: lambda: equals(bedrock.apply_guardrail(**GUARDED, **GUARDED_CONTENT)["action"], "GUARDRAIL_INTERVENED"),
        JOBS: lambda: job_done(lambda: bedrock.start_async_invoke(**JOB),
                               lambda arn: bedrock.get_async_invoke(invocationArn=arn),
                               lambda: bedrock.list_async_invokes(statusEquals="Completed")),
        ENDPOINT: lambda: equals(
            sagemaker.invoke_endpoint(EndpointName="llm", Body=b"{}")["Body"].read().decode(), JSON_ANSWER),
        ENDPOINT_STREAM: endpoint_stream, ENDPOINT_ASYNC: endpoint_async, STATES: states, TLS: lambda: converse(secure),
    }


def cli_calls(server, certificate):
    def aws(*arguments, url=server.url):
        environment = {**os.environ, **bedlam.CREDENTIALS, "AWS_ENDPOINT_URL": url, "AWS_PAGER": "",
                       "AWS_CA_BUNDLE": certificate}
        done = subprocess.run(["aws", *arguments, "--output", "json"], capture_output=True, text=True, env=environment)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return json.loads(done.stdout)

    def converse(**more):
        answer = aws("bedrock-runtime", "converse", "--model-id", HAIKU, "--messages", json.dumps(MESSAGES), **more)
        return right(answer["output"]["message"]["content"][0]["text"])

    def invoke():
        out = pathlib.Path(certificate).with_name("answer.json")
        body = pathlib.Path(certificate).with_name("body.json")
        body.write_text(BODY)
        aws("bedrock-runtime", "invoke-model", "--model-id", HAIKU, "--body", f"fileb://{body}", str(out))
        return right(json.loads(out.read_text())["content"][0]["text"])

    def job():
        parts = ("--model-id", JOB["modelId"], "--model-input", json.dumps(JOB["modelInput"]),
                 "--output-data-config", json.dumps(JOB["outputDataConfig"]))
        return job_done(lambda: aws("bedrock-runtime", "start-async-invoke", *parts),
                        lambda arn: aws("bedrock-runtime", "get-async-invoke", "--invocation-arn", arn),
                        lambda: aws("bedrock-runtime", "list-async-invokes"))

    def endpoint():
        out = pathlib.Path(certificate).with_name("endpoint.json")
        aws("sagemaker-runtime", "invoke-endpoint", "--endpoint-name", "llm", "--body", "e30=", str(out))
        return equals(out.read_text(), JSON_ANSWER)

    def endpoint_async():
        answer = aws("sagemaker-runtime", "invoke-endpoint-async", "--endpoint-name", "llm",
                     "--input-location", "s3://in/put", "--inference-id", "mine")
        return equals(answer["InferenceId"], "mine")

    def count():
        answer = aws("bedrock-runtime", "count-tokens", "--model-id", HAIKU, "--input", json.dumps(COUNTED))
        return equals(answer["inputTokens"], TOKENS)

    def guard():
        answer = aws("bedrock-runtime", "apply-guardrail", "--guardrail-identifier", GUARDED["guardrailIdentifier"],
                     "--guardrail-version", "1", "--source", "INPUT", "--content", json.dumps(GUARDED_CONTENT["content"]))
        return equals(answer["action"], "GUARDRAIL_INTERVENED")

    return {INVOKE: invoke, CONVERSE: converse, COUNT: count, GUARD: guard, JOBS: job, ENDPOINT: endpoint,
            ENDPOINT_ASYNC: endpoint_async,
            STATES: lambda: "yes" if "stateMachines" in aws("stepfunctions", "list-state-machines") else "no",
            TLS: lambda: converse(url=server.url.replace("http:", "https:"))}


def sdk_calls(server, node, handler):
    def call(operation, request, url=server.url, parallel=1, service="bedrock"):
        outcomes = node.outcomes(handler=handler, service=service, operation=operation, input=request,
                                 config={"endpoint": url}, parallel=parallel)
        wrong = [outcome for outcome in outcomes if "error" in outcome or outcome["text"] != ANSWER]
        if service == "states" and "error" not in outcomes[0]:
            return "yes"
        return f"{len(wrong)} failed: {wrong[0].get('error')}" if wrong else "yes"

    def output(operation, request, service="bedrock"):
        (outcome,) = node.outcomes(handler=handler, service=service, operation=operation, input=request,
                                   config={"endpoint": server.url}, parallel=1)
        if "error" in outcome:
            raise RuntimeError(outcome["error"])
        return outcome.get("output", outcome)

    def speech():
        said = output(SPEECH, {"modelId": "amazon.nova-sonic-v1:0", "body": SPOKEN})["said"]
        texts = [event["textOutput"]["content"] for event in said if "textOutput" in event]
        return right(texts[-1]) if texts else "nothing was said"

    def job():
        return job_done(lambda: output("StartAsyncInvoke", JOB),
                        lambda arn: output("GetAsyncInvoke", {"invocationArn": arn}),
                        lambda: output("ListAsyncInvokes", {"statusEquals": "Completed"}))

    converse = {"modelId": HAIKU, "messages": MESSAGES}
    invoke = {"modelId": HAIKU, "body": BODY, "contentType": "application/json"}
    more = {SPEECH: speech} if handler == "http2" else {}
    return {**more,
            COUNT: lambda: equals(output(COUNT, {"modelId": HAIKU, "input": COUNTED})["inputTokens"], TOKENS),
            GUARD: lambda: equals(output(GUARD, {**GUARDED, **GUARDED_CONTENT})["action"], "GUARDRAIL_INTERVENED"),
            JOBS: job,
            ENDPOINT: lambda: equals(output("InvokeEndpoint", {"EndpointName": "llm", "Body": "{}"}, "sagemaker")["Body"],
                                     JSON_ANSWER),
            ENDPOINT_STREAM: lambda: right(output(
                "InvokeEndpointWithResponseStream", {"EndpointName": "streaming", "Body": "{}"}, "sagemaker")["text"]),
            ENDPOINT_ASYNC: lambda: equals(output(
                "InvokeEndpointAsync", {"EndpointName": "llm", "InputLocation": "s3://in/put", "InferenceId": "mine"},
                "sagemaker")["InferenceId"], "mine"),
            INVOKE: lambda: call(INVOKE, invoke), INVOKE_STREAM: lambda: call(INVOKE_STREAM, invoke),
            CONVERSE: lambda: call(CONVERSE, converse), CONVERSE_STREAM: lambda: call(CONVERSE_STREAM, converse),
            STATES: lambda: call("ListStateMachines", {}, service="states"),
            TLS: lambda: call(CONVERSE, converse, server.url.replace("http:", "https:")),
            MANY: lambda: call(CONVERSE_STREAM, converse, parallel=AT_ONCE)}


def other_calls(server, node, client):
    names = ("awsAccessKey", "awsSecretKey", "awsRegion") if client == ANTHROPIC else (
        "accessKeyId", "secretAccessKey", "region")

    def call(stream, url=server.url, parallel=1):
        config = {"baseURL": url, **dict(zip(names, ("x", "x", "us-east-1")))}
        outcomes = node.outcomes(client="anthropic" if client == ANTHROPIC else "ai", config=config, parallel=parallel,
                                 input={"model": HAIKU, "prompt": PROMPT, "stream": stream})
        wrong = [outcome for outcome in outcomes if outcome["text"] != ANSWER]
        return f"{len(wrong)} failed: {wrong[0].get('error')}" if wrong else "yes"

    plain, stream = (INVOKE, INVOKE_STREAM) if client == ANTHROPIC else (CONVERSE, CONVERSE_STREAM)
    return {plain: lambda: call(False), stream: lambda: call(True),
            TLS: lambda: call(False, server.url.replace("http:", "https:")),
            MANY: lambda: call(True, parallel=AT_ONCE)}


def plain_calls(send, secure):
    """Of a client that knows nothing of AWS: `send(path, body or None, *headers)` gives the bytes of an answer."""

    def frames(answer, last):
        return "yes" if last in answer and int.from_bytes(answer[:4], "big") < len(answer) else "no whole stream"

    def told(path, body=None, *headers):
        return json.loads(send(path, None if body is None else json.dumps(body), *headers))

    def converse():
        return right(told(f"/model/{HAIKU}/converse", {"messages": MESSAGES})["output"]["message"]["content"][0]["text"])

    def states():
        return "yes" if b"stateMachines" in send("/", "{}", "X-Amz-Target: AWSStepFunctions.ListStateMachines") else "no"

    def endpoint_async():
        told("/endpoints/llm/async-invocations", {}, "X-Amzn-SageMaker-InputLocation: s3://in/put")
        return "yes"

    guardrail = f"/guardrail/{GUARDED['guardrailIdentifier']}/version/1/apply"
    return {
        COUNT: lambda: equals(told(f"/model/{HAIKU}/count-tokens", {"input": COUNTED})["inputTokens"], TOKENS),
        GUARD: lambda: equals(told(guardrail, GUARDED_CONTENT)["action"], "GUARDRAIL_INTERVENED"),
        JOBS: lambda: job_done(lambda: told("/async-invoke", JOB),
                               lambda arn: told("/async-invoke/" + urllib.parse.quote(arn, safe="")),
                               lambda: told("/async-invoke?statusEquals=Completed")),
        ENDPOINT: lambda: equals(send("/endpoints/llm/invocations", "{}").decode(), JSON_ANSWER),
        ENDPOINT_STREAM: lambda: frames(send("/endpoints/streaming/invocations-response-stream", "{}"), b"PayloadPart"),
        ENDPOINT_ASYNC: endpoint_async,
        INVOKE: lambda: right(json.loads(send(f"/model/{HAIKU}/invoke", BODY))["content"][0]["text"]),
        INVOKE_STREAM: lambda: frames(send(f"/model/{HAIKU}/invoke-with-response-stream", BODY), b"chunk"),
        CONVERSE: converse,
        CONVERSE_STREAM: lambda: frames(
            send(f"/model/{HAIKU}/converse-stream", json.dumps({"messages": MESSAGES})), b"metadata"),
        STATES: states,
        TLS: secure,
    }


def curl_calls(server, certificate, version):
    def curl(path, body, *headers):
        if body is not None:
            headers = ("content-type: application/json", *headers)
        sent = [word for header in headers for word in ("-H", header)]
        sent += [] if body is None else ["-d", body]
        done = subprocess.run(["curl", "-sS", "--fail", version, *sent, server.url + path], capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode().strip())
        return done.stdout

    def secure():
        # Over TLS it is ALPN that decides.
        url = server.url.replace("http:", "https:")
        wanted = version.replace("-prior-knowledge", "")
        command = ["curl", "-sS", wanted, "--cacert", certificate, "-w", "%{http_version}", "-o", os.devnull, url + "/_bedlam/health"]
        spoken = subprocess.run(command, capture_output=True, text=True).stdout
        return "yes" if spoken == ("2" if "2" in wanted else "1.1") else f"spoke HTTP/{spoken}"

    return plain_calls(curl, secure)


def httplib_calls(server, certificate):
    def send(path, body, *headers, url=server.url, **options):
        if body is not None:
            headers = ("content-type: application/json", *headers)
        answers = plain_peer.ask(url + path, body, *headers, **options)
        for answer in answers:
            if answer.error != "-" or answer.status >= 300:
                raise RuntimeError(f"{answer.error} {answer.status}")
        return answers[0].body if "parallel" not in options else answers

    converse, messages = f"/model/{HAIKU}/converse", json.dumps({"messages": MESSAGES})

    def secure():
        answer = send(converse, messages, url=server.url.replace("http:", "https:"), ca=certificate)
        return right(json.loads(answer)["output"]["message"]["content"][0]["text"])

    def many():
        texts = {plain_peer.converse_text(answer, True)
                 for answer in send(f"{converse}-stream", messages, parallel=AT_ONCE)}
        return right(texts.pop()) if len(texts) == 1 else f"got {texts}"

    return {**plain_calls(send, secure), MANY: many}


def knows_bedrock():
    if shutil.which("aws") is None:
        return False
    return "--model-id" in subprocess.run(["aws", "bedrock-runtime", "converse"], capture_output=True, text=True).stderr


def measure(server, node, certificate, has_boto3):
    """{(row, client): cell} for the clients that this machine has."""
    server.load(SCENARIO)
    found = {}
    if has_boto3:
        found[BOTO3] = boto3_calls(server, certificate)
    if knows_bedrock():
        found[CLI] = cli_calls(server, certificate)
    if node is not None:
        found[HTTP2_SDK] = sdk_calls(server, node, "http2")
        found[HTTP1_SDK] = sdk_calls(server, node, "http1")
        found[ANTHROPIC] = other_calls(server, node, ANTHROPIC)
        found[AI] = other_calls(server, node, AI)
    if plain_peer.is_built():
        found[HTTPLIB] = httplib_calls(server, certificate)
    if shutil.which("curl") is not None:
        found[CURL1] = curl_calls(server, certificate, "--http1.1")
        found[CURL2] = curl_calls(server, certificate, "--http2-prior-knowledge")
    cells = {}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        futures = {(row, client): pool.submit(call) for client, calls in found.items() for row, call in calls.items()}
        for place, future in futures.items():
            error = future.exception()
            cells[place] = future.result() if error is None else f"{type(error).__name__}: {error}"
    for client in found:
        for row in ROWS:
            cells.setdefault((row, client), "–")
    return cells
