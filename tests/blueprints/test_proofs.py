"""What is said to be proved is done by a test that exists, and what is waived is reviewed."""

import re
from pathlib import Path

import pytest

from app.blueprints import proofs
from app.blueprints.folder import files
from app.blueprints.static_files import STATIC
from tests.blueprints import terraform
from tests.blueprints.scenes import CLOUDS, a_plan

HERE = Path(__file__).parent
EVERYTHING = ("cloud-aws/x", "cloud-gcp/x", "cloud-azure/x", "k8s/x", "on-prem/x", "task.yaml")

# Checks of the policy scanner that are waived in the files, each with what must be in the folder
# for its reason to be true.
REVIEWED = {
    "CKV_AWS_109": "kms.tf",
    "CKV_AWS_111": "kms.tf",
    "CKV_AWS_356": "kms.tf",
    "CKV_AWS_339": "cluster.tf",
    "CKV_AWS_18": "audit_trail.tf",
    "CKV_AWS_144": "storage.tf",
    "CKV2_AWS_62": "storage.tf",
    "CKV_AWS_252": "audit_trail.tf",
    "CKV_GCP_12": "cluster.tf",
    "CKV_GCP_65": "cluster.tf",
    "CKV_GCP_62": "audit_trail.tf",
    "CKV_AZURE_40": "keyvault.tf",
    "CKV_AZURE_117": "cluster.tf",
    "CKV_AZURE_206": "storage.tf",
    "CKV_AZURE_33": "storage.tf",
    "CKV2_AZURE_21": "audit_trail.tf",
    "CKV_AZURE_164": "registry.tf",
    "CKV_AZURE_165": "registry.tf",
    "CKV_AZURE_166": "registry.tf",
    "CKV_AZURE_199": "queue.tf",
    "CKV_AZURE_201": "queue.tf",
}
SKIP = re.compile(r"#checkov:skip=(\w+):(.+)")


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
        for path in STATIC.rglob("*.tf")
        for check, reason in SKIP.findall(path.read_text("utf-8"))
    }
    assert set(waived) == set(REVIEWED)
    assert all(len(reason) >= 20 for reason in waived.values())


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_reason_of_what_is_waived_is_true_in_that_folder(cloud: str) -> None:
    folder = files(a_plan(cloud))
    names = {path.rpartition("/")[2] for path in folder if path.endswith(".tf")}
    for text in folder.values():
        for check, _ in SKIP.findall(text):
            assert REVIEWED[check] in names, check
