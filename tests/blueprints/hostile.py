"""Texts that break writers: signs that mean something to HCL, YAML, Markdown, shells, Ansible."""

import random

_PIECES = (
    "${", "%{", "$${", "%%{", '${file("/etc/passwd")}', "%{ if true }", '"', "'", "\\", "\n",
    "\r\n", "\t", "<<EOT\n", "EOT\n", "#", "//", "/*", "*/", "}", "{", "]", "[", "=", ":", "- ",
    "? ", "|", ">", "&a", "*a", "!unsafe ", "!!python/object/apply:os.system ", "---\n", "...\n",
    "{{ lookup('pipe','id') }}", "{% raw %}", "${{ secrets.X }}", "$(id)", "`id`", "; rm -rf /",
    "&& id", "../../etc/passwd", "C:\\x", "e\u0301", "é", "😀", "\u202e", "\u2028", "\u2029",
    "\u0085", "\ufeff", "\u200b", "\x00", "\x07", "\x1b[31m", "\x7f", "<script>alert(1)</script>",
    "](http://x)", "![x](y)", "| a |", "=cmd()", "@SUM(1)", '\nresource "terraform_data" "x" {',
    "set-me", "control: own_key", "# control: own_key", "\n# control: no_such", "\uff41", "\ud7ff",
    "\u00ad", "\U000e0041\U000e007f",
)  # fmt: skip


def texts(count: int, seed: int = 1) -> list[str]:
    """`count` texts: each piece alone, then pieces put together at random."""
    chance = random.Random(seed)  # noqa: S311  # the same texts in every run; nothing secret
    found = list(_PIECES)
    while len(found) < count:
        found.append("".join(chance.choices(_PIECES, k=chance.randint(2, 6))))
    return found[:count]
