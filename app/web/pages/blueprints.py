"""The page of the infrastructure code: what it is, the choices, and every file to read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from app.blueprints import proofs
from app.blueprints.choices import CLOUDS, Choices
from app.blueprints.parts import Plan, Version
from app.blueprints.plan import offered
from app.blueprints.readme import LINK, absences, cost_causes, number_rows, placeholders, places
from app.blueprints.renting import clouds_offers
from app.domain.errors import NotFound
from app.reports.drawing import Chart
from app.reports.places_diagram import Box, places_diagram
from app.reports.words import day, money
from app.services.blueprints import Blueprint
from app.web.pages.base import Page

# What to settle where no machine is run: there is no code to write, but there is work to do.
CHECKLIST = (
    "Sign the contract with its data processing terms, and name the region in it.",
    "Keep the key to the service in a vault, one for each program, and set a day to change it.",
    "Set a limit on spending at the vendor, and an alert well below it.",
    "Ask for the rate limits you need at your busiest hour, in writing.",
    "Log what is asked and answered where your rules demand it; the vendor's log is not yours.",
    "Keep a test set of your own, and run it before the vendor retires the model.",
)

# They hold the words of the team, which may be any, and nothing to fill in.
_OWN_WORDS = {"README.md", "decision.json"}


@dataclass(frozen=True)
class Pick:
    """One entry of a list to choose from."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class NumberRow:
    """A sized number and the file that holds it."""

    what: str
    number: str
    where: str


@dataclass(frozen=True)
class CostRow:
    """A cost line and the part of the folder that causes it."""

    title: str
    usd: str
    cause: str


@dataclass(frozen=True)
class FileRow:
    """A file of the folder; `blanks` are values in it that are still to be filled in."""

    path: str
    href: str
    lines: int
    blanks: int
    is_shown: bool


@dataclass(frozen=True)
class Line:
    """A line of the file that is shown; `is_blank` where a value is to be filled in."""

    text: str
    is_blank: bool


@dataclass(frozen=True)
class ProofRow:
    """Something that was done to prove the code, and the day it was last done."""

    what: str
    on: str


