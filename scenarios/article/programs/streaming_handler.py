"""Streams an advert and returns what has arrived when the model falls silent."""

import json
import os

import boto3
from botocore.config import Config
from urllib3.exceptions import HTTPError

MODEL = "anthropic.claude-3-sonnet-20240229-v1:0"

bedrock = boto3.client(
    "bedrock-runtime",
    config=Config(read_timeout=float(os.environ.get("READ_TIMEOUT", "90"))),
)


def handler(event, context):
    request = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 1000,
        "messages": [{"role": "user", "content": f"Create a 500 word advert.\n{event['specification']}"}],
    }
    text, complete = "", False
    try:
        response = bedrock.invoke_model_with_response_stream(modelId=MODEL, body=json.dumps(request))
        for part in response["body"]:
            event_json = json.loads(part["chunk"]["bytes"])
            text += event_json.get("delta", {}).get("text", "")
            complete = complete or event_json["type"] == "message_stop"
    except HTTPError:  # boto3 lets urllib3's timeouts and resets through once a stream has begun
        pass
    return {"advert": text, "complete": complete}
