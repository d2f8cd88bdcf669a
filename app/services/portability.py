"""Taking a project or a whole team along: exported, imported elsewhere, and erased for good.

An archive holds what was answered, every change of it, and every version with the facts and the
weights that it pins, so that it can be read and replayed elsewhere. It holds no people, no links
and no tokens.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import __version__
from app.domain.errors import InvalidAnswers, NotAllowed, Problem
from app.persistence import Session, pinned, portable, scorecards
from app.persistence import projects as project_rows
from app.persistence.portable import NotReadable
from app.persistence.tables import JSONValue
from app.reference import weighing
from app.services import audit, projects, rules, teams
from app.services.people import Person
from app.services.projects import Project
from app.services.teams import Team
from app.services.texts import one_line, storable

FORMAT = "footing-archive/1"
MOST_BYTES = 20_000_000
_MOST_UNPACKED = 400_000_000
_MOST_FACTS = 50_000_000
_FILE = "file"


@dataclass(frozen=True)
class Archive:
    """An archive to download; `content` is JSON, compressed by gzip."""

    name: str
    content: bytes


# ---- taking along --------------------------------------------------------------------------------


def of_project(db: Session, by: Person, project: Project, now: datetime) -> Archive:
    """Everything of one project.

    Raises:
        NotAllowed: `by` may not change the project.
    """
    projects.require_editor(by, project)
    audit.note(db, by, "exported project", project.name, now=now, team_id=project.team_id)
    return Archive(_file_name(project.name), _packed(db, [project.id], "", now))


def of_team(db: Session, by: Person, team_id: int, now: datetime) -> Archive:
    """Everything of all projects of a team.

    Raises:
        NotFound, NotAllowed: `by` is not in the team, or does not own it.
    """
    team = teams.owned(db, by, team_id)
    audit.note(db, by, "exported team", team.name, now=now, team_id=team.id)
    return Archive(
        _file_name(team.name), _packed(db, portable.of_team(db, team.id), team.name, now)
    )


def _file_name(name: str) -> str:
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
    return f"{'-'.join(filter(None, plain.split('-')))[:60] or 'footing'}.footing.json.gz"


def _packed(db: Session, project_ids: Sequence[int], team: str, now: datetime) -> bytes:
    found = [_project(db, project_id) for project_id in project_ids]
    versions = [version for project in found for version in project["rows"]["assessment"]]
    document = {
        "format": FORMAT,
        "footing": __version__,
        "exported_at": now.isoformat(),
        "team": team,
        "projects": found,
        "facts": _facts(db, {version["facts_sha256"] for version in versions}),
        "weight_sets": _weight_sets(db, {version["weight_set"] for version in versions}),
    }
    return gzip.compress(json.dumps(document, ensure_ascii=False).encode(), 6, mtime=0)


def _project(db: Session, project_id: int) -> dict[str, Any]:
    row = project_rows.by_id(db, project_id)
    if row is None:
        raise LookupError(project_id)
    return {
        "name": row.name,
        "purpose": row.purpose,
        "created_at": row.created_at.isoformat(),
        "rows": portable.project_rows(db, project_id),
    }


def _facts(db: Session, names: set[str]) -> dict[str, str]:
    """Checksum → the snapshot's text, which is what the checksum is of."""
    found = ((sha256, pinned.facts(db, sha256)) for sha256 in sorted(names))
    return {sha256: zlib.decompress(content).decode() for sha256, content in found if content}


def _weight_sets(db: Session, numbers: set[int]) -> dict[str, dict[str, JSONValue]]:
    found = (pinned.weights(db, number) for number in sorted(numbers))
    return {
        str(row.number): {
            "number": row.known_as or row.number,
            "content": row.content,
            "reason": row.reason,
            "by": row.by_name,
            "at": row.at.isoformat(),
        }
        for row in found
        if row
    }


# ---- taking in ---------------------------------------------------------------------------------


