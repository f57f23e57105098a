"""curl, which knows HTTP and nothing of AWS: answers that come before their request has ended."""

import os
import shutil
import subprocess
import tempfile
import unittest

import server as bedlam

PATH = "/model/anthropic.claude-3-haiku-20240307-v1:0/invoke"
VERSIONS = ("--http1.1", "--http2-prior-knowledge")
LARGE = 40_000_000  # more than Bedlam takes of a body


@unittest.skipIf(shutil.which("curl") is None, "curl is not installed")
class EarlyAnswers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = bedlam.Server().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.large = os.path.join(cls.directory.name, "large")
        with open(cls.large, "wb") as file:
            file.truncate(LARGE)

    def ask(self, version, *options):
        """The status and the body, as curl shows them, which has to take them for an answer."""
        command = ["curl", "-sS", version, "-X", "POST", "-H", "Content-Type: application/json", "-w", "\n%{http_code}",
                   *options, self.server.url + PATH]
        with open(self.large, "rb") as large:
            done = subprocess.run(command, stdin=large, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        body, _, status = done.stdout.rpartition("\n")
        self.assertIn('"message"', body)
        return int(status)

    def test_a_body_that_is_announced_as_too_large(self):
        for version in VERSIONS:
            with self.subTest(version):
                self.assertEqual(self.ask(version, "-H", "Expect:", "--data-binary", "@" + self.large), 413)

    def test_a_body_that_turns_out_to_be_too_large(self):
        self.assertEqual(self.ask("--http2-prior-knowledge", "-T", "-"), 413)

    def test_a_header_section_that_is_too_large(self):
        headers = [part for n in range(250) for part in ("-H", f"x-{n}: y")]
        for version in VERSIONS:
            with self.subTest(version):
                self.assertEqual(self.ask(version, *headers, "-H", "Expect:", "--data-binary", "@" + self.large), 431)


if __name__ == "__main__":
    unittest.main()
