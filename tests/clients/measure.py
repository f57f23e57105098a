"""What each client makes of each fault and error: real clients against one `bedlam serve`, all calls side by side.

A call's prompt names its case and its client, so that the journal tells how often it was on the wire. Time limits of
clients are small, retries are three attempts everywhere (boto3 in standard mode: legacy makes five of them).
"""

import concurrent.futures
import json
import os
import time

import javascript_clients
import plain_peer
import server as bedlam

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
WORDS = ["One", "two", "three", "four", "five", "six."]
TIMEOUT_S = 2  # of every client that has one
DEADLINE_S = 12  # longer than any client needs that ends at all: the `ai` package waits 2 s and 4 s between attempts
AT_ONCE = 48

HTTP2 = "HTTP/2; on HTTP/1.1 a reset"


def after_three(**what):
    return {"after_tokens": 3, **what}


# What is said of a row → its fault. In the middle of a stream.
STREAM = {
    "`exception: throttlingException`": after_three(exception="throttlingException"),
    "`exception: modelTimeoutException`, which ConverseStream does not have": after_three(
        exception="modelTimeoutException"),
    "`error_frame`: an error that is no exception": after_three(error_frame="InternalFailure"),
    "`stall: forever`": after_three(stall="forever"),
    "`drip: 500` (slower than the time limit)": {"after_frames": 1, "drip": 500},
    "`end`: a clean early end": after_three(end=True),
    "`drop` of a delta": after_three(drop=True),
    "`drop` of `messageStop` (of chunks: `message_stop`)": {"at_frame": "messageStop", "drop": True},
    "`drop` of `metadata`": {"at_frame": "metadata", "drop": True},
    "`duplicate` of a delta": after_three(duplicate=True),
    "`swap` of two deltas": after_three(swap=True),
    "`corrupt: prelude_crc`": after_three(corrupt="prelude_crc"),
    "`corrupt: message_crc`": after_three(corrupt="message_crc"),
    "`corrupt: payload`: no JSON": after_three(corrupt="payload"),
    "`corrupt: event_type`: one that nobody knows": after_three(corrupt="event_type"),
    "`cut`: half a frame, then the body ends": after_three(cut=True),
    "`cut: close`: half a frame, then the connection ends": after_three(cut="close"),
    "`reset`": after_three(reset=True),
    "`close`": after_three(close=True),
    "`half_close`": after_three(half_close=True),
    "`garbage`": after_three(garbage=True),
    "`endless`: the last frame again and again": after_three(endless="250ms"),
    f"`rst_stream: INTERNAL_ERROR` ({HTTP2})": after_three(rst_stream="INTERNAL_ERROR"),
    "`rst_stream: NO_ERROR`": after_three(rst_stream="NO_ERROR"),
    "`rst_stream: CANCEL`": after_three(rst_stream="CANCEL"),
    "`rst_stream: REFUSED_STREAM`": after_three(rst_stream="REFUSED_STREAM"),
    f"`goaway: NO_ERROR` ({HTTP2})": after_three(goaway="NO_ERROR"),
    "`goaway: INTERNAL_ERROR`": after_three(goaway="INTERNAL_ERROR"),
}
# Instead of any answer, to a call that is answered in one piece.
BEFORE = {
    "`no_answer`": {"no_answer": True},
    "`reset`": {"before_headers": True, "reset": True},
    "`close`": {"before_headers": True, "close": True},
    "`half_close`": {"before_headers": True, "half_close": True},
    "`garbage`": {"before_headers": True, "garbage": True},
    f"`rst_stream: INTERNAL_ERROR` ({HTTP2})": {"before_headers": True, "rst_stream": "INTERNAL_ERROR"},
    "`rst_stream: NO_ERROR`": {"before_headers": True, "rst_stream": "NO_ERROR"},
    "`rst_stream: CANCEL`": {"before_headers": True, "rst_stream": "CANCEL"},
    "`rst_stream: REFUSED_STREAM`": {"before_headers": True, "rst_stream": "REFUSED_STREAM"},
    f"`goaway: NO_ERROR` ({HTTP2})": {"before_headers": True, "goaway": "NO_ERROR"},
    "`goaway: INTERNAL_ERROR`": {"before_headers": True, "goaway": "INTERNAL_ERROR"},
}
# Inside the body of an answer in one piece.
BODY = {
    "`stall: forever`": {"after_frames": 0, "byte": 40, "stall": "forever"},
    "`drip: 100` (slower than the time limit)": {"after_frames": 0, "drip": 100},
    "`end`: JSON cut short, and a complete body": {"after_frames": 0, "byte": 40, "end": True},
    "`cut: close`": {"after_frames": 0, "byte": 40, "cut": "close"},
    "`reset`": {"after_frames": 0, "byte": 40, "reset": True},
    "`close`": {"after_frames": 0, "byte": 40, "close": True},
    "`half_close`": {"after_frames": 0, "byte": 40, "half_close": True},
}
ERRORS = {
    "`throttle` (ThrottlingException, 429)": "ThrottlingException",
    "ModelNotReadyException, 429": "ModelNotReadyException",
    "InternalServerException, 500": "InternalServerException",
    "ServiceUnavailableException, 503": "ServiceUnavailableException",
    "ModelTimeoutException, 408": "ModelTimeoutException",
    "ModelErrorException, 424": "ModelErrorException",
    "ServiceQuotaExceededException, 400": "ServiceQuotaExceededException",
    "ValidationException, 400": "ValidationException",
    "AccessDeniedException, 403": "AccessDeniedException",
}
# Name of a section → (its cases, whether the calls are streams, whether they are faults).
SECTIONS = {
    "stream": (STREAM, True, True),
    "before": (BEFORE, False, True),
    "body": (BODY, False, True),
    "errors": (ERRORS, False, False),
}

