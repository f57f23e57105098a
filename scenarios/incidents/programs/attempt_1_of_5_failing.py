"""Logs its own attempts, and does not know of those that boto3 makes below each of them."""

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

bedrock = boto3.client("bedrock-runtime", config=Config(read_timeout=0.6, retries={"mode": "standard"}))


def handler(event, _context):
    for attempt in range(1, 6):
        print(f"attempt {attempt} of 5", flush=True)
        try:
            answer = bedrock.converse(
                modelId="anthropic.claude-3-sonnet-20240229-v1:0",
                messages=[{"role": "user", "content": [{"text": event["text"]}]}],
            )
            return answer["output"]["message"]["content"][0]["text"]
        except (BotoCoreError, ClientError) as error:
            print(f"attempt {attempt} of 5: {error}", flush=True)
    raise RuntimeError("no answer in 5 attempts")
