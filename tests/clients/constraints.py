"""Every constraint of a service model, broken once: inputs made from botocore's copy of the model, each with the answer
that AWS gives to it (the sentences of emulator/aws/shapes.h, read out of public logs; those of unions are known of
ContentBlock alone)."""

import base64
import re

BLOCK_KEYS = ("text, image, toolUse, toolResult, document, video, cachePoint, reasoningContent, citationsContent, "
              "searchResult")  # as logs have them
RECURSION = 1  # how often a shape may be inside itself: documents in results of tools in messages


class Break:
    """One input that breaks the model at one place; `expected` are AWS's sentences, None where it cannot be read."""

    def __init__(self, value, path, what, expected):
        self.value, self.path, self.what, self.expected = value, path, what, expected

    def inside(self, wrap):
        return Break(wrap(self.value), self.path, self.what, self.expected)

    @property
    def message(self):
        if isinstance(self.expected, str):
            return self.expected
        return f"{len(self.expected)} validation error{'s' * (len(self.expected) != 1)} detected: " + "; ".join(self.expected)


def sentence(value, path, must):
    shown = "" if value is None else " null" if value is NULL else f" '{value}'"
    return f"Value{shown} at '{path}' failed to satisfy constraint: Member must {must}"


NULL = object()


class Model:
    def __init__(self, service, ours=()):
        """`ours`: constraints that the service refuses in other words, as (shape, constraint)."""
        self.shapes = service["shapes"]
        self.ours = set(ours)

    def shape(self, name):
        return self.shapes[name]

    def minimal(self, name):
        """A value that the model takes, with as little as it can have."""
        shape = self.shape(name)
        kind = shape["type"]
        if shape.get("document"):
            return {}
        if kind == "structure":
            members = shape.get("required", [])
            if shape.get("union"):
                members = list(shape["members"])[:1]
            return {member: self.minimal(shape["members"][member]["shape"]) for member in members}
        if kind == "list":
            return [self.minimal(shape["member"]["shape"])] * max(shape.get("min", 0), 1)
        if kind == "map":
            return {self.minimal(shape["key"]["shape"]): self.minimal(shape["value"]["shape"])}
        if kind == "string":
            return shape["enum"][0] if "enum" in shape else self.text(shape)
        return {"integer": max(shape.get("min", 1), 1), "float": shape.get("min", 0.5), "boolean": True,
                "blob": base64.b64encode(b"x").decode(), "timestamp": "2026-11-23T00:00:00Z"}[kind]

    def text(self, shape):
        pattern = shape.get("pattern")
        low = max(shape.get("min", 0), 1)
        for text in (*TEXTS, "x" * low):
            if low <= len(text) and (not pattern or matches(pattern, text)):
                return text
        raise AssertionError(f"no text for {shape}")

    def breaks(self, name, path="", hidden=False, within=()):
        """All that can be wrong in a value of this shape."""
        if within.count(name) > RECURSION:
            return
        shape = self.shape(name)
        hidden = hidden or shape.get("sensitive", False) or name == "ContentBlocks"
        if shape.get("document"):
            return
        kind = shape["type"]
        yield Break(WRONG[kind], path, "type", None)
        within = (*within, name)
        if kind == "structure":
            yield from self.in_structure(name, path, hidden, within)
        elif kind == "list":
            yield from self.in_list(name, path, hidden, within)
        elif kind == "map":
            yield from self.in_map(name, path, hidden, within)
        else:
            for value, what in self.scalars(name):
                musts = self.musts(name, value)
                shown = None if hidden else number(value)
                yield Break(value, path, what, [sentence(shown, path, must) for must in musts])

    def in_structure(self, name, path, hidden, within):
        shape = self.shape(name)
        if shape.get("union") and len(shape["members"]) > 1:
            two = {member: self.minimal(shape["members"][member]["shape"]) for member in list(shape["members"])[:2]}
            keys = BLOCK_KEYS if name == "ContentBlock" else ", ".join(shape["members"])
            yield Break(two, path, "two members", f"{name} object at {from_zero(path)} can only set one of the following keys: {keys}.")
        if shape.get("union") and (name, "no member") not in self.ours:
            keys = ", ".join(shape["members"])
            said = f"{name} object at {from_zero(path)} must set one of the following keys: {keys}."
            yield Break({}, path, "no member", said)
            yield Break({list(shape["members"])[0]: None}, path, "no member", said)
        base = self.minimal(name)
        for member in shape["members"]:
            inside = f"{path}.{member}".lstrip(".")
            of = shape["members"][member]["shape"]
            if member in shape.get("required", []):
                yield Break({m: v for m, v in base.items() if m != member}, inside, "required",
                            [sentence(NULL, inside, "not be null")])
            kept = {} if shape.get("union") else base
            for found in self.breaks(of, inside, hidden, within):
                yield found.inside(lambda value: {**kept, member: value})

    def in_list(self, name, path, hidden, within):
        shape = self.shape(name)
        of = shape["member"]["shape"]
        low, high = shape.get("min"), shape.get("max")
        for count in ([low - 1] if low else []) + ([high + 1] if high else []):
            value = [self.minimal(of)] * count
            flat = self.shape(of)["type"] not in ("structure", "list", "map")
            shown = f"[{', '.join(value)}]" if flat and not hidden else None
            must = f"have length {'greater' if low and count < low else 'less'} than or equal to "
            yield Break(value, path, "length", [sentence(shown, path, must + str(low if low and count < low else high))])
        for found in self.breaks(of, f"{path}.1.member", hidden, within):
            if isinstance(found.expected, list) and self.shape(of)["type"] not in ("structure", "list", "map"):
                musts = ", ".join("Member must " + text.split("Member must ", 1)[1] for text in found.expected)
                shown = None if hidden else f"[{found.value}]"
                found.expected = [sentence(shown, path, f"satisfy constraint: [{musts}]")]
            yield found.inside(lambda value: [value])

    def in_map(self, name, path, hidden, within):
        shape = self.shape(name)
        value = self.minimal(shape["value"]["shape"])
        high = shape.get("max")
        if shape.get("min"):
            yield Break({}, path, "length", [sentence(None if hidden else "{}", path, f"have length greater than or equal to {shape['min']}")])
        if high:
            yield Break({f"k{n}": value for n in range(high + 1)}, path, "length",
                        [sentence(None, path, f"have length less than or equal to {high}")])
        if self.shape(shape["value"]["shape"])["type"] == "structure":
            for found in self.breaks(shape["value"]["shape"], f"{path}.k.member", hidden, within):
                yield found.inside(lambda value: {"k": value})

    def scalars(self, name):
        """Values that break one constraint or several, with the first one's name."""
        shape = self.shape(name)
        low, high = shape.get("min"), shape.get("max")
        if shape["type"] in ("integer", "float"):
            if low is not None:
                yield low - 1, "range"
            if high is not None:
                yield high + 1, "range"
        elif shape["type"] == "blob":
            if low:
                yield "", "length"
        elif "enum" in shape:
            yield "no such value", "enum"
        elif shape["type"] == "string":
            if low and (name, "length") not in self.ours:
                yield "", "length"
            if high and (name, "length") not in self.ours:
                yield "x" * (high + 1), "length"
            if "pattern" in shape and (name, "pattern") not in self.ours:
                for text in BAD_TEXTS:
                    if not matches(shape["pattern"], text) and low_enough(text, shape):
                        yield text, "pattern"
                        break

    def musts(self, name, value):
        shape = self.shape(name)
        low, high = shape.get("min"), shape.get("max")
        musts = []
        if "enum" in shape and value not in shape["enum"]:
            musts.append(f"satisfy enum value set: [{', '.join(shape['enum'])}]")
        if "pattern" in shape and (name, "pattern") not in self.ours and not matches(shape["pattern"], value):
            musts.append(f"satisfy regular expression pattern: {shape['pattern']}")
        text = shape["type"] in ("string", "blob")
        size, what = (len(value), "length") if text else (value, "value")
        if low is not None and size < low:
            musts.append(f"have {what} greater than or equal to {low}")
        if high is not None and size > high:
            musts.append(f"have {what} less than or equal to {high}")
        return musts


TEXTS = ("x", "1", "s3://bucket/key", "123456789012", "image/png",
         "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefgh1234",
         "arn:aws:kms:us-east-1:123456789012:alias/key")
BAD_TEXTS = ("two words", "é", "\x7f", "xé")
WRONG = {"structure": "text", "list": {}, "map": [], "string": 5, "integer": "text", "float": "text", "boolean": "text",
         "blob": 5, "timestamp": True}


def low_enough(text, shape):
    return shape.get("min", 0) <= len(text) <= shape.get("max", len(text))


def matches(pattern, text):
    pattern = pattern.replace(r"\p{ASCII}", r"[\x00-\x7f]").replace(r"[\p{Print}]", "[ -~]").replace(r"\z", "$")
    return re.fullmatch(pattern, text) is not None


def from_zero(path):
    """Of sentences that count from 0: a.2.member.b is a.1.b."""
    path = re.sub(r"\.(\d+)\.member", lambda found: f".{int(found[1]) - 1}", path)
    return path.replace(".member", "")


def number(value):
    return value if isinstance(value, str) else str(value)
