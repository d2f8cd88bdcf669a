"""Compares a folder of Terraform files with the schema of its provider, and with itself.

What it sees: unknown types, unknown and missing arguments, a block written as an argument and
the reverse, literals of the wrong kind, references to what is not declared or has no such
attribute. What it does not see: values of enumerations, rules across arguments, addresses.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.blueprints import hcl
from tests.blueprints.hcl import Block, Body, Expression, Token, Unreadable

Json = Mapping[str, Any]
SCHEMAS = Path(__file__).parent / "schemas"
PROVIDERS = {"aws": "aws", "google": "google", "azurerm": "azurerm"}

_META = {"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"}
_CORE: Mapping[str, set[str]] = {
    "variable": {
        "description", "type", "default", "sensitive", "nullable", "ephemeral", "validation",
    },
    "output": {"description", "value", "sensitive", "ephemeral", "depends_on", "precondition"},
    "terraform": {"required_version", "required_providers", "backend"},
    "validation": {"condition", "error_message"},
    "precondition": {"condition", "error_message"},
    "lifecycle": {
        "create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by",
        "precondition", "postcondition",
    },
}  # fmt: skip
_TOP = {"variable", "output", "terraform", "locals", "resource", "data", "provider"}
_NEEDS_VALUE = {"variable": {"description", "type"}, "output": {"description", "value"}}


# The same file is in many folders; nobody changes what was read.
parse = cache(hcl.parse)


@cache
def schema(provider: str) -> Json:
    """The committed slice of one provider's schema."""
    found: Json = json.loads((SCHEMAS / f"{provider}.json").read_text("utf-8"))
    return found


def problems(files: Mapping[str, str]) -> list[str]:
    """Everything wrong with the `.tf` files of one folder; empty when nothing is."""
    bodies: dict[str, Body] = {}
    found: list[str] = []
    for name, text in sorted(files.items()):
        try:
            bodies[name] = parse(text)
        except Unreadable as error:
            found.append(f"{name}: {error}")
    declared = _Declared(bodies.values())
    found += declared.twice
    for name, body in bodies.items():
        found += [f"{name}: {problem}" for problem in _file(body, declared)]
    return found


