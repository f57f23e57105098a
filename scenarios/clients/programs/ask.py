"""Asks a model with boto3 for each case named, all at once, and prints what became of it: ask.py CASE...

A case that begins with "before" is a Converse, any other a ConverseStream. A stream is read for DEADLINE_S at most.
"""

import concurrent.futures
import sys
import time

import boto3
from botocore.config import Config

DEADLINE_S = 8
MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
bedrock = boto3.client("bedrock-runtime", config=Config(
    read_timeout=1.5, retries={"mode": "standard", "total_max_attempts": 2}, max_pool_connections=50))


def ask(case):
    request = {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": f"case {case}."}]}]}
    text, seen, end = "", [], "no error"
    deadline = time.monotonic() + DEADLINE_S
    try:
        if case.startswith("before"):
            text = bedrock.converse(**request)["output"]["message"]["content"][0]["text"]
        else:
            for event in bedrock.converse_stream(**request)["stream"]:
                seen += event
                text += event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
                if time.monotonic() > deadline:
                    end = "still going at the deadline"
                    break
    except Exception as error:
        end = type(error).__name__
    missing = [name for name in ("messageStop", "metadata") if end == "no error" and seen and name not in seen]
    return f"{case}: {end}, “{text}”" + "".join(f", no {name}" for name in missing)


with concurrent.futures.ThreadPoolExecutor(50) as pool:
    print("\n".join(pool.map(ask, sys.argv[1:])))
