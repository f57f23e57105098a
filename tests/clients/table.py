#!/usr/bin/env python3
"""Writes docs/clients.md from what the installed clients do: `BEDLAM=build/release/bedlam tests/clients/table.py`.

It needs every client of the table; test_table.py compares what it has with the file.
"""

import contextlib
import importlib.metadata
import json
import pathlib
import platform
import subprocess
import sys
import tempfile
import textwrap

import javascript_clients
import measure
import plain_peer
import server as bedlam
import works

FILE = pathlib.Path(__file__).parents[2] / "docs/clients.md"
WORKS = "works"
COLUMNS = 130

INTRODUCTION = """# Clients

What real clients do with Bedlam, measured. `tests/clients/table.py` writes this file, and a test compares it with what the installed
clients do. Every client was given an endpoint and credentials, and nothing else but the small time limits that are named.

cpp-httplib and curl know HTTP and nothing of AWS. `tests/unit/http` reads more of what Bedlam sends with cpp-httplib, and over HTTP/2
with nghttp2's own client.
"""
TITLES = {
    WORKS: (
        "What works",
        "“–”: this client has no such call, or not over this protocol. `StartSyncExecution` puts `sync-` before the host name; see [serve.md](serve.md). The "
        "AWS CLI that was measured has no streams. The SDK opens a connection for each call over HTTP/2; its clients for SageMaker "
        "and Step Functions speak HTTP/1.1 in both columns.",
    ),
    "stream": (
        "Faults inside a stream",
        "Six words, one a frame. The fault strikes after the third. ConverseStream; for @anthropic-ai/bedrock-sdk "
        "InvokeModelWithResponseStream. No client asks again for a stream that has begun. **Clean end** means that nothing was "
        "thrown: the program is not told that its answer is not whole, and must look for `messageStop` and `metadata` itself. "
        f"Time limits: read timeout {measure.TIMEOUT_S} s (boto3), request and session or socket timeout {measure.TIMEOUT_S} s "
        f"(JavaScript SDK), timeout {measure.TIMEOUT_S} s (Anthropic); the `ai` package has none. **Hangs**: nothing has come after "
        f"{measure.DEADLINE_S} s. What is wrong with frames (“–”) is nothing to cpp-httplib, whose errors are its own names; a read may take "
        f"{measure.TIMEOUT_S} s there too. By default the JavaScript SDK's session times out after 300 s: where a clean end comes of a time "
        "limit here (`stall`, `garbage` over HTTP/2), it comes then. `reset` comes once the client has read what was sent before it: one "
        "that reaches node together with those bytes may be a clean end over HTTP/2 too, and over TLS the loop may never end.",
    ),
    "before": (
        "Faults before an answer",
        "Converse, or InvokeModel for Anthropic's SDK. Attempts are those on the wire, of three at most: boto3 is in standard mode "
        "(in legacy mode, its default, it makes five). On HTTP/1.1 the faults of HTTP/2 are a reset. cpp-httplib does not try again.",
    ),
    "body": (
        "Faults inside an answer in one piece",
        "Headers and 40 bytes of the body have arrived. Frame faults (`exception`, `error_frame`, `corrupt`, `drop`, `duplicate`, `swap`) cannot "
        "strike here: the answer is whole, and the journal says `(not reached)`.",
    ),
    "errors": ("Errors", "Instead of an answer. Here too boto3 is in standard mode."),
}


@contextlib.contextmanager
def measuring():
    """What is installed, ready to be measured: a server, a node or None, boto3 or not, and why something is missing."""
    missing = []
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory())
        certificate = str(pathlib.Path(directory) / "certificate.pem")
        server = stack.enter_context(bedlam.Server("--clock", "real", "--tls", "--tls-cert-out", certificate))
        no_node = javascript_clients.install()
        node = None
        if no_node:
            missing.append(f"JavaScript: {no_node}")
        else:
            node = stack.enter_context(javascript_clients.Node(NODE_EXTRA_CA_CERTS=certificate))
        clients, lacking = measure.installed(server, node)
        yield Measured(server, node, clients, certificate, missing + lacking)


class Measured:
    def __init__(self, server, node, clients, certificate, missing):
        self.server, self.node, self.clients, self.certificate = server, node, clients, certificate
        self.missing = missing

    def cells(self):
        """{(section, row, client): cell}"""
        found = measure.measure(self.clients, self.server)
        return found | self.works()

    def works(self):
        measured = works.measure(self.server, self.node, self.certificate, measure.BOTO3 in self.clients)
        return {(WORKS, *place): cell for place, cell in measured.items()}

    def again(self, places):
        """These cells, measured once more with nothing beside them."""
        found = measure.measure(self.clients, self.server, only=places)
        if any(place[0] == WORKS for place in places):
            found |= self.works()
        return found


def columns(section):
    return works.CLIENTS if section == WORKS else measure.CLIENTS


def rows(section):
    return works.ROWS if section == WORKS else list(measure.SECTIONS[section][0])


def table(section, cells):
    names = columns(section)
    lines = ["| | " + " | ".join(names) + " |", "| --- |" + " --- |" * len(names)]
    for row in rows(section):
        lines.append(f"| {row} | " + " | ".join(cells.get((section, row, name), "–") for name in names) + " |")
    return "\n".join(lines)


def versions():
    lock = json.loads((javascript_clients.SOURCES / "package-lock.json").read_text())["packages"]
    curl = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout.split()[1]
    node = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip().lstrip("v")
    found = {"botocore": importlib.metadata.version("botocore"), "Python": platform.python_version(),
             "AWS CLI": importlib.metadata.version("awscli"), "Node": node, "curl": curl,
             "cpp-httplib": plain_peer.version()}
    for package in ("@aws-sdk/client-bedrock-runtime", "@aws-sdk/client-sagemaker-runtime", "@aws-sdk/client-sfn", "@anthropic-ai/bedrock-sdk",
                    "@ai-sdk/amazon-bedrock", "ai"):
        found[package] = lock[f"node_modules/{package}"]["version"]
    return ", ".join(f"{name} {version}" for name, version in found.items())


def document(cells):
    parts = [INTRODUCTION]
    for section, (title, text) in TITLES.items():
        parts.append(f"## {title}\n\n{textwrap.fill(text, COLUMNS)}\n\n{table(section, cells)}\n")
    measured_with = (f"Measured with {versions()}. The test does not compare these: it fails when a client behaves otherwise, "
                     "not when it is newer.")
    parts.append(f"## Versions\n\n{textwrap.fill(measured_with, COLUMNS)}\n")
    return "\n".join(parts)


def read(text):
    """{(section, row, client): cell} of a document."""
    cells = {}
    titles = {title: section for section, (title, _) in TITLES.items()}
    section, names = None, None
    for line in text.splitlines():
        if line.startswith("## "):
            section, names = titles.get(line[3:]), None
        elif section and line.startswith("|"):
            row, *found = [cell.strip() for cell in line.strip("|").split(" | ")]
            if names is None:
                names = [name.strip() for name in found]
            elif not row.startswith("---"):
                cells.update({(section, row, name): cell for name, cell in zip(names, found)})
    return cells


def main():
    with measuring() as measured:
        if measured.missing:
            sys.exit("clients.md needs every client: " + "; ".join(measured.missing))
        cells = measured.cells()
    FILE.write_text(document(cells))


if __name__ == "__main__":
    main()
