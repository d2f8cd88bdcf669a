"""Values as `terraform.tfvars`: literals only, so nothing in them is ever evaluated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Value = str | int | Sequence[str]

_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True)
class Setting:
    """One variable with a comment of ours; never with text of a team."""

    name: str
    value: Value
    comment: str


def tfvars(head: str, settings: Iterable[Setting]) -> str:
    """The file, formatted as `terraform fmt` would."""
    blocks = [f"# {line}" for line in head.splitlines()]
    text = "\n".join(blocks) + "\n"
    for setting in settings:
        text += f"\n# {setting.comment}\n{setting.name} = {literal(setting.value)}\n"
    return text


def literal(value: Value) -> str:
    """`value` as an HCL literal.

    Raises:
        TypeError: it is neither text, a whole number nor a list of texts.
    """
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    return "[" + ", ".join(quoted(item) for item in value) + "]"


def quoted(text: str) -> str:
    r"""`text` as an HCL string in which nothing is a template.

    `${` and `%{` begin a template; doubling the first sign takes that from them. Controls and
    the separators that editors take for line ends are written as `\uXXXX`.
    """
    written = []
    for at, sign in enumerate(text):
        if sign in _ESCAPED:
            written.append(_ESCAPED[sign])
        elif sign in "$%" and text[at + 1 : at + 2] == "{":
            written.append(sign * 2)
        elif _is_unseen(sign):
            written.append(f"\\u{ord(sign):04x}")
        else:
            written.append(sign)
    return '"' + "".join(written) + '"'


def _is_unseen(sign: str) -> bool:
    code = ord(sign)
    return code < 0x20 or 0x7F <= code < 0xA0 or code in (0x2028, 0x2029, 0xFEFF)
