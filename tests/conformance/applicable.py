"""Which recorded cases the emulator is meant to pass by now. A case that uses something to come is
not applicable yet, and the reason says what."""

# What a scenario can say of the world outside (services.py).
SCRIPTED = {"lambda", "sqs", "sns", "events", "mock configuration"}
# What the emulator has itself.
BUILT_SERVICES = {"stepfunctions", "s3", "logs"}


def definitions_of(case):
    """Those that must be accepted: one that AWS refused may use anything."""
    if case["kind"] == "execution":
        found = [run.get("definition", case.get("definition")) for run in runs_of(case)]
    else:
        found = [call["request"].get("definition") for call in case["calls"]
                 if not refused(call) and call["operation"] != "TestState"]
    return [definition for definition in found if isinstance(definition, dict)]


def refused(call):
    return (call.get("error", {}).get("code") == "InvalidDefinition"
            or (call.get("response") or {}).get("result") == "FAIL")


def runs_of(case):
    return case.get("runs", [case])


def states_in(block):
    for state in block.get("States", {}).values():
        if not isinstance(state, dict):
            continue
        yield state
        inner = list(state.get("Branches", []))
        inner += [state[name] for name in ("ItemProcessor", "Iterator") if name in state]
        for part in inner:
            yield from states_in(part)


# Each predicate gives the reason, or None.

def other_service(case):
    missing = [need for need in case["needs"] if need not in SCRIPTED | BUILT_SERVICES]
    if not missing:
        return None
    if case["kind"] == "execution" and not any(
            "Resource" in state or "ItemReader" in state
            for definition in definitions_of(case) for state in states_in(definition)):
        return None  # its test set something up that the workflow does not use
    return "needs " + ", ".join(missing)


def logged_function(case):
    both = {"lambda", "logs"} <= set(case["needs"])
    return "what a Lambda task logs, not compared yet" if both else None


def called_service(case):
    for call in case.get("calls", []):
        service = call.get("service", "stepfunctions")
        if service != "lambda" and service not in BUILT_SERVICES:
            return "needs " + service
    return None


def express_without_answer(case):
    if case["kind"] == "execution" and any(
            run.get("type", case.get("type")) == "EXPRESS" and "start" not in run
            for run in runs_of(case)):
        return "Express without StartSyncExecution"
    return None


def task_to_come(case):
    for definition in definitions_of(case):
        for state in states_in(definition):
            resource = state.get("Resource")
            if state.get("Type") != "Task" or not isinstance(resource, str):
                continue
            for service in ("dynamodb",):
                if ":%s:" % service in resource:
                    return "task to come: " + service
    return None


PREDICATES = (other_service, logged_function, called_service, express_without_answer,
              task_to_come)


def why_not(case):
    """None for a case that must pass; else the first reason why it need not yet."""
    for predicate in PREDICATES:
        reason = predicate(case)
        if reason:
            return reason
    return None
