#!/usr/bin/env python3
"""Makes up scenarios and runs them all with `bedlam test`: scenarios.py [--count 1000] [--jobs 1 2] [--keep DIRECTORY].

Each is one of six kinds, with its own numbers: a call that is throttled and retried, a stream that stalls, a chain, a Parallel
state, a Map with quotas, and functions that fail. All are on the virtual clock and hold. The same count gives the same files.
The figure is the median of several runs by the wall clock, the program's start included, with all reports compared between the
numbers of jobs.
"""

import argparse
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[1]
BEDLAM = ROOT / "build/release/bedlam"
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"

THROTTLED = """# Throttled {throttles} times, then served.
models:
  anthropic.claude-3-haiku-*:
    replies:
      - script: [{script}{{answer: {{tokens: {tokens}}}, latency: {latency}ms}}]
run:
  - call: {operation}
    model: {model}
    prompt: Write advert {number}
    client: {{retries: botocore-legacy}}
    expect: {{attempts: {attempts}, gaps: botocore-legacy, tokens: {tokens}}}
  - call: {operation}
    model: {model}
    prompt: Once more
    expect: {{attempts: 1, takes: {latency}ms}}
expect: {{calls: 2}}
"""

STALLED = """# A stream that falls silent after {after} tokens.
models:
  anthropic.claude-3-haiku-*:
    latency: {{first_token: {first}ms, per_token: {each}ms}}
    replies:
      - when: {{attempt: 1}}
        answer: {{tokens: {tokens}}}
        fault: {{after_tokens: {after}, stall: forever}}
run:
  - call: ConverseStream
    model: {model}
    prompt: Write advert {number}
    client: {{read_timeout: 5s, retries: none}}
    expect: {{outcome: partial, tokens: {after}, handed_back: honest partial}}
"""

MODEL_STATE = """{indent}{name}:
{indent}  Type: Task
{indent}  Resource: arn:aws:states:::bedrock:invokeModel
{indent}  Parameters:
{indent}    ModelId: {model}
{indent}    Body: {{anthropic_version: bedrock-2023-05-31, max_tokens: 500, messages: [{{role: user, content: {prompt}}}]}}
{indent}  ResultSelector: {{"text.$": "$.Body.content[0].text"}}
{indent}  TimeoutSeconds: 60
{indent}  Retry: [{{ErrorEquals: [Bedrock.ThrottlingException], IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2, JitterStrategy: FULL}}]
{indent}  {then}
"""


def state(indent, name, prompt, then):
    return MODEL_STATE.format(indent=" " * indent, name=name, model=HAIKU, prompt=prompt, then=then)


def throttled(draw, number):
    throttles = draw.randint(0, 3)
    return THROTTLED.format(
        throttles=throttles, script="throttle, " * throttles, tokens=draw.randint(5, 400), latency=draw.randint(50, 9000),
        operation=draw.choice(["Converse", "InvokeModel"]), model=HAIKU, number=number, attempts=throttles + 1)


def stalled(draw, number):
    after = draw.randint(1, 150)
    return STALLED.format(after=after, first=draw.randint(10, 900), each=draw.randint(1, 40), tokens=after + 50,
                          model=HAIKU, number=number)


def replies(latencies):
    rules = "".join(f'      - {{when: {{prompt: "*prompt {i}*"}}, answer: {{tokens: 40}}, latency: {ms}ms}}\n'
                    for i, ms in enumerate(latencies))
    return f"models:\n  anthropic.claude-3-haiku-*:\n    replies:\n{rules}"


def chain(draw, number):
    latencies = [draw.randint(100, 9000) for _ in range(draw.randint(2, 6))]
    states = "".join(state(8, f"S{i}", f"prompt {i}", "End: true" if i + 1 == len(latencies) else f"Next: S{i + 1}")
                     for i in range(len(latencies)))
    return (f"# Chain {number}.\n{replies(latencies)}workflows:\n  chain:\n    definition:\n      StartAt: S0\n      States:\n"
            f"{states}run:\n  - start: chain\n    expect: {{takes: {sum(latencies)}ms, attempts: {len(latencies)}}}\n")


