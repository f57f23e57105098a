#!/usr/bin/env python3
"""The socket edge under load, beside nginx on the same machine in the same run.

bench/load.py [--build build/release] [--rounds 3] [--seconds 4] [--streams 5000] [invoke] [frames] [streams]

invoke   InvokeModel on 16 connections, and nginx's `return 200` with a body of the same size
frames   ConverseStream with 50 frames without delay, and nginx serving the same bytes from a file
streams  many streams of 10 frames a second: lateness as the client and as the emulator sees it, and memory

wrk is the client of the first two, on a core of its own; stream_load of the last. Rounds alternate between the two
servers, and ratios are of the medians, so that a machine that is busy with something else slows both down alike; `chrt -r 1`
before it all keeps that out of the figures, as far as the kernel lets it. Needs wrk and nginx (Debian: wrk, nginx-light), and a
release build.
"""

import argparse
import atexit
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

CONNECTIONS = 16
FRAMES = 50
FIRST_MS, PERIOD_MS, RAMP_MS, STREAM_SECONDS = 100, 100, 5000, 15
MODEL = "anthropic.claude-3-haiku-20240307-v1%3A0"
INVOKE = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 200,
          "messages": [{"role": "user", "content": "Write a tagline for a family SUV"}]}
CONVERSE = {"messages": [{"role": "user", "content": [{"text": "Tell me about the car"}]}]}
# From the acceptance of the edge: what each figure must be.
LIMITS = {"invoke ratio": (">=", 0.6), "invoke us": ("<", 20), "frames ratio": (">=", 0.3),
          "client p99 ms": ("<", 3), "resident MB": ("<", 60)}
TICKS = os.sysconf("SC_CLK_TCK")


def pinned(core, command):
    many = len(os.sched_getaffinity(0)) > 1
    return ["taskset", "-c", str(core), *command] if many and shutil.which("taskset") else command


def started(command, **more):
    """A server that does not outlive this program, however it ends."""
    process = subprocess.Popen(command, **more)
    atexit.register(process.kill)
    return process


