"""All files of one blueprint, and the same as one archive with reproducible bytes."""

import hashlib
import io
import zipfile
from collections.abc import Mapping

from app.blueprints import ansible, documents, kubernetes, static_files, task, terraform
from app.blueprints.parts import Plan

# Archives hold no year before 1980, and no time of making: equal files are equal bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o100644 << 16


def files(plan: Plan) -> dict[str, str]:
    """Path → text of every file, sorted, MANIFEST.sha256 included."""
    found = {
        static_files.place(path): static_files.text(path) for path in static_files.included(plan)
    }
    found.update(generated(plan))
    found.update(documents.written(plan, found))
    found["MANIFEST.sha256"] = manifest(found)
    return dict(sorted(found.items()))


def generated(plan: Plan) -> dict[str, str]:
    """The few files with values, none of which holds a word of the team."""
    found = dict(kubernetes.overlay(plan)) if static_files.has_cluster(plan) else {}
    if plan.cloud is not None:
        found.update(terraform.values(plan, plan.cloud))
    if plan.site is not None:
        found.update(ansible.inventory(plan, plan.site))
    if plan.task is not None:
        found["task.yaml"] = task.task(plan, plan.task)
    return found


def manifest(found: Mapping[str, str]) -> str:
    """A line per file as `sha256sum --check` reads it."""
    return "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {path}\n"
        for path, text in sorted(found.items())
    )


def archive(found: Mapping[str, str], top: str) -> bytes:
    """A ZIP of the files below one folder `top`; stored, because packing differs between zlibs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as whole:
        for path in sorted(found):
            entry = zipfile.ZipInfo(f"{top}/{path}", _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            whole.writestr(entry, found[path].encode())
    return packed.getvalue()
