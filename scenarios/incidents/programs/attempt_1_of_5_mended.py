"""One attempt of the SDK, whose read timeout leaves the function time to say that there was no answer."""

import boto3
from botocore.config import Config

# 1.8 s is the function's limit; what is left of it after the read timeout is for an answer in words.
ONE_ATTEMPT = Config(read_timeout=1.6, retries={"mode": "standard", "total_max_attempts": 1})
bedrock = boto3.client("bedrock-runtime", config=ONE_ATTEMPT)


def handler(event, _context):
    print("attempt 1 of 1", flush=True)
    answer = bedrock.converse(
        modelId="anthropic.claude-3-sonnet-20240229-v1:0",
        messages=[{"role": "user", "content": [{"text": event["text"]}]}],
    )
    return answer["output"]["message"]["content"][0]["text"]
