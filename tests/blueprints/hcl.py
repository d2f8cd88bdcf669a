"""A reader of Terraform's language, as far as our own files use it: blocks, arguments, literals.

Expressions are kept as tokens. What it does not know is an error, never skipped: a file of ours
that it cannot read must be written more simply.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["string", "number", "bool", "null", "list", "map", "expression"]

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)
      | (?P<newline>\n)
      | (?P<space>[ \t\r]+)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
      | (?P<sign>=>|==|!=|<=|>=|&&|\|\||\.\.\.|[-+*/%<>=!?:.,(){}\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_OPEN, _CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}


class Unreadable(Exception):
    """The text is not in the language, or in a part of it that our files do not use."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int


@dataclass(frozen=True)
class Expression:
    """The right side of an argument.

    Attributes:
        kind: of a literal; `expression` for everything that must be evaluated.
        tokens: all of it; a string is one token, with the expressions inside it following as
            tokens of their own.
    """

    kind: Kind
    tokens: tuple[Token, ...]

    @property
    def text(self) -> str:
        """The one string that it is, without its quotes."""
        return self.tokens[0].text


@dataclass
class Body:
    arguments: dict[str, Expression] = field(default_factory=dict)
    blocks: list["Block"] = field(default_factory=list)


@dataclass
class Block:
    kind: str
    labels: tuple[str, ...]
    body: Body
    line: int


def parse(text: str) -> Body:
    """The whole file.

    Raises:
        Unreadable: with the line.
    """
    reader = _Reader(list(_tokens(text, 1)))
    return reader.body(closing=False)


def _tokens(text: str, line: int) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if text[at] == '"':
            end, inner = _string(text, at, line)
            yield Token("string", text[at + 1 : end], line)
            for part in inner:
                yield from (Token(f"in {t.kind}", t.text, t.line) for t in _tokens(part, line))
            at = end + 1
            continue
        if text.startswith("<<", at):
            raise Unreadable(f"line {line}: heredocs are not used here")
        found = _TOKEN.match(text, at)
        if found is None:
            raise Unreadable(f"line {line}: {text[at : at + 20]!r}")
        kind = str(found.lastgroup)
        if kind not in ("comment", "space"):
            yield Token(kind, found[0], line)
        line += found[0].count("\n")
        at = found.end()


_PLAIN = re.compile(r"""(?: [^"\\\n$%] | \\[nrt"\\u] | \$\$\{ | %%\{ | [$%](?!\{) )*""", re.VERBOSE)


def _string(text: str, start: int, line: int) -> tuple[int, list[str]]:
    """Where the string that begins at `start` ends, and the expressions inside it."""
    at = start + 1
    inner: list[str] = []
    while True:
        plain = _PLAIN.match(text, at)
        at = plain.end() if plain else at
        if text[at : at + 1] == '"':
            return at, inner
        if text[at : at + 2] != "${":
            raise Unreadable(f"line {line}: a string is not closed, or holds {text[at : at + 2]!r}")
        end = _closing(text, at + 1, line)
        inner.append(text[at + 2 : end])
        at = end + 1


def _closing(text: str, start: int, line: int) -> int:
    """Where the brace at `start` is closed."""
    depth, at = 0, start
    while at < len(text):
        if text[at] == '"':
            at = _string(text, at, line)[0]
        elif text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise Unreadable(f"line {line}: an interpolation is not closed")


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def body(self, *, closing: bool) -> Body:
        found = Body()
        while True:
            self._skip_lines()
            token = self._peek()
            if token is None or token.text == "}":
                if (token is not None) != closing:
                    raise Unreadable(f"line {token.line if token else '?'}: unbalanced braces")
                return found
            self._statement(found)

    def _statement(self, into: Body) -> None:
        name = self._take("name")
        following = self._peek()
        if following is not None and following.text == "=":
            self._take("sign")
            if name.text in into.arguments:
                raise Unreadable(f"line {name.line}: {name.text} is given twice")
            into.arguments[name.text] = self._expression(name.line)
            return
        labels = []
        while (token := self._peek()) is not None and token.kind in ("string", "name"):
            labels.append(self._next().text)
        if self._take("sign").text != "{":
            raise Unreadable(f"line {name.line}: neither an argument nor a block")
        body = self.body(closing=True)
        self._next()
        into.blocks.append(Block(name.text, tuple(labels), body, name.line))
        self._end_of_statement()

    def _expression(self, line: int) -> Expression:
        taken: list[Token] = []
        closers: list[str] = []
        while (token := self._peek()) is not None:
            if not closers and token.kind == "newline":
                break
            if not closers and token.text in _CLOSE and token.kind == "sign":
                break
            self._next()
            if token.kind == "newline":
                continue
            taken.append(token)
            if token.kind == "sign" and token.text in _OPEN:
                closers.append(_OPEN[token.text])
            elif (
                token.kind == "sign"
                and token.text in _CLOSE
                and (not closers or closers.pop() != token.text)
            ):
                raise Unreadable(f"line {token.line}: unbalanced {token.text}")
        if not taken or closers:
            raise Unreadable(f"line {line}: an argument without its value")
        return Expression(_kind(taken), tuple(taken))

    def _end_of_statement(self) -> None:
        token = self._peek()
        if token is not None and token.kind != "newline" and token.text != "}":
            raise Unreadable(f"line {token.line}: {token.text!r} after a block")

    def _skip_lines(self) -> None:
        while (token := self._peek()) is not None and token.kind == "newline":
            self._at += 1

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, kind: str) -> Token:
        token = self._peek()
        if token is None or token.kind != kind:
            raise Unreadable(f"line {token.line if token else '?'}: a {kind} is missing")
        return self._next()


_WORDS: dict[str, Kind] = {"true": "bool", "false": "bool", "null": "null"}
_BRACKETS: dict[str, Kind] = {"[": "list", "{": "map"}


def _kind(tokens: Sequence[Token]) -> Kind:
    outer = [token for token in tokens if not token.kind.startswith("in ")]
    first = outer[0]
    if len(outer) == 1:
        if first.kind == "string":
            return "expression" if len(tokens) > 1 else "string"
        return "number" if first.kind == "number" else _WORDS.get(first.text, "expression")
    if first.kind == "sign" and first.text in _BRACKETS and _ends_with_its_closing(outer):
        return "expression" if outer[1].text == "for" else _BRACKETS[first.text]
    return "expression"


def _ends_with_its_closing(outer: Sequence[Token]) -> bool:
    depth = 0
    for number, token in enumerate(outer):
        if token.kind == "sign":
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0:
            return number == len(outer) - 1
    return False
