#!/usr/bin/env python3
"""Recorded AWS behaviour against the binary, through its public API only.

    tests/conformance/run.py --bedlam build/release/bedlam --cases ../shared/conformance/cases

Cases that use something to come are not applicable yet (applicable.py). The others pass, or stand
in known_failures.txt with the reason: one that fails and is not listed fails the run, and so does
one that is listed and passes. --write-known rewrites the list.
"""

import argparse
import collections
import http.client
import itertools
import json
import os
import re
import sys
import time

import applicable
import services
from recorded import Bindings, Mismatch, brief
from server import SERVICES, Refused, Server

KNOWN_FAILURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "known_failures.txt")
STEP = "250ms"  # of a clock that is moved by hand
POLLS = 400  # of at most 5 ms; the skipping clock needs one or two
ROLE = "arn:aws:iam::%s:role/conformance"  # of the server's account
TERMINAL = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")

# Recordings that lost what their test sent. `skip`: an SDK refused the call itself. `indent`: the
# definition differed from the one before in its white space only. `replace`: text of the request.
REPAIRS = {
    ("test_create_update_state_machine_base_update_none", 3): {"skip": True},
    ("test_create_duplicate_definition_format_sm", 2): {"indent": 4},
    ("test_base_state_name_validation_failures[empty]", 0): {"skip": True},
    ("test_multiple_destinations", 2): {"skip": True},  # two groups of one name in the recording
    ("test_invalid_start_execution_arn", 2): {
        "replace": (":stateMachine:", ":stateMachine:statemachine_invalid_")},
}

# Conditions of `wait_until`, by name, over an answer.
CONDITIONS = {
    "await_execution_terminated": lambda answer: answer["events"][-1]["type"] in TERMINAL,
    "await_execution_success": lambda answer: answer["events"][-1]["type"] == "ExecutionSucceeded",
    "await_execution_aborted": lambda answer: answer["status"] == "ABORTED",
    "await_list_execution_status": lambda answer: len(answer["executions"]) > 0,
    "test_stop_execution": lambda answer: answer["events"][-1]["type"] == "WaitStateEntered",
    "await_state_machine_version_listed": lambda answer: len(answer["stateMachineVersions"]) > 0,
    "await_state_machine_alias_is_created": lambda answer: len(answer["stateMachineAliases"]) > 0,
    "await_state_machine_alias_is_deleted": lambda answer: True,
    "test_deleted_log_group": lambda answer: not answer["logGroups"],
    "_await_on_execution_log_stream_created": lambda answer: len(answer["logStreams"]) > 0,
    "await_on_execution_logs": lambda answer: "Execution" in answer["events"][-1]["message"],
}


def poll(ask, holds, server):
    for attempt in range(POLLS):
        answer = ask()
        if holds(answer):
            return answer
        if server.clock == "virtual":
            server.advance(STEP)
            continue
        time.sleep(0.005 if attempt > 20 else 0)
    raise Mismatch("waited in vain, last answer %s" % brief(answer))


def kept_by_sdk(call):
    """Whether botocore refused the call by the service model: neither an answer nor an error of
    AWS is recorded of it, and a number or a list is below its minimum."""
    if "response" in call or "error" in call:
        return False
    request = call["request"]
    routes = request.get("routingConfiguration")
    return (request.get("maxResults", 0) < 0 or routes == []
            or any(route.get("weight", 0) < 0 for route in routes or []))


def run_calls(case, server, fresh):
    variant = case["source_test"].split("::")[-1]
    test = variant.split("[")[0]
    bindings = Bindings(server.account, fresh, [call["request"] for call in case["calls"]])
    prepare(case, server, bindings)
    for index, call in enumerate(case["calls"]):
        if call.get("service", "stepfunctions") not in SERVICES:
            services.set_up(call, server, bindings)  # or the scenario has it
            continue
        repair = REPAIRS.get((variant, index), REPAIRS.get((test, index), {}))
        if repair.get("skip") or kept_by_sdk(call):
            continue
        request = bindings.fill_request(call["request"], repair.get("indent"))
        if "replace" in repair:
            request = json.loads(json.dumps(request).replace(*repair["replace"]))
        where = "call %d %s" % (index + 1, call["operation"])
        try:
            if call["operation"] == "GetLogEvents":
                request["logStreamName"] = last_log_stream(server, request["logGroupName"])
            run_call(call, request, server, bindings, where)
        except Refused as refused:
            raise Mismatch("%s: unexpected %s" % (where, refused)) from None
    compare_logs(case, server, bindings)


def last_log_stream(server, group):
    streams = server.call("DescribeLogStreams", {"logGroupName": group}, "logs")["logStreams"]
    return streams[-1]["logStreamName"] if streams else ""


