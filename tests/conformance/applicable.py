"""Which recorded cases the emulator is meant to pass by now. A case that uses something to come is
not applicable yet, and the reason says what."""

# What a scenario can say of the world outside (services.py). What arrives in a queue is not
# compared: the emulator takes messages and keeps none. A second account is the same as the first:
# what is compared is where the role is shown.
SCRIPTED = {"lambda", "sqs", "sns", "events", "mock configuration", "second account"}
# What the emulator has itself.
BUILT_SERVICES = {"stepfunctions", "s3", "dynamodb", "logs"}


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


def mocked(call):
    return call["operation"] == "TestState" and (
        "mock" in call["request"] or not any(
            "Resource" in state and state_name == call["request"].get("stateName")
            for state_name, state in call["request"]["definition"].get("States", {}).items()))


# Each predicate gives the reason, or None.

def other_service(case):
    missing = [need for need in case["needs"] if need not in SCRIPTED | BUILT_SERVICES]
    if not missing:
        return None
    if case["kind"] == "calls" and all(mocked(call) for call in case["calls"]):
        return None  # nothing is called
    if case["kind"] == "execution" and not any(
            "Resource" in state or "ItemReader" in state
            for definition in definitions_of(case) for state in states_in(definition)):
        return None  # its test set something up that the workflow does not use
    return "needs " + ", ".join(missing)


def called_service(case):
    for call in case.get("calls", []):
        service = call.get("service", "stepfunctions")
        if service not in SCRIPTED | BUILT_SERVICES:
            return "needs " + service
    return None


def express_without_answer(case):
    if case["kind"] == "execution" and any(
            run.get("type", case.get("type")) == "EXPRESS" and "start" not in run
            for run in runs_of(case)):
        return "Express without StartSyncExecution"
    return None


PREDICATES = (other_service, called_service, express_without_answer)


def why_not(case):
    """None for a case that must pass; else the first reason why it need not yet."""
    for predicate in PREDICATES:
        reason = predicate(case)
        if reason:
            return reason
    return None
