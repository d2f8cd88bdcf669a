"""A small language for rules: named values compared and joined, three-valued, and nothing else.

    fails = "zone.is_sold and isolation == 'air_gapped'"

A name that nobody answered is *unknown*. Unknown is neither true nor false: `and`, `or` and `not`
follow Kleene's strong logic, so that a rule says pass or fail only where no answer could change it.
Text is parsed as Python and then read node by node from a list of what is allowed; it is never
executed, and has no calls but `known`, `ceil` and `ceil_tenth`, no attributes of objects and no way
out.
"""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from string import Formatter
from typing import Literal

Value = bool | float | str | frozenset[str] | None
Kind = Literal["truth", "number", "text", "set"]
Lookup = Callable[[str], Value]
Evaluator = Callable[[Lookup], Value]

MOST_CHARACTERS = 1_200
MOST_NODES = 150
MOST_DEPTH = 24

_COMPARE: Mapping[type[ast.cmpop], Callable[..., bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_COMBINE: Mapping[type[ast.operator], tuple[Callable[..., Value], tuple[Kind, ...]]] = {
    ast.Add: (operator.add, ("number",)),
    ast.Sub: (operator.sub, ("number", "set")),
    ast.Mult: (operator.mul, ("number",)),
    ast.BitAnd: (operator.and_, ("set",)),
}
_ORDERED: Mapping[Kind, tuple[type[ast.cmpop], ...]] = {
    "number": (ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    "set": (ast.LtE, ast.GtE),
}
_CONSTANTS: Mapping[type, Kind] = {bool: "truth", int: "number", float: "number", str: "text"}
# How a number is rounded up, so that what is proposed is never a little too small.
_ROUNDED_UP: Mapping[str, Callable[[float], float]] = {
    "ceil": lambda number: float(math.ceil(number)),
    "ceil_tenth": lambda number: next(
        tenths / 10.0 for tenths in count(math.floor(10.0 * number)) if tenths / 10.0 >= number
    ),
}
# A number in words that is rounded up: how, and how it is written then.
_WRITTEN_UP = {"up": ("ceil", ",.0f"), "up.1": ("ceil_tenth", ",.1f")}
# `.3g` is of numbers that may be far below 1.
_FORMATS = ("", "g", ".3g", ".0f", ".1f", ",.0f", *_WRITTEN_UP)


class BadExpression(ValueError):
    """A text that is not an expression of this language; the message says why."""


def check(text: str, kinds: Mapping[str, Kind], wanted: Kind) -> None:
    """Refuse `text` unless it is an expression of the kind `wanted` over the names in `kinds`.

    Raises:
        BadExpression: it has another kind, an unknown name, or mixes kinds.
    """
    kind = _kind(parsed(text), kinds)
    if kind != wanted:
        raise BadExpression(f"{text!r} is a {kind}, not a {wanted}.")


def names(text: str) -> frozenset[str]:
    """The names that `text` asks for."""
    return frozenset(_names(parsed(text)))


@lru_cache(maxsize=1_024)
def compiled(text: str) -> Evaluator:
    """`text` as a function of whoever looks names up; unknown is None.

    Raises:
        BadExpression: the text is too long, too deep, or holds something that is not allowed.
    """
    return _compiled(parsed(text))


def parsed(text: str) -> ast.expr:
    """`text` as a tree of nodes, of which nothing but its syntax and its size is checked.

    Raises:
        BadExpression: it is no expression, too long or too deep.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadExpression(f"An expression has at most {MOST_CHARACTERS} characters.")
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadExpression(f"{text[:80]!r} is not an expression.") from None
    if sum(1 for _ in ast.walk(tree)) > MOST_NODES or _depth(tree) > MOST_DEPTH:
        raise BadExpression(f"{text[:80]!r} is too large.")
    return tree


def _depth(node: ast.AST) -> int:
    return 1 + max(map(_depth, ast.iter_child_nodes(node)), default=0)


def dotted(node: ast.expr) -> str:
    """`a.b.c` as one name; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        start = dotted(node.value)
        return f"{start}.{node.attr}" if start else ""
    return ""


def _names(node: ast.expr) -> Iterator[str]:
    if name := dotted(node):
        yield name
        return
    for operand in _operands(node):
        yield from _names(operand)


# ---- meaning -----------------------------------------------------------------------------------


def _compiled(node: ast.expr) -> Evaluator:
    if name := dotted(node):
        return lambda get: get(name)
    build = _BUILD.get(type(node))
    if build is None:
        raise _refused(node)
    return build(node)


def _refused(node: ast.expr) -> BadExpression:
    return BadExpression(f"{ast.unparse(node)[:80]!r} is not allowed in an expression.")


def _constant(node: ast.Constant) -> Evaluator:
    value = node.value
    if not isinstance(value, bool | int | float | str):
        raise _refused(node)
    return lambda _: value


def _listed(node: ast.Tuple) -> Evaluator:
    members = _members(node)
    return lambda _: members


def _joining(node: ast.BoolOp) -> Evaluator:
    return _joined(tuple(map(_compiled, node.values)), decides=isinstance(node.op, ast.Or))


def _negated(node: ast.UnaryOp) -> Evaluator:
    if not isinstance(node.op, ast.Not):
        raise _refused(node)
    return _applied(operator.not_, _compiled(node.operand))


def _compared(node: ast.Compare) -> Evaluator:
    compare = _COMPARE.get(type(node.ops[0]))
    if compare is None or len(node.ops) > 1:
        raise _refused(node)
    return _applied(compare, _compiled(node.left), _compiled(node.comparators[0]))


def _combined(node: ast.BinOp) -> Evaluator:
    if type(node.op) not in _COMBINE:
        raise _refused(node)
    combine, _ = _COMBINE[type(node.op)]
    return _applied(combine, _compiled(node.left), _compiled(node.right))


def _called(node: ast.Call) -> Evaluator:
    name = dotted(node.func)
    if name not in ("known", *_ROUNDED_UP) or len(node.args) != 1 or node.keywords:
        raise _refused(node)
    argument = _compiled(node.args[0])
    if name == "known":
        return lambda get: argument(get) is not None
    return _applied(_ROUNDED_UP[name], argument)


_BUILD: Mapping[type[ast.expr], Callable[..., Evaluator]] = {
    ast.Constant: _constant,
    ast.Tuple: _listed,
    ast.BoolOp: _joining,
    ast.UnaryOp: _negated,
    ast.Compare: _compared,
    ast.BinOp: _combined,
    ast.Call: _called,
}


def _members(node: ast.Tuple) -> frozenset[str]:
    texts = [e.value for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
    if len(texts) != len(node.elts):
        raise BadExpression(f"{ast.unparse(node)[:80]!r} is not a list of texts.")
    return frozenset(texts)


def _joined(parts: tuple[Evaluator, ...], *, decides: bool) -> Evaluator:
    """Kleene's `or` (True decides) or `and` (False does): unknown only where nothing decides."""

    def joined(get: Lookup) -> Value:
        result: Value = not decides
        for part in parts:
            value = part(get)
            if value is decides:
                return decides
            if value is None:
                result = None
        return result

    return joined


def _applied(function: Callable[..., Value], *parts: Evaluator) -> Evaluator:
    """`function` of what is known; unknown as soon as one part is."""

    def applied(get: Lookup) -> Value:
        values = [part(get) for part in parts]
        return None if None in values else function(*values)

    return applied


# ---- kinds -------------------------------------------------------------------------------------


def _kind(node: ast.expr, kinds: Mapping[str, Kind]) -> Kind:
    _compiled(node)
    if name := dotted(node):
        if name not in kinds:
            raise BadExpression(f"Nothing is named {name!r}.")
        return kinds[name]
    if isinstance(node, ast.Constant):
        return _CONSTANTS[type(node.value)]
    if isinstance(node, ast.Tuple):
        return "set"
    return _kind_of_operation(node, [_kind(operand, kinds) for operand in _operands(node)])


def _kind_of_operation(node: ast.expr, inner: list[Kind]) -> Kind:
    """The kind of an operation on operands of the kinds `inner`."""
    result: Kind = "truth"
    if isinstance(node, ast.BinOp):
        fits, result = inner in [[k, k] for k in _COMBINE[type(node.op)][1]], inner[0]
    elif isinstance(node, ast.Compare):
        fits = _is_comparable(node.ops[0], *inner)
    elif isinstance(node, ast.Call) and dotted(node.func) in _ROUNDED_UP:
        fits, result = inner == ["number"], "number"
    else:
        fits = isinstance(node, ast.Call) or set(inner) == {"truth"}
    if not fits:
        raise BadExpression(f"{ast.unparse(node)[:80]!r} mixes {' and '.join(inner)}.")
    return result


def _operands(node: ast.expr) -> Sequence[ast.expr]:
    if isinstance(node, ast.Call):
        return node.args
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _is_comparable(op: ast.cmpop, left: Kind, right: Kind) -> bool:
    if isinstance(op, ast.In | ast.NotIn):
        return (left, right) == ("text", "set")
    if isinstance(op, ast.Eq | ast.NotEq):
        return left == right
    return left == right and type(op) in _ORDERED.get(left, ())


# ---- words with values in them -----------------------------------------------------------------


def check_words(text: str, kinds: Mapping[str, Kind]) -> None:
    """Refuse `text` unless its `{names}` are known and their formats are allowed.

    Raises:
        BadExpression: naming the first that is not.
    """
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if name not in kinds or conversion:
            raise BadExpression(f"Nothing is named {name!r}, in {text[:80]!r}.")
        if form not in _FORMATS or (form and kinds[name] != "number"):
            raise BadExpression(f"{name!r} cannot be written as {form!r}.")


def filled(text: str, get: Lookup) -> str:
    """`text` with the values of its `{names}`: numbers as their format says, sets as lists."""
    return "".join(
        literal + ("" if name is None else _written(get(name), form or ""))
        for literal, name, form, _ in Formatter().parse(text)
    )


def _written(value: Value, form: str) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    if value is None:
        return "?"
    if form in _WRITTEN_UP and isinstance(value, int | float):
        how, form = _WRITTEN_UP[form]
        value = _ROUNDED_UP[how](value)
    written = format(value, form)
    return format(value, ",.0f") if form == ".3g" and "e+" in written else written
