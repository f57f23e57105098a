"""The small DynamoDB as boto3 sees it: the cache of a workflow that asks a model."""

import json
import unittest

import server as bedlam

try:
    import boto3
except ImportError:
    raise unittest.SkipTest("boto3 is not installed")


class DynamoDb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = bedlam.Server("--clock", "skip").__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        settings = {
            "endpoint_url": cls.server.url, "region_name": "us-east-1",
            "aws_access_key_id": "x", "aws_secret_access_key": "x"}
        cls.dynamodb = boto3.resource("dynamodb", **settings)
        cls.states = boto3.client("stepfunctions", **settings)
        cls.table = cls.dynamodb.create_table(
            TableName="cache", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "prompt", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "prompt", "AttributeType": "S"}])
        cls.table.wait_until_exists()

    def test_items_come_back_as_they_were_put(self):
        item = {"prompt": "Hi", "hits": 3, "tags": {"a", "b"}, "deep": {"list": [1, None, True]}, "raw": b"\x00\xff"}
        self.table.put_item(Item=item)
        found = self.table.get_item(Key={"prompt": "Hi"})["Item"]
        self.assertEqual(found, item)
        updated = self.table.update_item(
            Key={"prompt": "Hi"}, UpdateExpression="ADD hits :one", ReturnValues="UPDATED_NEW",
            ExpressionAttributeValues={":one": 1})
        self.assertEqual(updated["Attributes"], {"hits": 4})
        self.table.delete_item(Key={"prompt": "Hi"})
        self.assertNotIn("Item", self.table.get_item(Key={"prompt": "Hi"}))

    def test_a_lock_is_taken_once(self):
        lock = {"Item": {"prompt": "lock"}, "ConditionExpression": "attribute_not_exists(prompt)"}
        self.table.put_item(**lock)
        with self.assertRaises(self.dynamodb.meta.client.exceptions.ConditionalCheckFailedException):
            self.table.put_item(**lock)

    def test_a_workflow_sees_the_same_items(self):
        self.table.put_item(Item={"prompt": "workflow", "answer": "Room for everyone."})
        machine = self.states.create_state_machine(
            name="lookup", roleArn="arn:aws:iam::123456789012:role/r", definition=json.dumps({
                "StartAt": "Get", "States": {"Get": {
                    "Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": True,
                    "Parameters": {"TableName": "cache", "Key": {"prompt": {"S": "workflow"}}},
                    "OutputPath": "$.Item.answer.S"}}}))["stateMachineArn"]
        execution = self.states.start_execution(stateMachineArn=machine)["executionArn"]
        described = self.states.describe_execution(executionArn=execution)
        while described["status"] == "RUNNING":
            described = self.states.describe_execution(executionArn=execution)
        self.assertEqual(described["output"], '"Room for everyone."')


if __name__ == "__main__":
    unittest.main()
