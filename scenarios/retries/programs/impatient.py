"""Asks until it has an answer, three times at most, although its SDK already tries three times each."""

import time

import boto3
from botocore.config import Config

bedrock = boto3.client("bedrock-runtime", config=Config(retries={"mode": "standard"}))
for _ in range(3):
    try:
        answer = bedrock.converse(
            modelId="anthropic.claude-3-haiku-20240307-v1:0",
            messages=[{"role": "user", "content": [{"text": "Write a tagline"}]}],
        )
        print(answer["output"]["message"]["content"][0]["text"])
        break
    except bedrock.exceptions.ThrottlingException:
        time.sleep(0.1)