BOTO3, HTTP2_SDK, HTTP1_SDK = "boto3", "JavaScript SDK, HTTP/2", "JavaScript SDK, HTTP/1.1"
ANTHROPIC, AI = "@anthropic-ai/bedrock-sdk", "@ai-sdk/amazon-bedrock"
HTTPLIB = "cpp-httplib"
CLIENTS = [BOTO3, HTTP2_SDK, HTTP1_SDK, ANTHROPIC, AI, HTTPLIB]
# What happens inside of frames: nothing to a client that does not read them.
OF_FRAMES = {"exception", "error_frame", "drop", "duplicate", "swap", "corrupt"}


def fault_for(client, fault):
    """InvokeModelWithResponseStream, which @anthropic-ai/bedrock-sdk calls, has events of the model's; None: no such frame."""
    if client == HTTPLIB and OF_FRAMES & fault.keys():
        return None
    if client != ANTHROPIC or fault.get("at_frame") not in ("messageStop", "metadata"):
        return fault
    return {**fault, "at_frame": "message_stop"} if fault["at_frame"] == "messageStop" else None


def prompt_of(section, number, client):
    return f"case {section} {number} of {client};"


def calls():
    """Every call to be made: section, number in it, label, client, and whether it is a stream."""
    for section, (cases, stream, _) in SECTIONS.items():
        for number, (label, what) in enumerate(cases.items()):
            for client in CLIENTS:
                if isinstance(what, dict) and fault_for(client, what) is None:
                    continue
                yield section, number, label, client, stream


def scenario():
    replies = []
    for section, number, label, client, _ in calls():
        cases, _, faulty = SECTIONS[section]
        reply = {"when": {"prompt": f"*{prompt_of(section, number, client)}*"}}
        if faulty:
            reply |= {"answer": " ".join(WORDS), "fault": fault_for(client, cases[label])}
        else:
            reply |= {"error": cases[label]}
        replies.append(reply)
    # Frames come one by one, so that what a client has delivered before a fault does not depend on how they were cut.
    latency = {"first_token": "10ms", "per_token": "150ms"}
    replies.append({"answer": " ".join(WORDS)})
    return json.dumps({"models": {"anthropic.claude-3-haiku-*": {"latency": latency, "replies": replies}}})


class Boto3:
    def __init__(self, url):
        import boto3
        from botocore.config import Config

        os.environ.update(bedlam.CREDENTIALS)
        self.session = boto3.Session()
        self.url = url
        self.config = Config(read_timeout=TIMEOUT_S, retries={"mode": "standard"})
        self.call("Hi", False)

    def call(self, prompt, stream):
        client = self.session.client("bedrock-runtime", endpoint_url=self.url, config=self.config)
        outcome = {"text": ""}
        request = {"modelId": HAIKU, "messages": [{"role": "user", "content": [{"text": prompt}]}]}
        try:
            if stream:
                give_up_at = time.monotonic() + DEADLINE_S
                for event in client.converse_stream(**request)["stream"]:
                    if time.monotonic() > give_up_at:
                        outcome["hangs"] = True
                        break
                    outcome["text"] += event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
            else:
                answer = client.converse(**request)
                if "output" in answer:  # otherwise its parser made nothing of the body, and did not mind
                    outcome["text"] = answer["output"]["message"]["content"][0]["text"]
        except Exception as error:
            outcome["error"] = type(error).__name__
            code = (getattr(error, "response", None) or {}).get("Error", {}).get("Code")
            if code is not None and code != outcome["error"]:
                outcome["code"] = code or "no code"
            module = type(error).__module__.partition(".")[0]
            if module != "botocore" and code is None:
                outcome["error"] = f"{module} {outcome['error']}"
        return outcome