def compare_logs(case, server, bindings):
    """What the recordings derived from the log events of their one execution."""
    derived = case.get("derived") or {}
    if not {"logged_execution_events", "end_event"} & set(derived):
        return
    group = bindings.fill_text("<log_group_name>")
    events = server.call("GetLogEvents", {
        "logGroupName": group, "logStreamName": last_log_stream(server, group),
        "startFromHead": True}, "logs")["events"]
    logged = [bindings.observed(json.loads(event["message"])) for event in events]
    if "logged_execution_events" in derived:
        bindings.match(derived["logged_execution_events"], logged, "logged events")
    if "end_event" in derived:
        bindings.match(derived["end_event"], logged[-1], "last logged event")


def prepare(case, server, bindings):
    # Also where the case needs nothing: what the one before needed is gone then.
    server.load(services.scenario_of(case, bindings))
    for request in case.get("setup", []):
        services.set_up(request, server, bindings)
    nested = services.nested_definition(case)
    if nested is not None:
        # Its ARN stands in the input by this name.
        server.call("CreateStateMachine", {
            "name": bindings.fill_text("<ArnPart_0idx>"), "roleArn": ROLE % server.account,
            "definition": json.dumps(nested)})
        bindings.loose_lengths = True


def run_call(call, request, server, bindings, where):
    service = call.get("service", "stepfunctions")
    if "wait_until" in call:
        poll(lambda: server.call(call["operation"], request, service),
             CONDITIONS[call["wait_until"]], server)
        return
    if "error" in call:
        try:
            answer = server.call(call["operation"], request, service)
        except Refused as refused:
            observed = bindings.observed({"code": refused.code, "message": refused.message})
            bindings.match(call["error"].get("code"), observed["code"], where + " error")
            if "message" in call["error"]:
                bindings.match(call["error"]["message"], observed["message"], where + " message")
            return
        raise Mismatch("%s: expected %s, got %s" % (where, call["error"]["code"], brief(answer)))
    observed = bindings.observed(server.call(call["operation"], request, service))
    if "response" in call:
        bindings.match(call["response"], observed, where)
    for name, pattern in call.get("binds", {}).items():
        if name in observed:
            bindings.match(pattern, observed[name], "%s.%s" % (where, name))


def run_execution(case, server, fresh):
    runs = applicable.runs_of(case)
    bindings = Bindings(server.account, fresh, [case.get("setup", [])])
    prepare(case, server, bindings)
    for number, run in enumerate(runs):
        where = "run %d" % (number + 1) if len(runs) > 1 else "execution"
        try:
            run_one(case, run, server, fresh, bindings, where)
        except Refused as refused:
            raise Mismatch("%s: unexpected %s" % (where, refused)) from None


def run_one(case, run, server, fresh, bindings, where):
    sync = run.get("start", case.get("start")) == "StartSyncExecution"
    machine = server.call("CreateStateMachine", {
        "name": bindings.fill_text(run.get("state_machine_name",
                                           case.get("state_machine_name", fresh()))),
        "roleArn": ROLE % server.account, "type": run.get("type", case.get("type", "STANDARD")),
        "definition": bindings.fill_member(
            "definition", run.get("definition", case.get("definition")))})["stateMachineArn"]
    test_case = run.get("mock_test_case", case.get("mock_test_case"))
    start = {"stateMachineArn": machine + ("#" + test_case if test_case else "")}
    if "input" in run:
        start["input"] = bindings.fill_member("input", run["input"])
    if "execution_name" in run:
        start["name"] = bindings.fill_text(run["execution_name"])
    expected = run["expected"]
    if sync:
        described = server.call("StartSyncExecution", start)
    else:
        arn = {"executionArn": server.call("StartExecution", start)["executionArn"]}
        described = poll(lambda: server.call("DescribeExecution", arn),
                         lambda answer: answer["status"] != "RUNNING", server)
    observed = bindings.observed(described)
    if expected["status"].startswith("Execution") and "events" in expected:
        # Not a status: the recording took it from the last event it lists, which is compared below.
        last = recorded_events(expected)[-1]["type"]
        bindings.match(expected["status"], last, where + " status")
        expected = {name: value for name, value in expected.items() if name != "status"}
    for name in ("status", "error", "cause", "output"):
        if name in expected:
            if name not in observed:
                raise Mismatch("%s: expected %s %s, got nothing (%s %s %s)" % (
                    where, name, brief(expected[name]), observed["status"],
                    observed.get("error", ""), brief(observed.get("cause", ""))))
            bindings.match(expected[name], observed[name], "%s %s" % (where, name))
    if "describe" in expected:
        bindings.match(expected["describe"], observed, where + " describe")
    if "events" in expected:
        compare_events(case, recorded_events(expected), server, arn, bindings, where)


def recorded_events(expected):
    events = expected["events"]
    return events["events"] if isinstance(events, dict) else events


def compare_events(case, recorded, server, arn, bindings, where):
    # Recordings do not tell how the history was asked for; descending ids do.
    reverse = recorded[0]["id"] == len(recorded) > 1
    history = bindings.observed(server.call(
        "GetExecutionHistory", dict(arn, maxResults=1000, reverseOrder=reverse)))
    match = bindings.match_set if case.get("parallel_events_sorted") else bindings.match
    match(recorded, history["events"], where + " events")


