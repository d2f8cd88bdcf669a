"""The command line: `footing COMMAND`, or `python -m app COMMAND`."""

import argparse
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from fastapi import FastAPI

from app import reference
from app.blueprints.choices import Choices
from app.blueprints.parts import Version
from app.domain.backtest import report
from app.domain.cases import Case
from app.domain.errors import Conflict, InvalidAnswers, NoBlueprint, NotFound
from app.domain.prices.reading import Stated
from app.domain.questionnaire.reading import read_answers
from app.main import create_app, prepare
from app.persistence import Session
from app.persistence.engine import Database, DatabaseUnusable, connect, migrate
from app.reference import case_file, sizing_file, tco_file
from app.reference.answers_file import plain_data
from app.reference.backtests import plain
from app.reports import price_report, sizing_report, tco_report
from app.reports.terminal import backtest_in_words, in_words, question_list
from app.services import (
    accounts,
    assessments,
    backtests,
    blueprints,
    price_keeping,
    prices,
    replaying,
    upkeep,
    validating,
)
from app.services.backtest_keeper import bring_up_to_date
from app.services.blueprints import Blueprint
from app.services.price_keeping import Upload
from app.services.replaying import Replayed
from app.settings import Settings, SettingsError, load, shown

# How long a stop waits for the requests under way. Supervisors kill after 10 s: docker does.
SECONDS_TO_FINISH = 8


class CannotStart(Exception):
    """The command cannot do its work; the text is a sentence for the operator."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 impossible now, 2 asked wrongly.

    `replay` has codes of its own.
    """
    asked = _parser().parse_args(arguments)
    try:
        code: int = asked.run(asked)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has enough; Python would flush once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (CannotStart, DatabaseUnusable) as error:
        print(error, file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="footing", description="Where should your AI run?")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("serve", help="migrate, then run the web server")
    command.add_argument("--host", help="address to listen on (FOOTING_HOST, 127.0.0.1)")
    command.add_argument("--port", type=int, help="port to listen on (FOOTING_PORT, 8000)")
    command.set_defaults(run=_serve)

    command = commands.add_parser("questions", help="print every question")
    command.add_argument("--json", action="store_true", help="as JSON")
    command.set_defaults(run=_questions)

    command = commands.add_parser("assess", help="assess an answers file; needs no database")
    command.add_argument("file", type=Path, metavar="FILE", help="answers in YAML or JSON")
    command.add_argument("--json", action="store_true", help="print the whole result as JSON")
    command.add_argument("--profile", default="", help="a goal profile instead of the priorities")
    command.add_argument("--seed", type=_seed, default=assessments.SEED, metavar="N")
    command.set_defaults(run=_assess)

    _add_validate(commands)
    _add_backtest(commands)
    _add_blueprint(commands)

    _add_facts(commands)
    _add_operators_commands(commands)
    return parser


def _add_operators_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    command = commands.add_parser("replay", help="compute a saved version again and compare")
    command.add_argument("version", type=_version, metavar="PROJECT/NUMBER", help="as in 7/1")
    command.set_defaults(run=_replay)

    command = commands.add_parser("admin", help="what only the operator may do")
    admin = command.add_subparsers(required=True, metavar="COMMAND")
    command = admin.add_parser("link", help="print a new one-use administrator sign-in link")
    command.add_argument("--port", type=int, help="where Footing listens, if not FOOTING_PORT")
    command.set_defaults(run=_admin_link)

    command = commands.add_parser("settings", help="print every setting and where it came from")
    command.set_defaults(run=_settings)

    command = commands.add_parser("upkeep", help="migrate, assess the samples, delete what expired")
    command.add_argument("--every", type=_seconds, metavar="SECONDS", help="again and again")
    command.set_defaults(run=_upkeep)


def _add_validate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("validate", help="compute published workloads again and compare")
    command.add_argument("--tco", type=Path, metavar="FILE", help="buy-or-rent scenarios")
    command.add_argument("--sizing", type=Path, metavar="FILE", help="cases in YAML or JSON")
    command.add_argument("--json", action="store_true", help="print every case as JSON")
    command.add_argument("--report", type=Path, metavar="OUT", help="write the fits and ours there")
    command.set_defaults(run=_validate)