class JavaScript:
    def __init__(self, node, url, client):
        self.node, self.url, self.client = node, url, client
        self.call("Hi", False)

    def call(self, prompt, stream):
        told = {"timeout_ms": TIMEOUT_S * 1000, "deadline_ms": DEADLINE_S * 1000}
        if self.client in (HTTP2_SDK, HTTP1_SDK):
            told |= {"handler": "http2" if self.client == HTTP2_SDK else "http1", "config": {"endpoint": self.url},
                     "operation": "ConverseStream" if stream else "Converse",
                     "input": {"modelId": HAIKU, "messages": [{"role": "user", "content": [{"text": prompt}]}]}}
        else:
            names = ("awsAccessKey", "awsSecretKey", "awsRegion") if self.client == ANTHROPIC else (
                "accessKeyId", "secretAccessKey", "region")
            told |= {"client": "anthropic" if self.client == ANTHROPIC else "ai",
                     "config": {"baseURL": self.url, **dict(zip(names, ("x", "x", "us-east-1")))},
                     "input": {"model": HAIKU, "prompt": prompt, "stream": stream}}
        (outcome,) = self.node.outcomes(**told)
        return outcome


class Httplib:
    def __init__(self, url):
        self.url = url

    def call(self, prompt, stream):
        path = f"/model/{HAIKU}/converse" + ("-stream" if stream else "")
        body = json.dumps({"messages": [{"role": "user", "content": [{"text": prompt}]}]})
        (answer,) = plain_peer.ask(self.url + path, body, "content-type: application/json",
                                   timeout=TIMEOUT_S, deadline=DEADLINE_S)
        outcome = {"text": ""}
        if answer.error == "Deadline":
            outcome["hangs"] = True
        elif answer.error != "-":
            outcome["error"] = answer.error
        elif answer.status != 200:
            outcome["error"] = f"HTTP {answer.status}"
        if answer.status == 200:
            outcome["text"] = plain_peer.converse_text(answer, stream) or ""
        return outcome


def reason(outcome):
    """What an error without a class of its own says of itself: a code, or its first words."""
    if "message" not in outcome:
        return outcome.get("code")
    message = outcome["message"]
    for word in message.replace(".", " ").split():
        if word.startswith("NGHTTP2_"):
            return word
    if outcome["error"] not in ("Error", "TypeError", "APIError"):
        return outcome.get("last")
    if message.startswith("{"):
        return json.loads(message).get("error", {}).get("type")
    if message[:3].isdigit():
        return message[:3]
    return message.split("\n")[0].split(":")[0].split("(")[0].split(" specified")[0].strip(" .")


def without_repeats(words):
    """The text; a last word that came more than twice is there twice, since how often it came is a matter of time."""
    kept = list(words)
    while len(kept) > 2 and kept[-1] == kept[-2] == kept[-3]:
        kept.pop()
    return " ".join(kept) + (" …" if len(kept) < len(words) else "")


def shown(outcome, attempts, plain_end="a whole answer"):
    """A cell: how it ended, how much of the text came, and how often it was asked for, where that was not once."""
    words = outcome["text"].split()
    whole = words == WORDS
    if outcome.get("hangs"):
        end = "**hangs**"
    elif "error" in outcome:
        why = reason(outcome)
        end = f"`{outcome['error']}`" + (f" ({why})" if why else "")
    elif whole:
        end = plain_end
    else:
        end = "**clean end**" + ("" if words else ", no text")
    if words and not whole:
        prefix = words == WORDS[: len(words)]
        end += f", {len(words)} of {len(WORDS)} words" if prefix else f", “{without_repeats(words)}”"
    elif whole and "error" in outcome:
        end += ", all words"
    return end + (f", {attempts} attempts" if attempts != 1 else "")


def measure(clients, server, only=None):
    """{(section, label, client): cell} for the clients given, each something with call(prompt, stream).

    `only`: these cells, one after the other, as on a machine that has nothing else to do.
    """
    server.load(scenario())
    wanted = [call for call in calls() if call[3] in clients and (only is None or (call[0], call[2], call[3]) in only)]
    wanted.sort(key=lambda call: not any(word in call[2] for word in ("stall", "no_answer", "endless")))  # what takes longest goes first
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE if only is None else 1) as pool:
        outcomes = list(pool.map(
            lambda call: clients[call[3]].call(prompt_of(call[0], call[1], call[3]), call[4]), wanted))
    requests = [attempt["request"] for call in server.calls() for attempt in call["attempts"]]
    cells = {}
    for (section, number, label, client, _), outcome in zip(wanted, outcomes):
        attempts = sum(prompt_of(section, number, client) in request for request in requests)
        cells[section, label, client] = shown(outcome, attempts)
    return cells


def installed(server, node):
    """The clients that this machine has, ready to call, and why others are not."""
    clients, missing = {}, []
    try:
        clients[BOTO3] = Boto3(server.url)
    except Exception as error:
        missing.append(f"boto3: {error}")
    if node is not None:
        for name in (HTTP2_SDK, HTTP1_SDK, ANTHROPIC, AI):
            clients[name] = JavaScript(node, server.url, name)
    if plain_peer.is_built():
        clients[HTTPLIB] = Httplib(server.url)
    else:
        missing.append(f"cpp-httplib: {plain_peer.PROGRAM} is not built")
    return clients, missing
