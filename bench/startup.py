#!/usr/bin/env python3
"""From exec to the first answered request, and the memory of an idle server.

bench/startup.py [BEDLAM] [RUNS]: prints the median and the extremes over RUNS starts.
"""

import http.client
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

BEDLAM = sys.argv[1] if len(sys.argv) > 1 else "build/release/bedlam"
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
BODY = '{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}'
PATH = "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"


def start_and_ask(port_file):
    began = time.perf_counter()
    server = subprocess.Popen([BEDLAM, "serve", "--port", "0", "--port-file", port_file], stdout=subprocess.DEVNULL)
    while not os.path.exists(port_file):  # no sleep: its granularity would be part of the figure
        assert server.poll() is None, "bedlam did not start"
    connection = http.client.HTTPConnection("127.0.0.1", int(pathlib.Path(port_file).read_text()))
    connection.request("POST", PATH, BODY, {"Content-Type": "application/json"})
    assert connection.getresponse().status == 200
    milliseconds = (time.perf_counter() - began) * 1000
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    resident_kb = int(status.split("VmRSS:")[1].split()[0])
    server.terminate()
    server.wait()
    return milliseconds, resident_kb / 1024


def main():
    with tempfile.TemporaryDirectory() as directory:
        runs = [start_and_ask(f"{directory}/port-{i}") for i in range(RUNS)]
    for name, unit, values in (("exec to first answer", "ms", [r[0] for r in runs]),
                               ("resident when idle", "MB", [r[1] for r in runs])):
        print(f"{name}: median {statistics.median(values):.1f} {unit}, "
              f"{min(values):.1f} to {max(values):.1f}, {RUNS} runs")


if __name__ == "__main__":
    main()
