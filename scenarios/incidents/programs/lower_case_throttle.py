"""Streams an answer and asks again when throttled: lower_case_throttle.py failing|mended PROMPT."""

import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ATTEMPTS = 4
bedrock = boto3.client("bedrock-runtime", config=Config(retries={"total_max_attempts": 1}))


def retryable_failing(error):
    return error.response["Error"]["Code"] in ("ThrottlingException", "ServiceUnavailableException")


def retryable_mended(error):
    # Inside a stream the names of exceptions are those of its events, which begin in lower case.
    code = error.response["Error"]["Code"].lower()
    return code in ("throttlingexception", "serviceunavailableexception")


def ask(prompt):
    stream = bedrock.converse_stream(
        modelId="anthropic.claude-3-haiku-20240307-v1:0",
        messages=[{"role": "user", "content": [{"text": f"Write a tagline, throttled {prompt}"}]}],
    )["stream"]
    return "".join(event.get("contentBlockDelta", {}).get("delta", {}).get("text", "") for event in stream)


retryable = {"failing": retryable_failing, "mended": retryable_mended}[sys.argv[1]]
for attempt in range(ATTEMPTS):
    try:
        print(ask(sys.argv[2]))
        break
    except ClientError as error:
        if attempt + 1 == ATTEMPTS or not retryable(error):
            sys.exit(str(error))
        time.sleep(0.02 * 2**attempt)