def parallel(draw, number):
    latencies = [draw.randint(100, 9000) for _ in range(draw.randint(2, 5))]
    branches = "".join(f"            - StartAt: B{i}\n              States:\n" + state(16, f"B{i}", f"prompt {i}", "End: true")
                       for i in range(len(latencies)))
    return (f"# Parallel {number}.\n{replies(latencies)}workflows:\n  parallel:\n    definition:\n      StartAt: All\n"
            f"      States:\n        All:\n          Type: Parallel\n          End: true\n          Branches:\n{branches}"
            f"run:\n  - start: parallel\n    expect: {{takes: {max(latencies)}ms, attempts: {len(latencies)}}}\n")


def mapped(draw, number):
    items = draw.randint(3, 12)
    return (f"# Map {number}: {items} items under a quota.\nmodels:\n  anthropic.claude-3-haiku-*:\n"
            f"    quota: {{requests: {items}/min}}\n    replies: [{{answer: Hello, latency: {draw.randint(100, 2000)}ms}}]\n"
            f"workflows:\n  map:\n    definition:\n      StartAt: Each\n      States:\n        Each:\n          Type: Map\n"
            f"          ItemsPath: $.items\n          ItemProcessor:\n            StartAt: Ask\n            States:\n"
            f"{state(14, 'Ask', 'Hi', 'End: true')}          End: true\n"
            f"run:\n  - start: map\n    input: {{items: {list(range(items))}}}\n"
            f"    expect: {{output: {{$: {{length: {items}}}}}, attempts: {items}, gaps: asl}}\n")


def functions(draw, number):
    failures, latency = draw.randint(0, 3), draw.randint(1, 900)
    script = "{error: {name: Busy, message: later}}, " * failures
    waits = sum(2 * 2**i for i in range(failures))
    return (f"# Function {number} fails {failures} times.\nfunctions:\n"
            f"  worker: {{script: [{script}{{answer: {{done: true}}, latency: {latency}ms}}]}}\n"
            f"workflows:\n  work:\n    definition:\n      StartAt: Work\n      States:\n        Work:\n          Type: Task\n"
            f"          Resource: arn:aws:states:::lambda:invoke\n"
            f"          Parameters: {{FunctionName: worker, Payload: {{number: {number}}}}}\n          TimeoutSeconds: 60\n"
            f"          Retry: [{{ErrorEquals: [Busy], IntervalSeconds: 2, MaxAttempts: 5, BackoffRate: 2}}]\n"
            f"          OutputPath: $.Payload\n          End: true\nrun:\n  - start: work\n"
            f"    expect: {{output: {{$.done: true}}, takes: {waits * 1000 + latency}ms}}\n")


KINDS = [throttled, stalled, chain, parallel, mapped, functions]


def write_scenarios(directory, count):
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        (directory / f"{number:05d}-{kind.__name__}.yaml").write_text(kind(random.Random(number), number))


def run(directory, jobs, *more):
    begun = time.perf_counter()
    done = subprocess.run([BEDLAM, "test", directory, "--jobs", str(jobs), *more], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stdout[-3000:] + done.stderr)
    return time.perf_counter() - begun, done.stdout


def reports(directory, jobs, into):
    files = {kind: into / f"{kind}-{jobs}" for kind in ("junit", "json", "html")}
    _, out = run(directory, jobs, "--coverage", "--money", "--xray", *[x for k, f in files.items() for x in (f"--{k}", f)])
    return [out] + [file.read_bytes() for file in files.values()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=pathlib.Path, help="write the scenarios here and run nothing")
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        write_scenarios(arguments.keep, arguments.count)
        return
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name) / "scenarios"
        directory.mkdir()
        write_scenarios(directory, arguments.count)
        for jobs in arguments.jobs:
            took = statistics.median(run(directory, jobs)[0] for _ in range(arguments.runs))
            print(f"{arguments.count} scenarios, --jobs {jobs}: {took:.2f} s, {took / arguments.count * 1000:.2f} ms each")
        first, *others = [reports(directory, jobs, pathlib.Path(name)) for jobs in arguments.jobs]
        print("all reports are the same" if all(other == first for other in others) else "REPORTS DIFFER")


if __name__ == "__main__":
    main()
