"""The JavaScript clients that javascript/package-lock.json names, in build/clients/javascript, as one process of node."""

import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import threading

import server as bedlam

SOURCES = pathlib.Path(__file__).parent / "javascript"
INSTALLED = pathlib.Path(__file__).parents[2] / "build/clients/javascript"
OLDEST_NODE = 20  # "engines" of @aws-sdk/client-bedrock-runtime 3.1164
INSTALL_TIMEOUT_S = 240
CALL_TIMEOUT_S = 60


def install():
    """The reason why the clients cannot be had, or None."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "node and npm are not installed"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        return f"node {version} is older than the SDK takes ({OLDEST_NODE})"
    INSTALLED.mkdir(parents=True, exist_ok=True)
    with open(INSTALLED.parent / "lock", "w") as held:  # test files that run side by side install once
        fcntl.flock(held, fcntl.LOCK_EX)
        return install_alone()


def install_alone():
    lock = SOURCES / "package-lock.json"
    done = INSTALLED / "installed"  # a copy of the lock file that was installed
    if not done.exists() or done.read_bytes() != lock.read_bytes():
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(SOURCES / name, INSTALLED / name)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        try:
            ran = subprocess.run(command, cwd=INSTALLED, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return "the npm registry does not answer"
        if ran.returncode != 0:
            return "npm ci failed: " + (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
        shutil.copy(lock, done)
    shutil.copy(SOURCES / "client.mjs", INSTALLED / "client.mjs")
    return None


class Node:
    """`with Node() as node: node.calls("Converse", {…}, endpoint=…)`; calls from several threads run side by side."""

    def __init__(self, **environment):
        self.environment = environment

    def __enter__(self):
        self.process = subprocess.Popen(
            ["node", "client.mjs"], cwd=INSTALLED, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={**os.environ, **bedlam.CREDENTIALS, **self.environment},
        )
        self.lock = threading.Condition()
        self.last_id = 0
        self.answers = {}
        self.errors = []
        self.ended = False
        for pipe, take in ((self.process.stdout, self.take_answer), (self.process.stderr, self.errors.append)):
            threading.Thread(target=self.read, args=(pipe, take), daemon=True).start()
        return self

    def __exit__(self, *exception):
        self.process.stdin.close()
        self.process.wait(timeout=20)

    def read(self, pipe, take):
        for line in pipe:
            take(line)
        with self.lock:
            self.ended = True
            self.lock.notify_all()

    def take_answer(self, line):
        answer = json.loads(line)
        with self.lock:
            self.answers[answer["id"]] = answer["outcomes"]
            self.lock.notify_all()

    def outcomes(self, **told):
        """What client.mjs says of the calls it is told of."""
        with self.lock:
            self.last_id += 1
            told["id"] = self.last_id
            self.process.stdin.write(json.dumps(told) + "\n")
            self.process.stdin.flush()
            done = self.lock.wait_for(lambda: told["id"] in self.answers or self.ended, CALL_TIMEOUT_S)
            if not done or told["id"] not in self.answers:
                raise AssertionError("node did not answer: " + "".join(self.errors))
            return self.answers.pop(told["id"])