class Runner:
    """Cases on servers of their own: time stands still on none of them longer than it must."""

    def __init__(self, binary):
        self.binary = binary
        self.servers = {}
        numbers = itertools.count(1)
        self.fresh = lambda: "case-%d" % next(numbers)

    def server(self, clock):
        server = self.servers.get(clock)
        if server is None or not server.alive():
            if server is not None:
                server.stop()
            server = self.servers[clock] = Server(self.binary, clock)
        return server

    def run(self, case):
        """None, or why it failed."""
        # A skipping clock would be at the end of the execution before anybody could stop it.
        stops = any(call["operation"] == "StopExecution" for call in case.get("calls", []))
        # Workers that wait for a task would be told at once that there is none.
        works = any(call["operation"] == "CreateActivity" for call in case.get("calls", []))
        server = self.server("real" if stops else "virtual" if works else "skip")
        if works:
            server.reset()  # lists show what there is
        try:
            run = run_calls if case["kind"] == "calls" else run_execution
            run(case, server, self.fresh)
        except Mismatch as mismatch:
            return str(mismatch)
        except (OSError, http.client.HTTPException, ValueError, KeyError, IndexError) as broken:
            died = "" if server.alive() else "; the server died: " + server.output()[-500:]
            return "%s: %s%s" % (type(broken).__name__, broken, died)
        return None

    def stop(self):
        for server in self.servers.values():
            server.stop()


def read_known():
    known = {}
    if os.path.exists(KNOWN_FAILURES):
        with open(KNOWN_FAILURES, encoding="utf-8") as file:
            for line in file:
                if line.strip() and not line.startswith("#"):
                    case, _, reason = line.strip().partition("  ")
                    known[case] = reason.strip()
    return known


def write_known(failures, known):
    with open(KNOWN_FAILURES, "w", encoding="utf-8") as file:
        file.write("# Recorded cases that should pass by now and do not: id, two spaces, reason.\n"
                   "# One that passes must leave this list (run.py --write-known).\n")
        for case in sorted(failures):
            file.write("%s  %s\n" % (case, known.get(case) or one_line(failures[case])))


def one_line(text):
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:200] + "…"


def read_cases(directory, only):
    for folder, _, files in sorted(os.walk(directory)):
        for name in sorted(files):
            if name.endswith(".json"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    case = json.load(file)
                case["area"] = os.path.basename(folder)
                if re.search(only, case["id"]):
                    yield case


def report(areas, reasons):
    rows = sorted(areas.items()) + [("total", sum(areas.values(), collections.Counter()))]
    print("%-34s %7s %7s %15s" % ("area", "passed", "failed", "not applicable"))
    for area, counts in rows:
        print("%-34s %7d %7d %15d" % (
            area, counts["passed"], counts["failed"], counts["not applicable"]))
    print("\nnot applicable yet, because of:")
    for reason, count in reasons.most_common():
        print("%7d  %s" % (count, reason))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bedlam", required=True, help="the binary")
    parser.add_argument("--cases", required=True, help="directory of recorded cases")
    parser.add_argument("--only", default="", metavar="REGEX", help="cases whose id matches")
    parser.add_argument("--verbose", action="store_true", help="print every difference")
    parser.add_argument("--write-known", action="store_true", help="rewrite known_failures.txt")
    return parser.parse_args()


def main():
    options = arguments()
    if not os.path.isdir(options.cases):
        print("conformance: skipped, there are no recorded cases at " + options.cases)
        return 0
    if options.write_known and options.only:
        print("conformance: --write-known needs all cases, so no --only")
        return 2
    known, failures, passed = read_known(), {}, set()
    areas, reasons = collections.defaultdict(collections.Counter), collections.Counter()
    runner = Runner(options.bedlam)
    try:
        runner.server("skip")
    except (OSError, RuntimeError) as broken:
        print("conformance: %s" % broken)
        return 2
    try:
        for case in read_cases(options.cases, options.only):
            reason = applicable.why_not(case)
            if reason:
                reasons[reason] += 1
                areas[case["area"]]["not applicable"] += 1
                continue
            failure = runner.run(case)
            areas[case["area"]]["failed" if failure else "passed"] += 1
            if failure:
                failures[case["id"]] = failure
            else:
                passed.add(case["id"])
            if failure and options.verbose:
                print("%s\n    %s" % (case["id"], failure))
    finally:
        runner.stop()
    report(areas, reasons)
    if options.write_known:
        write_known(failures, known)
        print("\n%d known failures written to %s" % (len(failures), KNOWN_FAILURES))
        return 0
    return judge(failures, passed, known)


def judge(failures, passed, known):
    surprises = sorted(set(failures) - set(known))
    mended = sorted(passed & set(known))
    for case in surprises:
        print("\nFAILED and not known: %s\n    %s" % (case, failures[case]))
    for case in mended:
        print("\nPASSES and is listed as failing: %s" % case)
    print("\nconformance: %d passed, %d known failures, %d new failures, %d to take off the list"
          % (len(passed), len(set(failures) & set(known)), len(surprises), len(mended)))
    return 1 if surprises or mended else 0


if __name__ == "__main__":
    sys.exit(main())