class Bedlam:
    def __init__(self, build, directory, scenario):
        self.directory = directory
        (directory / "scenario.yaml").write_text(json.dumps(scenario))
        port_file = directory / "port"
        port_file.unlink(missing_ok=True)
        self.process = started(
            pinned(0, [f"{build}/bedlam", "serve", str(directory / "scenario.yaml"), "--port", "0", "--grace", "0s",
                       "--port-file", str(port_file)]), stdout=subprocess.DEVNULL)
        while not port_file.exists():
            if self.process.poll() is not None:
                sys.exit("bedlam did not start")
            time.sleep(0.01)
        self.port = int(port_file.read_text())  # the file appears whole

    def ask(self, path, body=None):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", data=body) as response:
            return response.read()

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_mb(self, peak=False):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:" if peak else "VmRSS:")[1].split()[0]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Nginx:
    def __init__(self, directory, body_bytes, file_bytes):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (directory / "body").write_bytes(file_bytes)
        config = directory / "nginx.conf"
        config.write_text(f"""
            daemon off; worker_processes 1; pid {directory}/nginx.pid; error_log {directory}/error.log;
            events {{ worker_connections 8192; }}
            http {{
              access_log off; keepalive_requests 100000000; sendfile on; tcp_nodelay on;
              client_body_temp_path {directory}/t1; proxy_temp_path {directory}/t2; fastcgi_temp_path {directory}/t3;
              uwsgi_temp_path {directory}/t4; scgi_temp_path {directory}/t5;
              server {{
                listen 127.0.0.1:{self.port};
                location /invoke {{ default_type application/json; return 200 "{'x' * body_bytes}"; }}
                location /body {{ root {directory}; }}
              }}
            }}""")
        os.chmod(directory, 0o755)
        self.process = started(pinned(0, ["nginx", "-c", str(config), "-e", f"{directory}/error.log"]))
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/invoke").read()
                return
            except OSError:
                time.sleep(0.01)
        sys.exit("nginx does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def wrk(url, seconds, directory, body=None):
    """Requests a second."""
    script = directory / "request.lua"
    script.write_text("" if body is None else
                      f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [[{body}]]\n')
    ran = subprocess.run(pinned(1, ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url]),
                         capture_output=True, text=True, check=True)
    if "Non-2xx" in ran.stdout or "Socket errors" in ran.stdout:
        sys.exit(ran.stdout)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", ran.stdout)[1])


def show(name, value, unit=""):
    limit = LIMITS.get(name)
    verdict = ""
    if limit:
        held = value >= limit[1] if limit[0] == ">=" else value < limit[1]
        verdict = f"   ({'holds' if held else 'MISSED'}: {limit[0]} {limit[1]})"
    print(f"  {name}: {value:.2f} {unit}{verdict}")


def against_nginx(options, directory, name, path, request, nginx_path, scenario):
    body = json.dumps(request)
    bedlam = Bedlam(options.build, directory, scenario)
    answer = bedlam.ask(path, body.encode())
    # nginx takes no text of several KiB in its configuration, and only the first workload asks for it.
    nginx = Nginx(directory, len(answer) if name == "invoke" else 1, answer)
    ours, theirs, costs = [], [], []
    for _ in range(options.rounds):
        before, began = bedlam.cpu_seconds(), time.monotonic()
        ours.append(wrk(f"http://127.0.0.1:{bedlam.port}{path}", options.seconds, directory, body))
        requests = ours[-1] * (time.monotonic() - began)
        costs.append((bedlam.cpu_seconds() - before) / requests * 1e6)
        posted = body if name == "invoke" else None
        theirs.append(wrk(f"http://127.0.0.1:{nginx.port}{nginx_path}", options.seconds, directory, posted))
    print(f"{name}: {len(answer)} bytes of body, {CONNECTIONS} connections, medians of {options.rounds} rounds "
          f"of {options.seconds} s")
    show("bedlam", statistics.median(ours), "requests/s")
    show("nginx", statistics.median(theirs), "requests/s")
    show(f"{name} ratio", statistics.median(ours) / statistics.median(theirs))
    show(f"{name} us", statistics.median(costs), "of processor time a request")
    bedlam.stop()
    nginx.stop()


def replies(**reply):
    return {"models": {"anthropic.claude-3-haiku-*": {"replies": [reply]}}}


def invoke(options, directory):
    against_nginx(options, directory, "invoke", f"/model/{MODEL}/invoke", INVOKE, "/invoke",
                  replies(answer="Room for everyone, and then some."))


def frames(options, directory):
    against_nginx(options, directory, "frames", f"/model/{MODEL}/converse-stream", CONVERSE, "/body",
                  replies(answer={"tokens": FRAMES - 5}))  # five frames are around the deltas


def streams(options, directory):
    latency = {"first_token": f"{FIRST_MS}ms", "per_token": f"{PERIOD_MS}ms"}
    tokens = (RAMP_MS + STREAM_SECONDS * 1000) // PERIOD_MS
    bedlam = Bedlam(options.build, directory, replies(answer={"tokens": tokens}, latency=latency))
    subprocess.run([f"{options.build}/stream_load", str(bedlam.port), "10", "5", str(FIRST_MS), str(PERIOD_MS), "10"],
                   capture_output=True)  # a first call warms up
    bedlam.ask("/_bedlam/lateness", b"")
    before, began = bedlam.cpu_seconds(), time.monotonic()
    ran = subprocess.run(
        [f"{options.build}/stream_load", str(bedlam.port), str(options.streams), str(tokens), str(FIRST_MS),
         str(PERIOD_MS), str(RAMP_MS)], capture_output=True, text=True, check=True)
    took = time.monotonic() - began
    client = json.loads(ran.stdout)
    own = json.loads(bedlam.ask("/_bedlam/lateness"))
    print(f"streams: {options.streams} at a time, {1000 // PERIOD_MS} frames a second each, {client['tokens']} frames, "
          f"{client['broken']} broken streams")
    show("client p50 ms", client["p50_ms"])
    show("client p99 ms", client["p99_ms"])
    show("client max ms", client["max_ms"])
    for share in ("p50", "p99", "max"):
        show(f"emulator's own {share} ms", own[share] * 1000)
    show("resident MB", bedlam.resident_mb(peak=True))
    show("processor", (bedlam.cpu_seconds() - before) / took * 100, "% of a core")
    bedlam.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", choices=["invoke", "frames", "streams", []])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--streams", type=int, default=5000)
    options = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name in options.workloads or ["invoke", "frames", "streams"]:
        with tempfile.TemporaryDirectory() as directory:
            globals()[name](options, pathlib.Path(directory))


if __name__ == "__main__":
    main()
