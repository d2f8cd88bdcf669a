"""Accelerators by the names that publications give them."""

from app.domain.facts import Accelerator, Facts
from app.domain.validation.cases import CannotCompute, Given, insufficient

_SHORT = {"A100": "A100-80GB", "H100 SXM": "H100", "H200 SXM": "H200", "B200 SXM": "B200"}


def accelerator(given: Given, facts: Facts) -> Accelerator:
    """The accelerator that a case names.

    Raises:
        CannotCompute: none is named, or one that the tables do not know.
    """
    name = given.word("gpu")
    if not name:
        raise insufficient("gpu")
    known = {key.lower(): found for key, found in facts.accelerators.items()}
    found = known.get(_SHORT.get(name, name).lower())
    if found is None:
        names = ", ".join(facts.accelerators)
        raise CannotCompute(
            (f"unknown_gpu:{name}",), (f"gpu {name!r} is in no table of ours. Known: {names}.",)
        )
    return found
