"""Prints a streamed answer, and does about a stream that breaks off what its argument says."""

import sys

import boto3
from botocore.config import Config

HONEST, SILENT, AGAIN, FORGETFUL = "honest", "silent", "again", "forgetful"
way = sys.argv[1]
bedrock = boto3.client("bedrock-runtime", config=Config(read_timeout=1, retries={"mode": "standard"}))


def pieces():
    stream = bedrock.converse_stream(
        modelId="anthropic.claude-3-haiku-20240307-v1:0",
        messages=[{"role": "user", "content": [{"text": f"An advert, {way}"}]}],
    )["stream"]
    for event in stream:
        yield event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
        if "metadata" in event:
            return
    raise ConnectionError("the stream ended early")


def tell(printing):
    for piece in pieces():
        if printing:
            print(piece, end="", flush=True)


try:
    if way == FORGETFUL:
        print("".join(list(pieces())))
    else:
        tell(True)
except Exception:
    if way == HONEST:
        print(" [cut short]")
    elif way == AGAIN:
        tell(True)
