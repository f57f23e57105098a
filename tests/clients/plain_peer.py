"""cpp-httplib as a client that knows HTTP and nothing of AWS: runs cpp_httplib_client, which the build puts beside bedlam."""

import dataclasses
import json
import os
import pathlib
import subprocess

import server as bedlam

PROGRAM = pathlib.Path(bedlam.BEDLAM).with_name("cpp_httplib_client")
PRELUDE_BYTES, CRC_BYTES = 12, 4


@dataclasses.dataclass
class Answer:
    status: int
    error: str  # of cpp-httplib; "-": none
    body: bytes


def is_built():
    return os.access(PROGRAM, os.X_OK)


def version():
    done = subprocess.run(["pkg-config", "--modversion", "cpp-httplib"], capture_output=True, text=True)
    return done.stdout.strip()


def ask(url, body, *headers, **options):
    """The answers to as many requests at once as the option `parallel` says: POST, or GET where the body is None."""
    command = [str(PROGRAM)]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    for header in headers:
        command += ["-H", *header.split(": ", 1)]
    command += ["GET" if body is None else "POST", url]
    sent = body.encode() if isinstance(body, str) else body or b""
    out = subprocess.run(command, input=sent, capture_output=True, check=True).stdout
    answers = []
    while out:
        line, _, rest = out.partition(b"\n")
        status, error, size = line.decode().split()
        answers.append(Answer(int(status), error, rest[:int(size)]))
        out = rest[int(size):]
    return answers


def payloads(stream):
    """Of each event-stream frame that came whole; checksums and headers are nothing to it."""
    while len(stream) >= PRELUDE_BYTES:
        size, headers = int.from_bytes(stream[:4], "big"), int.from_bytes(stream[4:8], "big")
        if size > len(stream):
            return
        yield stream[PRELUDE_BYTES + headers:size - CRC_BYTES]
        stream = stream[size:]


def converse_text(answer, stream):
    """What a Converse or a ConverseStream said, as far as it came; None where that is no JSON."""
    try:
        if stream:
            return "".join(json.loads(payload).get("delta", {}).get("text", "") for payload in payloads(answer.body))
        return json.loads(answer.body)["output"]["message"]["content"][0]["text"]
    except json.JSONDecodeError:
        return None
