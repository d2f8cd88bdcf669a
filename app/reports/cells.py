"""What a value is in a CSV file that somebody may open as a spreadsheet."""

# A spreadsheet takes a text that begins so for a formula. Source: OWASP, "CSV injection", read
# 2026-11; a full-width sign is one too in a Japanese Excel.
_STARTS_A_FORMULA = tuple("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")


def cell(value: object) -> object:
    """The value, so that a spreadsheet shows a text as it is and never computes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return f"'{value}"
    return value
