#!/usr/bin/env python3
"""What a workflow costs at the client: a chain of 50 Pass states through the API, over a kept-alive connection.

bench/api.py [BEDLAM] [RUNS]: prints the median, the 99th percentile and the extremes over RUNS executions: of StartSyncExecution,
which answers with the output, and of StartExecution with the DescribeExecution that finds it over. Also what an execution
that waits costs the server in memory.
"""

import http.client
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

BEDLAM = sys.argv[1] if len(sys.argv) > 1 else "build/release/bedlam"
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
STATES = 50
WAITING = 10_000
ROLE = "arn:aws:iam::123456789012:role/states"


class Server:
    def __init__(self, directory):
        port_file = pathlib.Path(directory) / "port"
        self.process = subprocess.Popen([BEDLAM, "serve", "--port", "0", "--port-file", port_file, "--clock", "real"],
                                        stdout=subprocess.PIPE)
        self.process.stdout.readline()  # it is ready
        self.connection = http.client.HTTPConnection("127.0.0.1", int(port_file.read_text()))

    def ask(self, operation, **body):
        self.connection.request("POST", "/", json.dumps(body), {"Content-Type": "application/x-amz-json-1.0",
                                                                "X-Amz-Target": f"AWSStepFunctions.{operation}"})
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return json.loads(text)

    def create(self, name, states, kind="STANDARD"):
        definition = json.dumps({"StartAt": next(iter(states)), "States": states})
        return self.ask("CreateStateMachine", name=name, definition=definition, roleArn=ROLE,
                        type=kind)["stateMachineArn"]

    def resident_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024


def chain():
    return {f"S{i}": {"Type": "Pass", **({"Next": f"S{i + 1}"} if i + 1 < STATES else {"End": True})}
            for i in range(STATES)}


def measured(name, run):
    run(0)
    times = []
    for i in range(1, RUNS + 1):
        began = time.perf_counter()
        run(i)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    print(f"{name}: median {statistics.median(times):.2f} ms, p99 {times[len(times) * 99 // 100]:.2f} ms, "
          f"{times[0]:.2f} to {times[-1]:.2f} ms, {RUNS} runs")


def measure(server):
    text = json.dumps({"vehicle": "family SUV"})
    express = server.create("sync", chain(), "EXPRESS")
    standard = server.create("chain", chain())

    def synchronous(_):
        assert server.ask("StartSyncExecution", stateMachineArn=express, input=text)["output"]

    def asynchronous(_):
        arn = server.ask("StartExecution", stateMachineArn=standard, input=text)["executionArn"]
        assert server.ask("DescribeExecution", executionArn=arn)["status"] == "SUCCEEDED"

    measured("StartSyncExecution of 50 states", synchronous)
    measured("StartExecution and DescribeExecution of 50 states", asynchronous)

    waiting = server.create("waiting", {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}})
    before = server.resident_bytes()
    for _ in range(WAITING):
        server.ask("StartExecution", stateMachineArn=waiting, input=text)
    each = (server.resident_bytes() - before) / WAITING
    print(f"resident memory of each of {WAITING} waiting executions, journal included: {each / 1024:.1f} KB")


def main():
    with tempfile.TemporaryDirectory() as directory:
        server = Server(directory)
        try:
            measure(server)
        finally:
            server.process.terminate()
            server.process.wait()


if __name__ == "__main__":
    main()