class _Declared:
    """What the folder declares: variables, locals, resources, data."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        self.names: dict[str, set[str]] = {"var": set(), "local": set()}
        self.resources: set[tuple[str, str]] = set()
        self.data: set[tuple[str, str]] = set()
        self.twice: list[str] = []
        for body in bodies:
            for name in body.arguments:
                self.twice.append(f"{name}: an argument outside of every block")
            for block in body.blocks:
                self._add(block)

    def _add(self, block: Block) -> None:
        if block.kind == "variable":
            self._once(self.names["var"], block.labels[0], f"variable {block.labels[0]}")
        elif block.kind == "locals":
            for name in block.body.arguments:
                self._once(self.names["local"], name, f"local {name}")
        elif block.kind in ("resource", "data") and len(block.labels) == 2:
            known = self.resources if block.kind == "resource" else self.data
            self._once(known, (block.labels[0], block.labels[1]), " ".join(block.labels))

    def _once(self, known: set[Any], what: object, words: str) -> None:
        if what in known:
            self.twice.append(f"{words} is declared twice")
        known.add(what)


def _file(body: Body, declared: _Declared) -> Iterator[str]:
    for block in body.blocks:
        where = " ".join([block.kind, *block.labels])
        if block.kind not in _TOP:
            yield f"{where}: no such block"
        elif block.kind in ("resource", "data"):
            yield from _typed(block, where)
        elif block.kind == "provider":
            yield from _provider(block, where)
        elif block.kind != "locals":
            yield from _core(block, where)
        yield from _references(block.body, where, declared)


# ---- resources, data, providers --------------------------------------------------------------


def _typed(block: Block, where: str) -> Iterator[str]:
    if len(block.labels) != 2:
        yield f"{where}: needs a type and a name"
        return
    kind = block.labels[0]
    provider = kind.split("_")[0]
    if provider not in PROVIDERS or kind not in schema(provider)[block.kind]:
        yield f"{where}: unknown type"
        return
    yield from _against(block.body, schema(provider)[block.kind][kind]["args"], where, is_top=True)
    if "for_each" not in block.body.arguments and _uses_each(block.body):
        yield f"{where}: each without for_each"


def _provider(block: Block, where: str) -> Iterator[str]:
    arguments = schema(block.labels[0])["provider"][block.labels[0]]["args"]
    yield from _against(block.body, arguments, where)


def _against(body: Body, arguments: Json, where: str, *, is_top: bool = False) -> Iterator[str]:
    meta = _META if is_top else set()
    for name, value in body.arguments.items():
        if name not in meta:
            yield from _argument(name, value, arguments.get(name), where)
    for block in body.blocks:
        if block.kind == "lifecycle" and is_top:
            yield from _core(block, f"{where}.lifecycle")
        elif block.kind == "dynamic":
            yield from _dynamic(block, arguments, where)
        else:
            yield from _nested(block.kind, block.body, arguments, where)
    yield from _counts(body, arguments, where)


def _argument(name: str, value: Expression, known: Json | None, where: str) -> Iterator[str]:
    if known is None:
        yield f"{where}: unknown argument {name}"
    elif known.get("block"):
        yield f"{where}: {name} is a block, not an argument"
    elif not _fits(value, known):
        yield f"{where}: {name} is a {value.kind}, not a {known.get('type', 'list of blocks')}"


def _fits(value: Expression, known: Json) -> bool:
    wanted = known.get("type", "")
    if value.kind in ("expression", "null") or not wanted:
        return True
    if wanted.startswith("list"):
        return value.kind == "list"
    if wanted.startswith("map"):
        return value.kind == "map"
    if wanted == "bool":
        return value.kind == "bool"
    if wanted == "number":
        return value.kind == "number"
    return wanted != "string" or value.kind in ("string", "number", "bool")


def _dynamic(block: Block, arguments: Json, where: str) -> Iterator[str]:
    contents = [inner for inner in block.body.blocks if inner.kind == "content"]
    if set(block.body.arguments) - {"iterator"} != {"for_each"} or len(contents) != 1:
        yield f"{where}: dynamic {block.labels[0]} needs for_each and one content"
        return
    yield from _nested(block.labels[0], contents[0].body, arguments, where)


def _nested(name: str, body: Body, arguments: Json, where: str) -> Iterator[str]:
    known = arguments.get(name)
    if known is None:
        yield f"{where}: unknown block {name}"
    elif not known.get("block") and known.get("nest") != "list":
        yield f"{where}: {name} is an argument, not a block"
    else:
        yield from _against(body, known.get("of", {}), f"{where}.{name}")


def _counts(body: Body, arguments: Json, where: str) -> Iterator[str]:
    given = [block.kind for block in body.blocks if block.kind != "dynamic"]
    dynamic = [block.labels[0] for block in body.blocks if block.kind == "dynamic"]
    for name, known in arguments.items():
        if known["req"] and name not in {*body.arguments, *given, *dynamic}:
            yield f"{where}: {name} is missing"
        if known.get("nest") == "single" and known.get("block") and given.count(name) > 1:
            yield f"{where}: {name} is given twice"


def _core(block: Block, where: str) -> Iterator[str]:
    """A block of the language itself."""
    allowed = _CORE.get(block.kind)
    if allowed is None or block.kind in ("required_providers", "backend"):
        return
    given = {*block.body.arguments, *(inner.kind for inner in block.body.blocks)}
    for name in sorted(given - allowed):
        yield f"{where}: unknown {name}"
    needed = _NEEDS_VALUE.get(block.kind, set())
    needed = needed | (_CORE[block.kind] if block.kind in ("validation", "precondition") else set())
    for name in sorted(needed - given):
        yield f"{where}: {name} is missing"
    for inner in block.body.blocks:
        yield from _core(inner, f"{where}.{inner.kind}")


# ---- references ------------------------------------------------------------------------------


def _references(body: Body, where: str, declared: _Declared) -> Iterator[str]:
    for tokens in _expressions(body):
        for path in _paths(tokens):
            yield from _reference(path, where, declared)


def _expressions(body: Body) -> Iterator[Sequence[Token]]:
    for value in body.arguments.values():
        yield value.tokens
    for block in body.blocks:
        yield from _expressions(block.body)


def _paths(tokens: Sequence[Token]) -> Iterator[list[str]]:
    """Every dotted name, an index in it left out: `aws_kms_key.this[0].arn` without `[0]`."""
    at = 0
    while at < len(tokens):
        before = tokens[at - 1].text if at else ""
        if _word(tokens[at]) and before != ".":
            path, end = _path(tokens, at)
            yield path
            at = max(end, at + 1) if len(path) > 1 else at + 1
        else:
            at += 1


def _path(tokens: Sequence[Token], at: int) -> tuple[list[str], int]:
    path = [tokens[at].text]
    at += 1
    first_index = at
    while at < len(tokens):
        if tokens[at].text == "[" and not _is_string(tokens[at]):
            depth = 0
            while at < len(tokens):
                depth += (tokens[at].text == "[") - (tokens[at].text == "]")
                at += 1
                if depth == 0:
                    break
        elif tokens[at].text == "." and at + 1 < len(tokens) and _word(tokens[at + 1]):
            path.append(tokens[at + 1].text)
            at += 2
        else:
            break
    # Indices hold references of their own, which the caller must still see.
    return path, first_index


def _word(token: Token) -> bool:
    return token.kind in ("name", "in name")


def _is_string(token: Token) -> bool:
    return token.kind in ("string", "in string")


def _reference(path: Sequence[str], where: str, declared: _Declared) -> Iterator[str]:
    kind, known = "resource", declared.resources
    parts = list(path)
    if parts[0] == "data" and len(parts) > 1:
        kind, known, parts = "data", declared.data, parts[1:]
    if parts[0] in declared.names and len(parts) > 1:
        if parts[1] not in declared.names[parts[0]]:
            yield f"{where}: {parts[0]}.{parts[1]} is not declared"
        return
    provider = parts[0].split("_")[0]
    if len(parts) < 2 or provider not in PROVIDERS or "_" not in parts[0]:
        return
    if (parts[0], parts[1]) not in known:
        yield f"{where}: {parts[0]}.{parts[1]} is not declared"
    elif len(parts) > 2:
        found = schema(provider)[kind].get(parts[0])
        if found and parts[2] not in found["read"] and parts[2] not in found["args"]:
            yield f"{where}: {parts[0]} has no attribute {parts[2]}"


def _uses_each(body: Body) -> bool:
    return any(path[0] == "each" for tokens in _expressions(body) for path in _paths(tokens))


# ---- what else a test asks of a folder -------------------------------------------------------


def variables(files: Mapping[str, str]) -> dict[str, Block]:
    """Every variable that the files declare."""
    return {
        block.labels[0]: block
        for text in files.values()
        for block in parse(text).blocks
        if block.kind == "variable"
    }


def variables_used(files: Mapping[str, str]) -> set[str]:
    """Every variable that something besides its own validation reads."""
    used = set()
    for text in files.values():
        for block in parse(text).blocks:
            own = block.labels[0] if block.kind == "variable" else ""
            for tokens in _expressions(block.body):
                for path in _paths(tokens):
                    if path[0] == "var" and len(path) > 1 and path[1] != own:
                        used.add(path[1])
    return used


def types_used(files: Mapping[str, str]) -> set[tuple[str, str]]:
    """(resource or data, type) of everything that the files make or read."""
    return {
        (block.kind, block.labels[0])
        for text in files.values()
        for block in parse(text).blocks
        if block.kind in ("resource", "data")
    }
