"""`bedlam.load(scenario)` and `bedlam.verdict(expect)` for every test; without `bedlam run` they are skipped."""

import json
import os
import urllib.error
import urllib.request

import pytest


class Bedlam:
    def __init__(self, endpoint):
        self.endpoint = endpoint

    def load(self, scenario):
        """From here on this answers, and the calls count from here."""
        self._ask("scenario", scenario)

    def verdict(self, expect=None):
        """Asserts what the scenario expects, or what is given here, of the calls since load()."""
        answer = self._ask("verdict", expect)
        assert answer["held"], answer["text"]
        return answer

    def _ask(self, path, body):
        data = body.encode() if body is not None else None
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_bedlam/{path}", data=data) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            pytest.fail(error.read().decode())


@pytest.fixture
def bedlam():
    endpoint = os.environ.get("BEDLAM_ENDPOINT")
    if endpoint is None:
        pytest.skip("run this with: bedlam run examples/pytest/suite.yaml -- python3 -m pytest examples/pytest")
    return Bedlam(endpoint)
