"""A saved version without what its team keeps to itself.

The data is redacted, not the pages: whatever reads the copy, a page, a spreadsheet or a program,
has only what is left. Totals stay, so that the recommendation can be followed.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from math import isclose
from typing import Any, Literal, get_args

from app.domain.cost.ledger import BILLED, BY_AGE
from app.domain.cost.owned import THERE_ALREADY
from app.domain.questionnaire.questions import QuestionSet
from app.domain.questionnaire.stated import ANSWERED, OWN_PRICE_PATHS, OWN_PRICES
from app.services.assessments import SavedAssessment

Hidden = Literal["prices", "site", "names", "notes"]
HIDEABLE: tuple[Hidden, ...] = get_args(Hidden)

HIDDEN = "hidden by the team"

# A shorter number, such as 60, says nothing of where it comes from and is all over a result.
_FEWEST_DIGITS = 3
# What the answers of the site are called outside its section: where data must stay, and the line.
_COUNTRY = "data_location.country"
# Prices of an hour, by which a discount could be found out.
_HOURLY = {"usd_per_hour", "usd_per_day", "usd_per_server_hour", "ways_to_pay"}
# Sums of few parts, most of them published: they tell the others.
_OF_FEW_PARTS = {"own_server", "levels"}
# What is asked of the site elsewhere than in its section.
_SITE = "site"
_OF_THE_SITE = ("data_location.", "uplink_")
_OWNED_GPUS = "owned_gpus."
# By which the servers that are there could be told from those that are bought.
_OF_THE_OWNED: dict[str, Any] = {"servers_there": None, "tranches": []}


def redacted(
    saved: SavedAssessment, questions: QuestionSet, hides: Collection[str]
) -> SavedAssessment:
    """A copy of the version without what `hides` names.

    prices: every answer in US dollars and every discount, and each cost line that was computed
        from one opens no more: its sum stays. Where there is a price of one's own, no price of
        an hour is left, because the one it took the place of is published, and no line of any
        provider opens, because the only one that is closed would tell with whom it was agreed.
    site: what was answered of the site, of the servers that are there and of where data must stay,
        and what repeats it.
    names: who saved the version.
    notes: the title that the team gave the version.

    Validity: the sums stay, so whoever knows how much is used may still estimate a price, and one
    that is paid every month alike, as that of the connection is, can be worked out. A place
    to rent that its provider does not publish tells that it was agreed on, not for how much.
    """
    hidden = {path for path in saved.answers if _is_hidden(questions, path, hides)}
    country = saved.answers.get(_COUNTRY) if _COUNTRY in hidden else None
    names = {o.key: o.label for o in questions.field(_COUNTRY).options}
    veil = _Veil(
        paths=frozenset(hidden),
        numbers={n for path in hidden for n in _numbers(saved.answers[path])},
        country=str(country or ""),
        country_name=names.get(str(country), ""),
        hides_hourly=any(path.startswith(OWN_PRICE_PATHS) for path in hidden),
        hides_owned=any(path.startswith(_OWNED_GPUS) for path in hidden),
    )
    return replace(
        saved,
        title="" if "notes" in hides else saved.title,
        author=HIDDEN if "names" in hides else saved.author,
        answers={path: raw for path, raw in saved.answers.items() if path not in hidden},
        result=veil.over(saved.result) if hidden else saved.result,
        hidden=frozenset(hidden),
    )


def _is_hidden(questions: QuestionSet, path: str, hides: Collection[str]) -> bool:
    if not questions.has_field(path):  # an earlier set asked it: nobody knows what it is about
        return bool(hides)
    is_price = questions.field(path).unit.startswith("USD") or path.startswith(OWN_PRICE_PATHS)
    in_section = questions.section_keys.get(path) == _SITE
    is_of_the_site = in_section or path.startswith(_OF_THE_SITE)
    return ("prices" in hides and is_price) or ("site" in hides and is_of_the_site)


class _Veil:
    """Takes some answers, and what repeats them, out of a result."""

    def __init__(
        self,
        *,
        paths: frozenset[str],
        numbers: set[float],
        country: str,
        country_name: str,
        hides_hourly: bool,
        hides_owned: bool,
    ) -> None:
        self.paths = paths
        self.numbers = numbers
        self.country = country
        self.hides_hourly = hides_hourly
        self.hides_owned = hides_owned
        written = [way for number in numbers for way in _written(number)]
        self.says = _any_of([*([country_name] if country_name else []), *written])

    def over(self, value: Any) -> Any:  # noqa: ANN401  # any part of a result
        """The value without what is hidden; of the same shape."""
        if isinstance(value, dict):
            return self._of_entry(value)
        if isinstance(value, list):
            return [self.over(v) for v in value if not self._is_about(v)]
        if isinstance(value, str) and self._tells(value):
            return HIDDEN
        return value

    def _of_entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        if "products" in entry and "formula" in entry and self._is_closed(entry):
            closed = {"formula": HIDDEN, "products": [], "inputs": []}
            return {key: self.over(value) for key, value in (entry | closed).items()}
        if "because" in entry and self._rests_on(entry):
            told = {"message": HIDDEN, "smallest_change": "", "because": [], "changes": []}
            entry = entry | {key: told[key] for key in told.keys() & entry.keys()}
        if self.hides_hourly:
            entry = entry | dict.fromkeys(_HOURLY & entry.keys())
            if "source" in entry and ("region" in entry or "vendor" in entry):
                entry = entry | {"source": HIDDEN, "as_of": ""}
        entry = entry | dict.fromkeys(_OF_FEW_PARTS & entry.keys())
        if self.hides_owned and "servers_there" in entry:
            entry = entry | _OF_THE_OWNED
        return {key: self.over(value) for key, value in entry.items()}

    def _is_closed(self, line: dict[str, Any]) -> bool:
        rests_on_price = self.hides_hourly and line.get("key") in BILLED
        rests_on_age = self.hides_owned and line.get("key") in BY_AGE
        return rests_on_price or rests_on_age or self._reveals(line)

    def _rests_on(self, rule: dict[str, Any]) -> bool:
        return any(map(self._is_behind, rule["because"])) or self.says(str(rule.get("message")))

    def _is_behind(self, because: str) -> bool:
        """Whether a reason is a hidden answer, or a group of answers with a hidden one in it."""
        return because in self.paths or any(p.startswith(f"{because}.") for p in self.paths)

    def _is_about(self, value: object) -> bool:
        """An entry of a list that tells how a hidden answer moves the result."""
        if isinstance(value, dict):
            is_input = "what" in value and any(map(self._is_own, value.values()))
            return value.get("path") in self.paths or is_input
        return isinstance(value, str) and value in self.paths

    def _reveals(self, value: object) -> bool:
        """Whether a hidden answer is in a cost line: as a number, or in words."""
        if isinstance(value, dict):
            is_own = self._is_own(
                value.get("value"), is_said=value.get("source") == ANSWERED.source
            )
            return is_own or any(self._reveals(v) for v in value.values())
        if isinstance(value, list):
            return any(self._reveals(v) for v in value)
        return isinstance(value, str) and self._tells(value)

    def _tells(self, text: str) -> bool:
        own = self.hides_hourly and text.startswith(OWN_PRICES)
        own = own or (self.hides_owned and THERE_ALREADY in text)
        return bool(text) and (own or text == self.country or self.says(text))

    def _is_own(self, value: object, *, is_said: bool = False) -> bool:
        """Whether it is a number of a hidden answer; a short one only if it is said to be one."""
        return isinstance(value, int | float) and any(
            isclose(value, own, rel_tol=1e-6)
            or isclose(value, own / 100, rel_tol=1e-6)  # typed in percent
            for own in self.numbers
            if is_said or len(f"{own:g}") > _FEWEST_DIGITS
        )


def _numbers(raw: object) -> set[float]:
    """The numbers in an answer as it was typed: alone, or low, likely and high."""
    if isinstance(raw, Mapping):
        return {n for part in raw.values() for n in _numbers(part)}
    if isinstance(raw, bool):
        return set()
    try:
        return {float(str(raw).replace(",", "").replace(" ", ""))} - {0.0}
    except ValueError:
        return set()


def _written(value: float) -> list[str]:
    """How a number stands in a sentence, if it has enough digits to be known again."""
    ways = {f"{value:g}", f"{value:,.10g}", f"{value:.10g}"}
    return [way for way in ways if sum(c.isdigit() for c in way) >= _FEWEST_DIGITS]


def _any_of(texts: Collection[str]) -> Callable[[str], bool]:
    if not texts:
        return lambda _: False
    pattern = "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
    found = re.compile(rf"(?<![\w.,])(?:{pattern})(?!\w|[.,]\d)")
    return lambda text: found.search(text) is not None
