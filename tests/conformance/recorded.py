"""Recorded values and observed ones made comparable, as the recordings' README.md says."""

import json
import re

from server import REGION

RECORDED_ACCOUNT = "111111111111"
PLACEHOLDER = re.compile(r"<([A-Za-z][\w.-]*(?::\d+)?)>")
NUMBERED = re.compile(r":\d+$|_\d+idx$")
ISO_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"

# Members that the API declares as text; an object in them is shown parsed.
TEXT_MEMBERS = {
    "definition", "input", "output", "cause", "parameters", "result", "variables",
    "afterArguments", "afterInputPath", "afterParameters", "afterResultSelector",
    "afterResultPath", "afterItemsPath", "afterItemsPointer", "afterItemSelector",
    "afterItemBatcher",
}
# Members that hold texts by names of the caller's own.
TEXT_MAPS = {"assignedVariables"}
# Members of requests that are JSON text whatever they hold.
JSON_MEMBERS = {"definition", "input", "output", "context", "variables"}

# What AWS has sent since customer managed keys came (August 2024); older recordings are without.
SINCE_RECORDED = {"encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}

# What recordings with sorted events lost where ParallelStateExited follows: their ids have a gap.
LOST_BEFORE_EXIT = {"ParallelStateSucceeded", "ParallelStateFailed"}


class Mismatch(Exception):
    """Where two values differ, in one line."""


def parse_object(text):
    """The object that a text holds, or the text."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, dict) else text


def parse_list(text):
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, list) else text


def shown(answer):
    """An answer of the API with the objects in its text members parsed."""
    if isinstance(answer, list):
        return [shown(item) for item in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: shown_member(name, value) for name, value in answer.items()}


def shown_member(name, value):
    if name in TEXT_MEMBERS and isinstance(value, str):
        return parse_object(value)
    if name in TEXT_MAPS:
        return {key: parse_object(text) for key, text in value.items()}
    return shown(value)


def names_in(value):
    return set(PLACEHOLDER.findall(json.dumps(value)))


class Bindings:
    """What the placeholders of one case stand for."""

    def __init__(self, account, fresh, requests):
        self.account = account
        self.fresh = fresh  # makes a valid name that was not used before
        self.texts = {"region": REGION, "partition": "aws"}
        self.stable = names_in(requests)
        self.loose_lengths = False  # of replies that hold names chosen here

    def is_stable(self, name):
        return name in self.texts or name in self.stable or NUMBERED.search(name) is not None

    # Requests

    def choose(self, name):
        if name.endswith("role_arn") or "role_arn_" in name:
            return "arn:aws:iam::%s:role/%s" % (self.account, self.fresh())
        if name.endswith("account_id"):
            return self.account  # the second account is the first one here: roles are not assumed
        if name == "state_machine_alias_name":
            return name  # the recorded requests lost the brackets of the later ones
        if name.endswith("_arn"):
            return "arn:aws:states:%s:%s:stateMachine:%s" % (REGION, self.account, self.fresh())
        if "lambda" in name and "function" in name:
            # As long as the recorded ones: lengths of replies hold them.
            return "lambda_func_%08d" % int(self.fresh().split("-")[1])
        return self.fresh()

    def fill_text(self, text):
        def replacement(match):
            name = match.group(1)
            if name not in self.texts:
                self.texts[name] = self.choose(name)
            return self.texts[name]
        return PLACEHOLDER.sub(replacement, text).replace(RECORDED_ACCOUNT, self.account)

    def fill(self, value):
        if isinstance(value, str):
            return self.fill_text(value)
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, dict):
            return {self.fill_text(name): self.fill(item) for name, item in value.items()}
        return value

    def fill_request(self, request, indent=None):
        """A recorded request as it is sent."""
        return {name: self.fill_member(name, value, indent) for name, value in request.items()}

    def fill_member(self, name, value, indent=None):
        if isinstance(value, dict) and set(value) == {"$text"}:
            return self.fill_text(value["$text"])
        filled = self.fill(value)
        if name in JSON_MEMBERS:
            return json.dumps(filled, indent=indent)
        return filled

    # Answers

    def observed(self, answer):
        """An answer in the form of the recordings, but for its placeholders."""
        text = json.dumps(shown(answer))
        return json.loads(text.replace(self.account, RECORDED_ACCOUNT))

    def match_text(self, expected, actual, where):
        pattern, names, end = "", [], 0
        for match in PLACEHOLDER.finditer(expected):
            pattern += literal(expected[end:match.start()])
            end = match.end()
            name = match.group(1)
            if name in self.texts:
                pattern += re.escape(self.texts[name].replace(self.account, RECORDED_ACCOUNT))
            elif self.is_stable(name) and name in names:
                pattern += "(?P=p%d)" % names.index(name)
            elif self.is_stable(name):
                pattern += "(?P<p%d>.+?)" % len(names)
                names.append(name)
            else:
                pattern += ".+?"
        pattern += literal(expected[end:])
        found = re.fullmatch(pattern, actual, re.DOTALL)
        if found is None:
            raise Mismatch("%s: expected %s, got %s" % (where, brief(expected), brief(actual)))
        for index, name in enumerate(names):
            self.texts[name] = found.group("p%d" % index).replace(RECORDED_ACCOUNT, self.account)

    def match(self, expected, actual, where="answer"):
        """Binds what is new; raises Mismatch at the first difference."""
        if isinstance(expected, str) and expected.startswith("<<") and expected.endswith(">>"):
            expected = expected[1:-1]  # some recordings have their brackets twice
        if isinstance(expected, str):
            whole = PLACEHOLDER.fullmatch(expected)
            if whole and not isinstance(actual, str) and whole.group(1) not in self.texts:
                return
            if isinstance(actual, str):
                return self.match_text(expected, actual, where)
        if isinstance(expected, list) and isinstance(actual, str):
            actual = parse_list(actual)  # some recordings show arrays parsed too
        if type(expected) is not type(actual):
            raise Mismatch("%s: expected %s, got %s" % (where, brief(expected), brief(actual)))
        if isinstance(expected, dict):
            return self.match_object(expected, actual, where)
        if isinstance(expected, list):
            for index, (one, other) in enumerate(zip(expected, actual)):
                self.match(one, other, "%s[%d]" % (where, index))
            if len(expected) != len(actual):
                raise Mismatch("%s: expected %d items, got %d" %
                               (where, len(expected), len(actual)))
            return None
        if expected != actual:
            raise Mismatch("%s: expected %s, got %s" % (where, brief(expected), brief(actual)))
        return None

    def match_object(self, expected, actual, where):
        if self.loose_lengths and "Content-Length" in expected and "Content-Length" in actual:
            expected = dict(expected, **{"Content-Length": actual["Content-Length"]})
        for name, value in actual.items():
            if name not in expected and SINCE_RECORDED.get(name, "") != value:
                # A name may hold placeholders itself; those cases compare by what remains.
                if not any(PLACEHOLDER.search(other) for other in expected):
                    raise Mismatch("%s.%s: expected nothing, got %s" % (where, name, brief(value)))
        for name, value in expected.items():
            filled = PLACEHOLDER.sub(lambda m: self.texts.get(m.group(1), m.group(0)), name)
            if filled not in actual:
                raise Mismatch("%s.%s: expected %s, got nothing" % (where, name, brief(value)))
            self.match(value, actual[filled], "%s.%s" % (where, name))

    def match_set(self, expected, actual, where):
        """Events whose order was lost: each expected one has an observed one of its own."""
        left = [bare(event) for event in actual]
        for event in expected:
            for index, other in enumerate(left):
                before = dict(self.texts)
                try:
                    self.match(bare(event), other)
                except Mismatch:
                    self.texts = before
                    continue
                del left[index]
                break
            else:
                raise Mismatch("%s: no event like %s" % (where, brief(bare(event))))
        if any(event["type"] == "ParallelStateExited" for event in expected):
            left = [event for event in left if event["type"] not in LOST_BEFORE_EXIT]
        if left:
            raise Mismatch("%s: unexpected %s" % (where, brief(left[0])))


def literal(text):
    """A pattern for literal text; the word `date` stands for a time."""
    return re.sub(r"\bdate\b", lambda _: "(?:date|%s)" % ISO_TIME, re.escape(text))


def bare(event):
    return {name: value for name, value in event.items()
            if name not in ("id", "previousEventId", "timestamp")}


def brief(value):
    text = json.dumps(value)
    return text if len(text) <= 300 else text[:300] + "…"
