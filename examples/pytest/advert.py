"""The code under test: an advert from a model, with one more try when it is throttled, and an honest partial text."""

import boto3
import botocore.config
import botocore.exceptions

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


def client():
    config = botocore.config.Config(retries={"mode": "standard", "max_attempts": 3}, read_timeout=2)
    return boto3.client("bedrock-runtime", config=config)


def advert(vehicle):
    """The text, and whether it is all of it."""
    messages = [{"role": "user", "content": [{"text": f"Write an advert for a {vehicle}"}]}]
    answer = client().converse(modelId=MODEL, messages=messages)
    text = answer["output"]["message"]["content"][0]["text"]
    return text, answer["stopReason"] == "end_turn"


def streamed_advert(vehicle):
    """The same, as it comes: what was read before a failure is not thrown away."""
    messages = [{"role": "user", "content": [{"text": f"Write an advert for a {vehicle}"}]}]
    events = client().converse_stream(modelId=MODEL, messages=messages)["stream"]
    text, whole = "", False
    try:
        for event in events:
            text += event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
            whole = whole or "messageStop" in event
    except botocore.exceptions.EventStreamError:
        return text, False
    return text, whole
