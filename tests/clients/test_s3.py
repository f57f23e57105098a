"""Amazon S3 as boto3 sees it, with its defaults: checksums in trailers, chunked bodies."""

import os
import unittest

import server as bedlam

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except Exception as missing:
    raise unittest.SkipTest(f"boto3 is not installed ({missing})")


class S3Test(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.environ.update(bedlam.CREDENTIALS)
        cls.server = bedlam.Server("--clock", "skip").__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.s3 = boto3.client("s3", endpoint_url=cls.server.url, config=Config(read_timeout=10, retries={"max_attempts": 0}))

    def test_objects(self):
        self.s3.create_bucket(Bucket="vehicles")
        self.s3.head_bucket(Bucket="vehicles")
        put = self.s3.put_object(Bucket="vehicles", Key="a b/+&.csv", Body=b"text data", ContentType="text/csv")
        self.assertEqual(put["ETag"], '"332eec544317a6d340b8e77da7fe54ad"')
        got = self.s3.get_object(Bucket="vehicles", Key="a b/+&.csv")
        self.assertEqual((got["Body"].read(), got["ContentType"]), (b"text data", "text/csv"))
        part = self.s3.get_object(Bucket="vehicles", Key="a b/+&.csv", Range="bytes=5-")
        self.assertEqual(part["Body"].read(), b"data")
        self.assertEqual(self.s3.head_object(Bucket="vehicles", Key="a b/+&.csv")["ContentLength"], 9)
        self.s3.copy_object(Bucket="vehicles", Key="copy", CopySource={"Bucket": "vehicles", "Key": "a b/+&.csv"})
        listed = self.s3.list_objects_v2(Bucket="vehicles")
        self.assertEqual([found["Key"] for found in listed["Contents"]], ["a b/+&.csv", "copy"])
        self.s3.delete_objects(Bucket="vehicles", Delete={"Objects": [{"Key": "a b/+&.csv"}, {"Key": "copy"}]})
        self.assertEqual(self.s3.list_objects_v2(Bucket="vehicles")["KeyCount"], 0)
        self.s3.delete_bucket(Bucket="vehicles")
        self.assertNotIn("vehicles", [bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]])

    def test_an_object_after_an_empty_one(self):
        # Without a 100 for the empty body botocore waits for an answer that it has had.
        self.s3.create_bucket(Bucket="folders")
        for body in (b"x", b"", b"yy"):
            self.s3.put_object(Bucket="folders", Key="k", Body=body)
        self.assertEqual(self.s3.get_object(Bucket="folders", Key="k")["Body"].read(), b"yy")

    def test_pages(self):
        self.s3.create_bucket(Bucket="pages")
        for number in range(5):
            self.s3.put_object(Bucket="pages", Key=f"k{number}", Body=b"")
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket="pages", PaginationConfig={"PageSize": 2})
        self.assertEqual([len(page["Contents"]) for page in pages], [2, 2, 1])

    def test_errors(self):
        with self.assertRaises(self.s3.exceptions.NoSuchBucket):
            self.s3.get_object(Bucket="nowhere", Key="k")
        self.s3.create_bucket(Bucket="empty")
        with self.assertRaises(self.s3.exceptions.NoSuchKey):
            self.s3.get_object(Bucket="empty", Key="k")
        with self.assertRaises(ClientError) as raised:
            self.s3.head_object(Bucket="empty", Key="k")
        self.assertEqual(raised.exception.response["Error"]["Code"], "404")


if __name__ == "__main__":
    unittest.main()
