"""What is said to be proved is done by a test that exists, and what is waived is reviewed."""

import re
from pathlib import Path

import pytest

from app.blueprints import proofs
from app.blueprints.folder import files
from app.blueprints.static_files import STATIC
from tests.blueprints import terraform
from tests.blueprints.reviewed import REVIEWED
from tests.blueprints.scenes import CLOUDS, a_plan

HERE = Path(__file__).parent
EVERYTHING = (
    "cloud-aws/x",
    "cloud-gcp/x",
    "cloud-azure/x",
    "k8s/x",
    "on-prem/x",
    "hybrid/x",
    "ci/x",
    "task.yaml",
)

SKIP = re.compile(r"#checkov:skip=(\w+):(.+)|checkov.io/skip\d: \"(\w+)=(.+)\"")


@pytest.mark.parametrize("proof", proofs.done(EVERYTHING), ids=lambda proof: proof.what)
def test_a_proof_names_a_test_that_is_there(proof: proofs.Proof) -> None:
    file, _, name = proof.by.partition("::")
    assert f"def {name}(" in (HERE / file).read_text("utf-8")
    assert proof.ran_on


def test_what_was_not_done_names_no_test() -> None:
    assert all(not proof.by for proof in proofs.missing(EVERYTHING))


def test_the_versions_named_are_those_of_the_slices() -> None:
    said = " ".join(proof.what for proof in proofs.done(EVERYTHING))
    for provider in ("aws", "google", "azurerm"):
        source = terraform.schema(provider)["source"]
        assert f"{source['provider']} {source['version']}" in said


def test_what_is_waived_is_reviewed_and_has_a_reason() -> None:
    waived = {
        check: reason
        for path in STATIC.rglob("*")
        if path.suffix in {".tf", ".yaml"}
        for check, reason in _waived(path.read_text("utf-8"))
    }
    assert set(waived) == set(REVIEWED)
    assert all(len(reason) >= 20 for reason in waived.values())


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_reason_of_what_is_waived_is_true_in_that_folder(cloud: str) -> None:
    folder = files(a_plan(cloud, decodes_video=True))
    names = {path.rpartition("/")[2] for path in folder}
    for path, text in folder.items():
        for check, _ in _waived(text):
            assert REVIEWED[check] in names, (path, check)


def _waived(text: str) -> list[tuple[str, str]]:
    """Check and reason of what a file waives, as Terraform or Kubernetes files say it."""
    found = SKIP.findall(text)
    return [(first or third, second or fourth) for first, second, third, fourth in found]


def test_the_page_on_proofs_names_tests_that_are_there_and_every_skip() -> None:
    page = (HERE.parents[1] / "docs" / "blueprints.md").read_text("utf-8")
    file = ""
    for first, second in re.findall(r"`(test_\w+\.py)?(?:::(test_\w+))?`", page):
        file = first or file
        if file and (first or second):
            assert f"def {second}" in (HERE / file).read_text("utf-8"), (file, second)
    assert [int(n) for n in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)] == list(range(1, 19))
    rows = page.partition("## What checkov is told to skip")[2]
    named = set()
    for family, others in re.findall(r"(CKV2?_[A-Z0-9]+_)(\d+(?:, \d+)*)", rows):
        named |= {f"{family}{number}" for number in others.split(", ")}
    assert named == set(REVIEWED)
