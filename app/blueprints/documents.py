"""The files for people: README.md, CONTROLS.md, PINS.md, decision.json. Only two hold free text."""

import json
from collections.abc import Iterator, Mapping

from app.blueprints.controls import Control, controls
from app.blueprints.parts import Plan
from app.blueprints.pins import pins
from app.blueprints.readme import readme


def written(plan: Plan, files: Mapping[str, str]) -> dict[str, str]:
    """Path → text of the files that speak about `files`."""
    return {
        "CONTROLS.md": _controls(plan, files),
        "PINS.md": _pins(),
        "README.md": readme(plan, files),
        "decision.json": decision(plan),
    }


def _controls(plan: Plan, files: Mapping[str, str]) -> str:
    found = {control.key: control for control in controls(files)}
    return (
        "\n".join([*_CONTROLS_HEAD, *_answered_lines(plan, found), *_control_lines(found)]) + "\n"
    )


_CONTROLS_HEAD = (
    "# Which line answers which question",
    "",
    "Written by Footing from marks in the files themselves. Each names what the code sets up;",
    "whether your auditor accepts it is for the auditor to say.",
)


def _answered_lines(plan: Plan, found: Mapping[str, Control]) -> Iterator[str]:
    """What was answered, each with the lines that answer it and with what none does."""
    yield from ("", "# What you answered")
    if not plan.answered:
        yield from (
            "",
            "Nothing was answered that asks for a control. Those below are there all the same.",
        )
    for row in plan.answered:
        yield from ("", f"## {row.words}", "")
        here = [found[key] for key in row.controls if key in found and found[key].lines]
        for control in here:
            yield from (f"{control.title}:", "", *(f"- `{line}`" for line in control.lines), "")
        if not here:
            yield from ("Not covered by any line of this folder.", "")
        if row.rest:
            yield f"Not covered: {row.rest}"


def _control_lines(found: Mapping[str, Control]) -> Iterator[str]:
    yield from ("", "# Every control")
    for control in found.values():
        yield from ("", f"## {control.title}", "", *(f"- `{line}`" for line in control.lines))
        if control.gaps:
            yield from (
                *([""] if control.lines else []),
                *(f"Not covered: {gap}" for gap in control.gaps),
            )


def _pins() -> str:
    rows = [
        "# Versions",
        "",
        "Checked on the day named. Past the last day, somebody must look again: Footing's own",
        "tests fail from then on.",
        "",
        "| what | version | checked | until | why that day |",
        "|---|---|---|---|---|",
    ]
    rows += [
        f"| {pin.name} | `{pin.version}` | {pin.checked_on} | {pin.end_of_support} | {pin.source} |"
        for pin in pins().values()
    ]
    return "\n".join(rows) + "\n"


def decision(plan: Plan) -> str:
    """The decision for programs; ASCII, so that no editor or terminal shows something else."""
    words = plan.words
    cloud, site, task = plan.cloud, plan.site, plan.task
    document = {
        "format": "footing-decision/1",
        "project": words.project,
        "version": words.number,
        "version_title": words.title,
        "saved_on": words.saved_on.isoformat(),
        "option": plan.option,
        "family": plan.family,
        "recommended": words.recommended,
        "label": words.label,
        "engine": plan.engine,
        "facts": plan.facts,
        "likely_usd": plan.total_usd,
        "at_least": plan.at_least,
        "months": plan.months,
        "cloud": cloud
        and {
            "provider": cloud.cloud,
            "region": cloud.region,
            "machine": cloud.pool.machine.instance,
            "gpus_planned": cloud.pool.planned_gpus,
            "gpus_most": cloud.pool.gpus_most,
            "machines_least": cloud.pool.machines_ready,
            "machines_most": cloud.pool.machines_most,
        },
        "site": site
        and {
            "server": site.server,
            "servers_by_year": list(site.servers_by_year),
            "spare_servers": site.spares,
            "gpus": site.gpus,
        },
        "task": task and {"infra": task.infra, "gpus_most": task.gpus_most},
        "models": [
            {
                "deployment": serving.key,
                "modalities": list(serving.modalities),
                "gpus_per_copy": serving.gpus_per_copy,
                "copies_ready": serving.copies_ready,
                "copies_most": serving.copies_most,
            }
            for serving in plan.servings
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
