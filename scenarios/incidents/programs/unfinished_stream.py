"""Prints a streamed answer; the mended way knows whether it is whole: unfinished_stream.py failing|mended."""

import sys

import boto3

bedrock = boto3.client("bedrock-runtime")


def events():
    return bedrock.converse_stream(
        modelId="anthropic.claude-3-haiku-20240307-v1:0",
        messages=[{"role": "user", "content": [{"text": "How many tablets?"}]}],
    )["stream"]


def text_of(event):
    return event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")


def failing():
    for event in events():
        print(text_of(event), end="")


def mended():
    stop_reason = None
    for event in events():
        print(text_of(event), end="")
        stop_reason = event.get("messageStop", {}).get("stopReason", stop_reason)
    if stop_reason is None:
        print(" [the answer ends here]")
        sys.exit("the stream ended before its messageStop")


{"failing": failing, "mended": mended}[sys.argv[1]]()
