"""The cost lines of a result as a table for a spreadsheet."""

import csv
import io
from typing import Any

from app.reports.cells import cell

COLUMNS = (
    "option", "option_title", "family", "feasible", "line", "line_title", "group",
    "usd", "p10", "p90", "missing", "formula",
)  # fmt: skip


def as_csv(result: dict[str, Any]) -> str:
    """One row for each option and cost line: US dollars of today over the horizon.

    `usd` is the likely sum, `p10` and `p90` its range; empty where a price is missing.
    """
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for option in result["options"]:
        head = (option["key"], option["title"], option["family"], option["feasible"])
        for line in option["cost_lines"]:
            of_line = (line["key"], line["title"], line["group"], line["usd"], line["p10"])
            rest = (line["p90"], line["missing"], line["formula"])
            table.writerow([cell(value) for value in (*head, *of_line, *rest)])
    return out.getvalue()