def _add_facts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("facts", help="the reference data and the price catalogue")
    facts = command.add_subparsers(required=True, metavar="COMMAND")
    command = facts.add_parser("check", help="is every figure sourced, dated, in range, fresh?")
    command.set_defaults(run=_facts_check)
    command = facts.add_parser(
        "import", help="what a file of cloud prices would change; stored only with --apply"
    )
    command.add_argument("file", type=Path, metavar="FILE", help="SkyPilot, gpuhunt or our own CSV")
    command.add_argument("--provider", default="", metavar="KEY", help="of a file of one cloud")
    command.add_argument("--source", default="", metavar="URL", help="where the file came from")
    command.add_argument("--as-of", default="", metavar="DAY", help="when it was made: 2026-11-24")
    command.add_argument("--apply", action="store_true", help="publish the new price catalogue")
    command.add_argument(
        "--take", action="append", default=[], metavar="KEY", help="only this provider; repeat"
    )
    command.add_argument(
        "--looked-at",
        action="append",
        default=[],
        metavar="KEY",
        help="take a provider's prices in spite of what it is marked for; repeat",
    )
    command.add_argument("--reason", default="", help="why, for whoever reads it later")
    command.set_defaults(run=_facts_import)


def _add_backtest(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("backtest", help="put published decisions to the engine")
    command.add_argument("file", type=Path, nargs="?", metavar="FILE", help="cases in YAML or JSON")
    command.add_argument("--without-priorities", action="store_true", help="leave the drivers out")
    command.add_argument("--json", action="store_true", help="print every case as JSON")
    command.add_argument(
        "--keep", type=Path, metavar="OUT", help="write the page's back-test there"
    )
    command.set_defaults(run=_backtest)


def _add_blueprint(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("blueprint", help="write the infrastructure code of an option")
    command.add_argument(
        "what", metavar="PROJECT/NUMBER|FILE", help="a saved version as in 7/1, or an answers file"
    )
    proposed = Choices()
    command.add_argument("--option", default="", metavar="KEY", help="instead of the recommended")
    command.add_argument("--cloud", default="", choices=("aws", "gcp", "azure"))
    command.add_argument("--region", default="", help="of that cloud, instead of the priced one")
    command.add_argument("--name", default=proposed.name, help="what every resource begins with")
    command.add_argument("--cloud-network", default=proposed.cloud_network, metavar="CIDR")
    command.add_argument("--site-network", default=proposed.site_network, metavar="CIDR")
    command.add_argument("--control-machines", default="", metavar="N", help="1, 3 or 5")
    command.add_argument(
        "--out", type=Path, required=True, help="a new folder, or a file that ends in .zip"
    )
    command.set_defaults(run=_blueprint)


# ---- serve, admin link -------------------------------------------------------------------


def _serve(asked: argparse.Namespace) -> int:
    settings = load(host=asked.host, port=asked.port)
    _refuse_several_processes(settings)
    listening = _listen(settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    _stop_on_terminate()
    try:
        print(
            "Preparing the database and the sample projects; "
            "this takes about half a minute the first time.",
            flush=True,
        )
        app = create_app(settings)
        print(f"Footing is at {settings.address}")
        _print_sign_in_link(settings, app.state.database)
        uvicorn.Server(server_config(settings, app)).run(sockets=[listening])
    except KeyboardInterrupt:
        print("Footing has stopped.", flush=True)
    return 0


def server_config(settings: Settings, app: FastAPI) -> uvicorn.Config:
    """How uvicorn serves `app`: what a proxy says of the visitor counts only if it is ours."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        # Without these two uvicorn believes whoever connects from this very machine.
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )


def _stop_on_terminate() -> None:
    # Supervisors send SIGTERM. Treated like Ctrl-C, it also ends a start that is under way, which
    # as the first process of a container would otherwise not hear it, and the exit code is 0.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _refuse_several_processes(settings: Settings) -> None:
    workers = os.environ.get("WEB_CONCURRENCY", "1")
    if workers == "1":
        return
    if settings.database.startswith("sqlite"):
        raise CannotStart(
            f"WEB_CONCURRENCY is {workers}, but on SQLite Footing runs as one process: "
            "unset it, or set FOOTING_DATABASE_URL to a PostgreSQL database."
        )
    print(
        f"WEB_CONCURRENCY is {workers}, which changes nothing: one `footing serve` is one process. "
        "For several, start several; docs/production.md says how.",
        file=sys.stderr,
    )


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything else, so that a taken one costs no time and changes nothing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise CannotStart(
            f"Footing cannot listen on {settings.host} port {settings.port} "
            f"({(error.strerror or str(error)).lower()}): stop what uses it, or choose another "
            f"port: FOOTING_PORT={settings.port + 1} make run"
        ) from error
    return listening


def _admin_link(asked: argparse.Namespace) -> int:
    settings = load(port=asked.port)
    migrate(settings.database)
    database = connect(settings.database)
    _print_sign_in_link(settings, database)
    database.close()
    if not settings.public_url:
        print(
            "If Footing is elsewhere, say where and ask again: FOOTING_PUBLIC_URL is the address "
            "that people type, FOOTING_PORT the port on this machine.",
            file=sys.stderr,
        )
    return 0


def _print_sign_in_link(settings: Settings, database: Database) -> None:
    with database.alone() as session:
        link = accounts.operators_link(session, datetime.now(UTC))
    purpose = "Create the administrator" if link.creates_administrator else "Sign in"
    print(f"{purpose} (works once, for half an hour): {settings.address}{link.path}", flush=True)


# ---- settings, upkeep -----------------------------------------------------------------------


def _settings(_: argparse.Namespace) -> int:
    settings = load()
    for setting in shown(settings):
        print(f"{setting.name:32} {setting.origin:12} {setting.value}".rstrip())
    print(f"Footing is then at {settings.address}.")
    return 0


def _upkeep(asked: argparse.Namespace) -> int:
    database = prepare(load())
    _stop_on_terminate()
    try:
        while True:
            with database.alone_everywhere() as session:
                gone = upkeep.forget_expired(session, datetime.now(UTC))
            done = bring_up_to_date(database, reference.load(), told=_progress)
            if done:
                print(f"Computed the back-test with weights {done.weight_set}.", flush=True)
            print(
                f"Deleted {gone.sessions} sessions, {gone.links} links, "
                f"{gone.invitations} invitations and {gone.tokens} API tokens.",
                flush=True,
            )
            if asked.every is None:
                break
            time.sleep(asked.every)
    except KeyboardInterrupt:
        print("Upkeep has stopped.", flush=True)
    finally:
        database.close()
    return 0


def _seconds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of seconds, 1 or more")
    return int(text)


# ---- questions, assess, facts check --------------------------------------------------------


def _questions(asked: argparse.Namespace) -> int:
    rows = question_list(reference.load().questions)
    if asked.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['code']:4} {row['key']:34} {row['text']}")
    return 0


def _assess(asked: argparse.Namespace) -> int:
    facts = reference.load()
    if asked.profile and asked.profile not in facts.weights.profiles:
        known = ", ".join(facts.weights.profiles)
        print(f"There is no profile {asked.profile!r}. Known: {known}.", file=sys.stderr)
        return 2
    try:
        answers = read_answers(_document(asked.file), facts.questions)
    except CannotRead as error:
        print(error, file=sys.stderr)
        return 2
    except InvalidAnswers as invalid:
        for problem in invalid.problems:
            print(f"{problem.path}: {problem.message}", file=sys.stderr)
        return 2
    result = assessments.compute(
        answers, facts, worlds=load().worlds, seed=asked.seed, profile=asked.profile
    )
    print(json.dumps(result, indent=2, ensure_ascii=False) if asked.json else in_words(result))
    return 0


def _validate(asked: argparse.Namespace) -> int:
    """0: every case was computed, however it came out; 2: one could not be, or none was read."""
    facts = reference.load().facts
    if asked.report:
        ours = sizing_report.document(validating.computed(facts), validating.fits(facts))
        asked.report.write_text(ours, "utf-8")
        return 0
    both = not asked.sizing and not asked.tco
    try:
        cases = sizing_file.read(_text(asked.sizing)) if asked.sizing else None
        scenarios = tco_file.read(_text(asked.tco)) if asked.tco else None
    except CannotRead as error:
        print(error, file=sys.stderr)
        return 2
    except InvalidAnswers as invalid:
        for problem in invalid.problems:
            print(f"{problem.path}: {problem.message}", file=sys.stderr)
        return 2
    today = datetime.now(UTC).date()
    lines = validating.tco(facts.offers, today, scenarios) if both or asked.tco else []
    found = validating.computed(facts, cases) if both or asked.sizing else []
    if asked.json:
        document = {"tco": tco_report.plain(lines), **sizing_report.plain(found)}
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        parts = (sizing_report.in_words(found) if found else "", tco_report.in_words(lines))
        print("\n\n".join(part for part in parts if part))
    return _say_not_computed(
        [(row.case.id, row.notes) for row in found if row.predicted is None]
        + [(line.id, line.computed.notes) for line in lines if _is_empty(line)]
    )


def _is_empty(line: tco_report.Line) -> bool:
    return all(value is None for value in line.computed.figures.values())


def _say_not_computed(failed: Sequence[tuple[str, Sequence[str]]]) -> int:
    for name, notes in failed:
        print(f"case {name}: {' '.join(notes)}", file=sys.stderr)
    return 2 if failed else 0


def _backtest(asked: argparse.Namespace) -> int:
    facts = reference.load()
    if asked.keep:
        today = datetime.now(UTC).date().isoformat()
        whole = backtests.computed(facts, as_of=today, told=_progress)
        asked.keep.write_text(json.dumps(plain(whole), indent=1) + "\n", "utf-8")
        return 0
    try:
        cases = case_file.read(_text(asked.file), is_complete=False) if asked.file else facts.cases
    except CannotRead as error:
        print(error, file=sys.stderr)
        return 2
    except InvalidAnswers as invalid:
        for problem in invalid.problems:
            print(f"{problem.path}: {problem.message}", file=sys.stderr)
        return 2
    rows = backtests.run(facts, cases, with_priorities=not asked.without_priorities, told=_progress)
    found = report(rows)
    print(json.dumps(found, indent=2) if asked.json else backtest_in_words(found))
    return 0


def _progress(number: int, case: Case) -> None:
    print(f"case {number}: {case.id}", file=sys.stderr, flush=True)


def _blueprint(asked: argparse.Namespace) -> int:
    """0: written; 1: there is no code for this; 2: asked wrongly."""
    choices = Choices(
        option=asked.option,
        cloud=asked.cloud,
        region=asked.region,
        name=asked.name,
        cloud_network=asked.cloud_network,
        site_network=asked.site_network,
        control_machines=asked.control_machines,
    )
    try:
        made = blueprints.build(_version_of(asked.what), choices)
        _write(made, asked.out)
    except NoBlueprint as reason:
        print(reason, file=sys.stderr)
        return 1
    except (CannotRead, NotFound) as error:
        print(error, file=sys.stderr)
        return 2
    except InvalidAnswers as invalid:
        for problem in invalid.problems:
            print(f"{problem.path}: {problem.message}", file=sys.stderr)
        return 2
    print(
        f"{made.plan.words.option}: {len(made.files)} files in {asked.out}. Begin with README.md."
    )
    return 0


def _version_of(what: str) -> Version:
    """The saved version that `what` names as PROJECT/NUMBER, or the answers file, assessed now."""
    try:
        project_id, number = _version(what)
    except argparse.ArgumentTypeError:
        facts = reference.load()
        answers = read_answers(_document(Path(what)), facts.questions)
        result = assessments.compute(answers, facts, worlds=load().worlds)
        return blueprints.computed(answers, facts, result, datetime.now(UTC).date())
    settings = load()
    migrate(settings.database)
    database = connect(settings.database)
    try:
        with database.reading() as session:
            return blueprints.operators_version(session, project_id, number)
    finally:
        database.close()


def _write(made: Blueprint, out: Path) -> None:
    """Write the folder or the archive; nothing that is there is replaced."""
    if out.exists():
        raise CannotRead(f"{out} is there already, and nothing is replaced: name a new one.")
    try:
        if out.suffix == ".zip":
            out.write_bytes(made.archive())
            return
        for path, text in made.files.items():
            file = out / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise CannotRead(f"{out} cannot be written: {error.strerror}.") from error


def _replay(asked: argparse.Namespace) -> int:
    """0: equal; 1: different; 2: there is no such version; 3: it cannot be computed again."""
    settings = load()
    migrate(settings.database)
    database = connect(settings.database)
    project_id, number = asked.version
    try:
        with database.reading() as session:
            replayed = replaying.replay(session, project_id, number)
    except NotFound as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        database.close()
    return _say_replayed(f"Version {number} of project {project_id}", replayed)


def _say_replayed(which: str, replayed: Replayed) -> int:
    if replayed.outcome == "equal":
        print(f"{which} comes out the same from what it pinned.")
        return 0
    if replayed.outcome == "different":
        saved, now = (json.dumps(v, ensure_ascii=False) for v in (replayed.saved, replayed.now))
        print(f"{which} comes out differently: {replayed.path} was {saved} and is now {now}.")
        return 1
    print(f"{which} cannot be computed again. {replayed.reason}", file=sys.stderr)
    return 3


def _version(text: str) -> tuple[int, int]:
    project, slash, number = text.partition("/")
    if not (slash and project.isdecimal() and number.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not PROJECT/NUMBER, such as 7/1")
    return int(project), int(number)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 0")
    return int(text)


class CannotRead(Exception):
    """The answers file cannot be read; the text says what would be right."""


def _document(file: Path) -> Mapping[str, Any]:
    """The answers file as plain data; JSON is YAML."""
    try:
        document = plain_data(_text(file))
    except (yaml.YAMLError, RecursionError) as error:
        raise CannotRead(f"{file} is neither YAML nor JSON: {error}") from error
    if not isinstance(document, Mapping):
        raise CannotRead(f"{file} must hold a mapping with the keys format, name and answers.")
    return document


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"{file} cannot be read as text: {error}") from error


def _facts_check(_: argparse.Namespace) -> int:
    for warning in reference.warnings():
        print(f"old: {warning}")
    problems = reference.check()
    for problem in problems:
        print(f"wrong: {problem}", file=sys.stderr)
    if problems:
        return 1
    print(f"Every figure has a source, a date and a range. sha256:{reference.load().facts.sha256}")
    return 0


def _facts_import(asked: argparse.Namespace) -> int:
    """0: looked at, or published; 1: not published; 2: the file cannot be read."""
    settings = load()
    try:
        upload = Upload(asked.file.name, asked.file.read_bytes())
        database = _migrated(settings)
        try:
            with database.alone_everywhere() as session:
                print(_imported(session, asked, upload))
        finally:
            database.close()
    except OSError as error:
        print(f"{asked.file} cannot be read: {error.strerror}.", file=sys.stderr)
        return 2
    except InvalidAnswers as invalid:
        for problem in invalid.problems:
            print(f"{problem.path}: {problem.message}", file=sys.stderr)
        return 1 if any(p.path.startswith(_DECIDED) for p in invalid.problems) else 2
    except Conflict as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _imported(session: Session, asked: argparse.Namespace, upload: Upload) -> str:
    shipped, now = reference.load(), datetime.now(UTC)
    prices.ensure(session, shipped, now)
    stated = Stated(asked.provider, asked.source, asked.as_of)
    plan = price_keeping.operators_plan(session, shipped, upload, stated, now)
    print(price_report.in_words(plan.changes, plan.passed_over, plan.repeated))
    if not asked.apply:
        return "Nothing is stored: --apply publishes it."
    choice = _prices_chosen(asked, plan)
    number = price_keeping.operators_publish(session, shipped, plan, choice, now)
    return f"Published as price catalogue {number}."


# The paths of what keeps prices from being published although the file was read.
_DECIDED = ("taken", "looked_at", "reason")


def _migrated(settings: Settings) -> Database:
    migrate(settings.database)
    return connect(settings.database)


def _prices_chosen(asked: argparse.Namespace, plan: price_keeping.Plan) -> price_keeping.Choice:
    """Without --take every provider that has prices and no caution that nobody looked at."""
    ready = [
        changed.key
        for changed in plan.changes
        if changed.may_be_taken and (not changed.cautions or changed.key in asked.looked_at)
    ]
    return price_keeping.Choice(
        taken=asked.take or ready,
        looked_at=asked.looked_at,
        based_on=plan.based_on,
        reason=asked.reason,
    )


if __name__ == "__main__":
    sys.exit(main())
