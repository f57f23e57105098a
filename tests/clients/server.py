"""Starts `bedlam serve` on a free port for the tests of real clients."""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

BEDLAM = os.environ.get("BEDLAM", str(pathlib.Path(__file__).parents[2] / "build/release/bedlam"))
START_TIMEOUT_S = 20

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


class Server:
    """`with Server("--clock", "skip") as server: …`; `server.url` is its address."""

    def __init__(self, *arguments, environment=None):
        self.arguments = arguments
        # Without the caller's own keys, which `--auth strict` would take for those it is to know.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.environment = {**inherited, **(environment or {})}

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory()
        port_file = pathlib.Path(self.directory.name) / "port"
        command = [BEDLAM, "serve", "--port", "0", "--port-file", str(port_file), *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=self.environment)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (port_file.exists() and port_file.read_text().strip()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(command)} did not start")
            time.sleep(0.002)
        self.url = f"http://127.0.0.1:{int(port_file.read_text())}"
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.directory.cleanup()

    def ask(self, path, body=None):
        """GET, or POST where there is a body, below /_bedlam/."""
        data = body.encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}/_bedlam/{path}", data=data)
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def load(self, scenario):
        self.ask("reset", "")
        self.ask("scenario", scenario)

    def calls(self):
        return self.ask("journal")["calls"]
