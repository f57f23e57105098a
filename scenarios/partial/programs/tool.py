"""Prints the input that a model streams for a tool, and exits with 1 where it is not whole."""

import json
import sys

import boto3

bedrock = boto3.client("bedrock-runtime")
text = ""
try:
    for event in bedrock.converse_stream(
        modelId="anthropic.claude-3-haiku-20240307-v1:0",
        messages=[{"role": "user", "content": [{"text": sys.argv[1]}]}],
    )["stream"]:
        text += event.get("contentBlockDelta", {}).get("delta", {}).get("toolUse", {}).get("input", "")
    print(json.dumps(json.loads(text), indent=2))
except Exception as error:
    print(text)
    sys.exit(f"{type(error).__name__}: the tool's input is not whole")
