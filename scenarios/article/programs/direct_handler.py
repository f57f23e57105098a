"""Asks Claude 3 Sonnet for an advert over a specification and a picture, with boto3 as it comes."""

import json

import boto3

MODEL = "anthropic.claude-3-sonnet-20240229-v1:0"

bedrock = boto3.client("bedrock-runtime")


def handler(event, context):
    picture = {"type": "base64", "media_type": "image/png", "data": event["picture"]}
    request = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 1000,
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "image", "source": picture},
                    {"type": "text", "text": f"Create a 500 word advert for this car.\n{event['specification']}"},
                ],
            }
        ],
    }
    response = bedrock.invoke_model(modelId=MODEL, body=json.dumps(request))
    answer = json.loads(response["body"].read())
    return {"advert": answer["content"][0]["text"], "stop_reason": answer["stop_reason"]}
