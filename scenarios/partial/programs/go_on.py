"""Prints a streamed answer; where it breaks off, asks the model to go on from there, and prints on."""

import sys

import boto3

bedrock = boto3.client("bedrock-runtime")
question = {"role": "user", "content": [{"text": f"An advert, {sys.argv[1]}"}]}
said = ""


def whole(messages):
    global said
    try:
        for event in bedrock.converse_stream(
                modelId="anthropic.claude-3-haiku-20240307-v1:0", messages=messages)["stream"]:
            piece = event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
            said += piece
            print(piece, end="", flush=True)
            if "metadata" in event:
                return True
    except Exception:
        pass
    return False


if not whole([question]):
    so_far = {"role": "assistant", "content": [{"text": said}]}
    if not whole([question, so_far, {"role": "user", "content": [{"text": "Go on"}]}]):
        sys.exit("the answer is not whole")
