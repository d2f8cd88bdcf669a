"""One archive: the same bytes from everywhere, and a list of what is in it."""

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from app.blueprints.folder import archive, files
from tests.blueprints.scenes import a_plan

_PROGRAM = """
import hashlib
from app.blueprints.folder import archive, files
from tests.blueprints.scenes import a_plan
print(hashlib.sha256(archive(files(a_plan("gcp")), "footing-gcp")).hexdigest())
"""


def test_two_processes_of_different_places_write_the_same_bytes() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale},
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, zone, locale in (("1", "Asia/Tokyo", "C"), ("2", "America/Lima", "C.UTF-8"))
    }
    here = hashlib.sha256(archive(files(a_plan("gcp")), "footing-gcp")).hexdigest()
    assert found == {f"{here}\n"}


def test_the_archive_holds_the_folder_and_nothing_else() -> None:
    folder = files(a_plan("azure"))
    with zipfile.ZipFile(io.BytesIO(archive(folder, "footing-azure"))) as whole:
        assert whole.namelist() == [f"footing-azure/{path}" for path in sorted(folder)]
        for entry in whole.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.external_attr >> 16 == 0o100644
            path = entry.filename.removeprefix("footing-azure/")
            assert whole.read(entry).decode() == folder[path]


def test_the_manifest_names_every_other_file_with_its_checksum() -> None:
    folder = files(a_plan())
    rows = dict(line.split("  ")[::-1] for line in folder["MANIFEST.sha256"].splitlines())
    assert set(rows) == set(folder) - {"MANIFEST.sha256"}
    for path, digest in rows.items():
        assert hashlib.sha256(folder[path].encode()).hexdigest() == digest