@dataclass(frozen=True)
class BlueprintPage(Page):
    """The code of one option, or why there is none.

    Attributes:
        trail: the way here: address and text.
        refused: why there is no code; empty if there is.
        options, spots: to choose from; `spots` are clouds with their regions.
        download: address of the archive.
        differs: where the code stands for something else than was priced.
    """

    template: ClassVar[str] = "results/blueprint.html"

    trail: tuple[tuple[str, str], ...]
    here: str
    address: str
    refused: str
    checklist: tuple[str, ...]
    title: str
    options: tuple[Pick, ...]
    spots: tuple[Pick, ...]
    choices: Choices
    download: str
    diagram: Chart | None
    differs: tuple[str, ...]
    numbers: tuple[NumberRow, ...]
    costs: tuple[CostRow, ...]
    total: str
    files: tuple[FileRow, ...]
    shown: str
    lines: tuple[Line, ...]
    absent: tuple[str, ...]
    proved: tuple[ProofRow, ...]
    unproved: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where the page stands, and the way there."""

    address: str
    trail: tuple[tuple[str, str], ...]


def refused_page(
    place: Place, version: Version | None, choices: Choices, reason: str
) -> BlueprintPage:
    """Why there is no code for these choices, and what can be chosen instead."""
    picks = _options(version, choices, "") if version else ()
    return BlueprintPage(
        trail=place.trail,
        here="Infrastructure code",
        address=place.address,
        refused=reason,
        checklist=CHECKLIST if version and _is_managed(version, choices) else (),
        title="There is no code for this",
        options=picks,
        spots=_spots(version, choices) if version else (),
        choices=choices,
        download="",
        diagram=None,
        differs=(),
        numbers=(),
        costs=(),
        total="",
        files=(),
        shown="",
        lines=(),
        absent=(),
        proved=(),
        unproved=(),
    )


def _is_managed(version: Version, choices: Choices) -> bool:
    best = version.result["recommended"]
    wanted = choices.option or (best["option"] if best else "")
    return any(row["key"] == wanted and row["services"] for row in version.result["options"])


def blueprint_page(
    place: Place, version: Version, choices: Choices, made: Blueprint, shown: str
) -> BlueprintPage:
    """The code, with `shown` opened; README.md where none is named.

    Raises:
        NotFound: the folder has no such file.
    """
    shown = shown or "README.md"
    if shown not in made.files:
        raise NotFound("The code has no such file.")
    plan, query = made.plan, _query(choices)
    return BlueprintPage(
        trail=place.trail,
        here="Infrastructure code",
        address=place.address,
        refused="",
        checklist=(),
        title=plan.words.option,
        options=_options(version, choices, plan.option),
        spots=_spots(version, choices),
        choices=choices,
        download=f"{place.address}/archive{'?' if query else ''}{urlencode(query)}",
        diagram=_diagram(plan),
        differs=plan.differs,
        numbers=tuple(
            NumberRow(what, n, where.replace("`", "")) for what, n, where in number_rows(plan)
        ),
        costs=tuple(_costs(plan)),
        total=("at least " if plan.at_least else "") + money(plan.total_usd),
        files=_files(made.files, place.address, query, shown),
        shown=shown,
        lines=_lines(made.files[shown], shown),
        absent=tuple(sentence.replace("`", "") for sentence in absences(plan)),
        proved=tuple(ProofRow(p.what, day(p.ran_on)) for p in proofs.done(made.files)),
        unproved=tuple(proof.what for proof in proofs.missing(made.files)),
    )


def _query(choices: Choices) -> dict[str, str]:
    """The choices as they stand in an address: those that differ from the proposal."""
    given = {
        "option": choices.option,
        "place": f"{choices.cloud}/{choices.region}".strip("/"),
        "name": choices.name,
        "cloud_network": choices.cloud_network,
        "site_network": choices.site_network,
        "control_machines": choices.control_machines,
    }
    proposed = Choices()
    return {
        key: value for key, value in given.items() if value and value != getattr(proposed, key, "")
    }


def _options(version: Version, choices: Choices, built: str) -> tuple[Pick, ...]:
    """The options that have machines; the refused one first, so that the list says the truth."""
    rows = {row["key"]: row["title"] for row in offered(version)}
    chosen = built or choices.option
    if chosen not in rows:
        rows = {"": "Choose an option with machines", **rows}
    return tuple(Pick(key, title, key == chosen) for key, title in rows.items())


def _spots(version: Version, choices: Choices) -> tuple[Pick, ...]:
    """Clouds and regions that publish the accelerator of the option where the data may be."""
    best = version.result["recommended"]
    wanted = choices.option or (best["option"] if best else "")
    rows = [row for row in version.result["options"] if row["key"] == wanted and row["purchase"]]
    if not rows:
        return ()
    found = sorted(
        {(offer.provider, offer.region) for offer in clouds_offers(version, _rented(rows[0]))}
    )
    chosen = (choices.cloud, choices.region)
    return (
        Pick("", "As the assessment priced it", not choices.cloud),
        *(
            Pick(f"{cloud}/{region}", f"{CLOUDS[cloud]}, {region}", (cloud, region) == chosen)
            for cloud, region in found
        ),
    )


def _rented(option: Mapping[str, object]) -> str:
    purchase = option["purchase"]
    return str(purchase["accelerator"]) if isinstance(purchase, dict) else ""


def _diagram(plan: Plan) -> Chart:
    boxes = [Box(place.title, place.lines) for place in places(plan)]
    return places_diagram(boxes, link=LINK)


def _costs(plan: Plan) -> Iterable[CostRow]:
    causes = cost_causes(plan)
    for line in plan.lines:
        if line.usd is None or line.usd:
            usd = money(line.usd) if line.usd is not None else "not published"
            yield CostRow(line.title, usd, causes.get(line.key, "no file").replace("`", ""))


def _files(
    files: Mapping[str, str], address: str, query: Mapping[str, str], shown: str
) -> tuple[FileRow, ...]:
    blanks = [path for path, _ in placeholders(files) if path not in _OWN_WORDS]
    return tuple(
        FileRow(
            path=path,
            href=f"{address}?{urlencode({**query, 'file': path})}#file",
            lines=text.count("\n"),
            blanks=blanks.count(path),
            is_shown=path == shown,
        )
        for path, text in files.items()
    )


def _lines(text: str, path: str) -> tuple[Line, ...]:
    blank = (
        {number for _, number in placeholders({path: text})} if path not in _OWN_WORDS else set()
    )
    rows = text.splitlines()
    return tuple(Line(row, number in blank) for number, row in enumerate(rows, 1))