def take_in(
    db: Session, by: Person, content: bytes, *, team_id: int | None, now: datetime
) -> list[Project]:
    """Add what an archive holds to a team, or to a new one of the archive's name.

    Versions keep their numbers, results and checksums. Who did what there is nobody here.

    Args:
        team_id: None makes a team, named as the archive's, that `by` owns.

    Raises:
        NotFound: `by` is not in the team.
        NotAllowed: `by` may not start projects in it.
        InvalidAnswers: the file is no archive, or damaged; nothing is added.
    """
    document = _unpacked(content)
    try:
        team = _team(db, by, document, team_id, now)
        numbers = _take_in_pinned(db, document)
        ids = [_take_in_project(db, plain, team, numbers) for plain in document["projects"]]
        rules.fill(db)
    except NotReadable as error:
        raise _damaged(str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged("it lacks a part, or a part is not what it should be") from error
    scorecards.fill_means(db)
    found = [projects.find(db, by, project_id) for project_id in ids]
    audit.note(
        db,
        by,
        "imported into team",
        team.name,
        now=now,
        team_id=team.id,
        detail=f"{len(found)} projects",
    )
    return found


def _unpacked(content: bytes) -> dict[str, Any]:
    if not content:
        raise InvalidAnswers([Problem(_FILE, "Choose the file that an export gave you.")])
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise InvalidAnswers([Problem(_FILE, f"The file is larger than {most} MB.")])
    unzip = zlib.decompressobj(wbits=31)
    try:
        text = unzip.decompress(content, _MOST_UNPACKED)
        document = json.loads(text) if unzip.eof else None
    except (zlib.error, ValueError, RecursionError) as error:
        raise _no_archive() from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _no_archive()
    return document


def _team(
    db: Session, by: Person, document: Mapping[str, Any], team_id: int | None, now: datetime
) -> Team:
    if team_id is None:
        name = one_line(str(document["team"] or "Imported"))
        return teams.start(db, by, name=name[: teams.LONGEST_NAME], now=now)
    team = teams.find(db, by, team_id)
    if not teams.at_least(team.role, "editor"):
        raise NotAllowed(f"Only an editor or owner of {team.name} may add projects to it.")
    return team


def _take_in_pinned(db: Session, document: Mapping[str, Any]) -> dict[int, int]:
    """Store facts and weights that are not here yet; returns number there → number here."""
    for sha256, text in document["facts"].items():
        if len(text) > _MOST_FACTS or hashlib.sha256(text.encode()).hexdigest() != sha256:
            raise NotReadable("a snapshot of the facts is not what its checksum says")
        if not pinned.has_facts(db, sha256):
            at = datetime.fromisoformat(document["exported_at"])
            pinned.add_facts(db, sha256=sha256, content=zlib.compress(text.encode(), 9), at=at)
    return {
        int(there): _weight_set_here(db, plain) for there, plain in document["weight_sets"].items()
    }


def _weight_set_here(db: Session, plain: Mapping[str, Any]) -> int:
    """The number here of a set from elsewhere.

    A set that is not the same here gets a number below all that are published, so that it is
    never in force; what it was called there is kept, because results name it so.
    """
    number, content = int(plain["number"]), str(plain["content"])
    shipped = weighing.weight_set().criteria
    weighing.from_text(content, number, shipped)  # fails here rather than when it is needed
    for row in pinned.every_weight_set(db):
        if (row.known_as or row.number) == number and row.content == content:
            return row.number
    return pinned.add_foreign_weights(
        db,
        known_as=number,
        content=content,
        reason=storable(str(plain["reason"])),
        by_name=storable(str(plain["by"])),
        at=datetime.fromisoformat(plain["at"]),
    )


def _take_in_project(
    db: Session, plain: Mapping[str, Any], team: Team, numbers: Mapping[int, int]
) -> int:
    name = one_line(plain["name"])[: projects.LONGEST_NAME]
    purpose = storable(plain["purpose"])[: projects.LONGEST_PURPOSE]
    at = datetime.fromisoformat(plain["created_at"])
    row = project_rows.add(db, name=name or "Imported", purpose=purpose, team_id=team.id, at=at)
    rows = {table: list(found) for table, found in plain["rows"].items()}
    for version in rows["assessment"]:
        _check_version(version)
        version["weight_set"] = numbers[version["weight_set"]]
        version["price_snapshot"] = None  # another catalogue has that number here
    portable.put_rows(db, row.id, rows)
    return row.id


def _check_version(version: Mapping[str, Any]) -> None:
    result, number = version["result"], version["number"]
    if hashlib.sha256(result.encode()).hexdigest() != version["result_sha256"]:
        raise NotReadable(f"the result of version {number} is not what its checksum says")
    if not isinstance(json.loads(result), dict):
        raise NotReadable(f"the result of version {number} is no result")


def _no_archive() -> InvalidAnswers:
    message = "This file is no archive of Footing: choose one that an export gave you, unchanged."
    return InvalidAnswers([Problem(_FILE, message)])


def _damaged(reason: str) -> InvalidAnswers:
    message = f"The archive is damaged, so nothing was added: {reason}. Export it again."
    return InvalidAnswers([Problem(_FILE, message)])


# ---- erasing -----------------------------------------------------------------------------------


def erase_project(db: Session, by: Person, project: Project, typed: str, now: datetime) -> None:
    """Delete a project with its answers, versions, links and everything else, for good.

    Args:
        typed: its name, typed by whoever deletes it.

    Raises:
        NotAllowed: `by` does not own its team, or it is a sample.
        InvalidAnswers: `typed` is not its name.
    """
    if project.team is None:
        raise NotAllowed("A sample project stays; it belongs to nobody.")
    teams.owned(db, by, project.team.id)
    _check_typed(typed, project.name)
    portable.drop_project(db, project.id)
    audit.note(db, by, "deleted project", project.name, now=now, team_id=project.team_id)


def erase_team(db: Session, by: Person, team_id: int, typed: str, now: datetime) -> None:
    """Delete a team with all its projects, for good. People keep their accounts.

    Raises:
        NotFound, NotAllowed: `by` is not in the team, or does not own it.
        InvalidAnswers: `typed` is not its name.
    """
    team = teams.owned(db, by, team_id)
    _check_typed(typed, team.name)
    for project_id in portable.of_team(db, team.id):
        portable.drop_project(db, project_id)
    audit.note(db, by, "deleted team", team.name, now=now, team_id=team.id)  # while it has a name
    portable.drop_team(db, team.id)


def _check_typed(typed: str, name: str) -> None:
    if problems := list(_typed_problems(one_line(typed), name)):
        raise InvalidAnswers(problems)


def _typed_problems(typed: str, name: str) -> Iterator[Problem]:
    if typed != name:
        yield Problem("typed", f"Type “{name}”, exactly so, to delete it for good.")
