"""Decides as the API server would: `PYTHON deciding.py` reads requests and prints refusals.

PYTHON is that of `.venv-blueprints`, which has a reader of CEL; ours has none. Standard input is
{"policies": [spec, ...], "requests": [{"object": ..., "user": ...}, ...]}; printed is, for each
request, the messages of the policies that refuse it. Which kinds a policy is asked about
(matchConstraints) is not decided here: the tests name the policies themselves.
"""

import json
import sys
from typing import Any

import celpy  # type: ignore[import-not-found]  # see above

_ENVIRONMENT = celpy.Environment()


def _holds(expression: str, request: dict[str, Any]) -> bool:
    """The value of the expression; one that cannot be evaluated fails, as failurePolicy says."""
    given = {
        "object": celpy.json_to_cel(request["object"]),
        "request": celpy.json_to_cel({"userInfo": {"username": request["user"]}}),
    }
    program = _ENVIRONMENT.program(_ENVIRONMENT.compile(expression))
    return bool(program.evaluate(given))


def _refusals(policies: list[dict[str, Any]], request: dict[str, Any]) -> list[str]:
    return [
        rule["message"]
        for spec in policies
        if all(_holds(c["expression"], request) for c in spec.get("matchConditions", ()))
        for rule in spec["validations"]
        if not _holds(rule["expression"], request)
    ]


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump([_refusals(asked["policies"], one) for one in asked["requests"]], sys.stdout)
