"""Plans of real assessments: what was sized is what is built, and what is unknown is refused."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app import reference
from app.blueprints.choices import Choices
from app.blueprints.folder import files
from app.blueprints.parts import Plan, Version
from app.blueprints.plan import offered, plan
from app.blueprints.static_files import STATIC
from app.domain.errors import NoBlueprint
from tests.blueprints import kubernetes, terraform
from tests.blueprints.hostile import texts
from tests.domain.builders import (
    FACTS,
    QUESTIONS,
    Document,
    a_decided_document,
    a_large_document,
    answers_of,
    assessed,
)

SMALL = a_decided_document(
    {
        "text": {"volume_per_day": 200_000, "latency": {"p95_ms": 5_000}},
        "audio": {"volume_per_day": 40_000, "task": "transcribe", "data_class": "public"},
    },
    data_location={"scope": "region", "region": "eu"},
)


def _version(document: Document, worlds: int = 50) -> Version:
    return Version(
        project=document["name"],
        number=1,
        title="First",
        saved_on=date(2026, 11, 24),
        answers=answers_of(document),
        result=assessed(document, worlds),
        offers=FACTS.offers,
    )


@pytest.fixture(scope="module")
def large() -> Version:
    """Tens of accelerators, in Germany."""
    return _version(a_large_document())


@pytest.fixture(scope="module")
def small() -> Version:
    """Two models of two kinds of data, in Europe."""
    return _version(SMALL)


@pytest.fixture(scope="module")
def centre() -> Version:
    """A contact centre whose peaks may be rented."""
    return _version(dict(reference.sample("contact_centre")))


def _result(version: Version, key: str) -> dict[str, Any]:
    return next(row for row in version.result["options"] if row["key"] == key)


def _plans(version: Version) -> Iterator[tuple[dict[str, Any], Plan]]:
    """Every option that can be built; the others are rented where no code is written for."""
    for row in offered(version):
        purchase = row["purchase"]
        if row["fleet"] or purchase["provider_key"] in ("aws", "gcp", "azure", "nebius"):
            yield dict(row), plan(version, Choices(option=row["key"]))


def test_what_is_built_is_what_was_sized(large: Version, small: Version, centre: Version) -> None:
    kinds = set()
    for version in (large, small, centre):
        for row, made in _plans(version):
            kinds.add(made.kind)
            capacity = row["capacity"]
            if made.cloud is not None:
                pool = made.cloud.pool
                assert pool.planned_gpus == capacity["rented_most"]
                assert 0 <= pool.gpus_most - pool.planned_gpus < pool.gpus_per_machine
                assert pool.accelerator == row["purchase"]["accelerator"]
                assert pool.machine.instance == row["purchase"]["instance"]
            if made.site is not None:
                assert made.site.gpus == row["fleet"]["accelerators"]
                assert made.site.planned_gpus == capacity["planned_by_year"][-1]
            if made.task is not None:
                assert made.task.planned_gpus == capacity["rented_most"]
            assert made.total_usd == row["likely_usd"]
            assert [line.usd for line in made.lines] == [x["usd"] for x in row["cost_lines"]]
    assert kinds >= {"cloud", "on-prem", "hybrid"}


def test_one_number_is_in_every_file(large: Version) -> None:
    made = plan(large, Choices(option="hyperscaler_on_demand"))
    folder = files(made)
    assert made.cloud is not None
    most = made.cloud.pool.gpus_most
    values = terraform.parse(
        folder[f"cloud-{made.cloud.cloud}/terraform/terraform.tfvars"]
    ).arguments
    machines, each = (int(values[n].text) for n in ("gpu_machines_most", "gpus_per_machine"))
    assert machines * each == most
    quota = next(i for i in kubernetes.built(folder, "k8s/sized") if i["kind"] == "ResourceQuota")
    assert quota["spec"]["hard"]["requests.nvidia.com/gpu"] == str(most)
    assert f"| GPUs at most | {most} |" in folder["README.md"]
    assert sum(s.copies_most * s.gpus_per_copy for s in made.servings) <= most
    for line in made.lines:
        if line.usd:
            assert f"| {line.title} | {line.usd:,.0f} |" in folder["README.md"]


def test_every_plan_of_a_real_assessment_is_a_valid_folder(large: Version, small: Version) -> None:
    for version in (large, small):
        for _, made in _plans(version):
            folder = files(made)
            code = {p.rpartition("/")[2]: t for p, t in folder.items() if p.endswith(".tf")}
            assert terraform.problems(code) == []


@pytest.mark.parametrize("modality", [option.key for option in QUESTIONS.modality_options])
def test_every_kind_of_data_has_its_code(modality: str) -> None:
    document = a_decided_document({modality: {"volume_per_day": 2_000}})
    version = _version(document, worlds=20)
    kinds = set()
    for row in offered(version):
        is_at_a_cloud = row["purchase"]["provider_key"] in ("aws", "gcp", "azure")
        if row["key"] == "hybrid_edge":
            with pytest.raises(NoBlueprint, match="not written as code yet"):
                plan(version, Choices(option=row["key"]))
        elif row["key"] == "colocation" or is_at_a_cloud:
            made = plan(version, Choices(option=row["key"]))
            kinds.add(made.kind)
            (serving,) = made.servings
            assert serving.modalities == (modality,)
            folder = files(made)
            assert f"k8s/sized/{serving.key}/kustomization.yaml" in folder
            assert ("k8s/decode/deployment.yaml" in folder) == (modality == "video")
    assert kinds >= {"cloud", "on-prem"}


def test_a_task_is_not_written_for_what_it_cannot_serve() -> None:
    document = a_decided_document(
        {"image_generation": {"volume_per_day": 2_000}},
        data_location={"scope": "region", "region": "eu"},
    )
    version = _version(document, 20)
    assert _result(version, "specialist_cloud")["purchase"]["provider_key"] == "nebius"
    with pytest.raises(NoBlueprint, match="needs a program of its own"):
        plan(version, Choices(option="specialist_cloud"))


def test_data_stays_where_it_may_be(large: Version) -> None:
    made = plan(large, Choices(option="hyperscaler_on_demand"))
    assert made.cloud is not None
    german = {
        o.region for o in FACTS.offers if o.country == "DE" and o.provider == made.cloud.cloud
    }
    assert set(made.cloud.allowed_regions) == german
    assert made.cloud.region in german


def test_another_cloud_must_publish_the_same_accelerator_there(large: Version) -> None:
    priced = _result(large, "hyperscaler_on_demand")["purchase"]
    assert (priced["provider_key"], priced["country"]) == ("gcp", "DE")
    with pytest.raises(NoBlueprint, match="publishes no price for"):
        plan(large, Choices(option="hyperscaler_on_demand", cloud="aws"))
    with pytest.raises(NoBlueprint, match="There is one in europe-west3"):
        plan(large, Choices(option="hyperscaler_on_demand", cloud="gcp", region="europe-west4"))
    with pytest.raises(NoBlueprint, match="aws, gcp or azure"):
        plan(large, Choices(option="hyperscaler_on_demand", cloud="ibm"))


def test_where_the_code_differs_from_what_was_priced_it_says_so(small: Version) -> None:
    priced = _result(small, "hyperscaler_on_demand")["purchase"]
    others = {
        (o.provider, o.region)
        for o in FACTS.offers
        if o.accelerator == priced["accelerator"] and o.geography == "eu"
        and o.provider in ("aws", "gcp", "azure") and not o.region.endswith("-list")
    } - {(priced["provider_key"], priced["region"])}  # fmt: skip
    cloud, region = min(others)
    made = plan(small, Choices(option="hyperscaler_on_demand", cloud=cloud, region=region))
    assert "The assessment priced" in made.differs[0]
    assert made.differs[0] in files(made)["README.md"]
    assert made.cloud is not None
    assert (made.cloud.cloud, made.cloud.region) == (cloud, region)


def test_a_network_too_small_for_the_pods_of_every_machine_is_refused(
    centre: Version, large: Version
) -> None:
    wide = Choices(option="hyperscaler_on_demand", cloud="gcp")
    made = plan(centre, wide)
    assert made.cloud is not None
    assert made.cloud.pool.machines_most > 2
    with pytest.raises(NoBlueprint, match="addresses for the pods of 8 machines"):
        plan(centre, replace(wide, cloud_network="10.40.0.0/20"))
    outgrown = plan(large, wide)
    assert outgrown.cloud is not None
    most = outgrown.cloud.pool.machines_most + 6
    assert any(f"128 machines on Google Cloud, and {most} may" in s for s in outgrown.differs)
    pools = (STATIC / "cloud-gcp/terraform/pools.tf").read_text("utf-8")
    network = (STATIC / "cloud-gcp/terraform/network.tf").read_text("utf-8")
    assert "total_max_node_count = 6\n" in pools
    assert "cidrsubnet(var.network_cidr, 1, 1)" in network


def test_managed_services_have_no_infrastructure(large: Version) -> None:
    with pytest.raises(NoBlueprint, match="runs no machines of yours"):
        plan(large, Choices(option="managed_api"))


def test_an_option_that_is_ruled_out_is_not_built() -> None:
    version = _version(a_large_document(isolation="air_gapped"))
    with pytest.raises(NoBlueprint, match="ruled out by a must-have"):
        plan(version, Choices(option="hyperscaler_on_demand"))
    own = plan(version, Choices(option="own_site"))
    assert own.is_air_gapped
    assert "on-prem/playbooks/airgap.yml" in files(own)
    assert own.cloud is None


def test_an_older_version_is_not_guessed_at(large: Version) -> None:
    result = copy.deepcopy(dict(large.result))
    for row in result["options"]:
        row.pop("capacity")
    with pytest.raises(NoBlueprint, match="Save another version"):
        plan(replace(large, result=result), Choices(option="own_site"))
    assert offered(replace(large, result=result)) == ()


def test_models_that_would_have_to_share_a_gpu_are_refused(small: Version) -> None:
    result = copy.deepcopy(dict(small.result))
    row = next(r for r in result["options"] if r["key"] == "hyperscaler_on_demand")
    row["capacity"]["rented_most"] = 1
    row["purchase"]["accelerators_per_machine"] = 1.0
    with pytest.raises(NoBlueprint, match="Sharing a GPU is not in this code"):
        plan(replace(small, result=result), Choices(option=row["key"]))


def test_a_site_that_must_survive_has_three_control_machines(large: Version) -> None:
    made = plan(large, Choices(option="own_site"))
    assert made.site is not None
    assert made.site.control_machines == (3 if any(s.somebody_waits for s in made.servings) else 1)
    with pytest.raises(NoBlueprint, match="less available than one"):
        plan(large, Choices(option="own_site", control_machines="2"))


def test_a_hybrid_keeps_nothing_ready_in_the_cloud(centre: Version) -> None:
    made = plan(centre, Choices(option="hybrid_burst", cloud="aws"))
    assert made.kind == "hybrid"
    assert made.cloud is not None
    assert made.site is not None
    assert made.cloud.pool.machines_ready == 0
    assert "no kind of data was answered as public" in made.differs[-1]
    assert "| audio | confidential | never |" in files(made)["README.md"]
    working = made.site.working_at_start
    assert sum(s.copies_most * s.gpus_per_copy for s in made.servings) <= working


def test_a_hybrid_at_a_specialist_bursts_as_a_task(centre: Version) -> None:
    made = plan(centre, Choices(option="hybrid_burst"))
    assert made.kind == "hybrid"
    assert made.cloud is None
    assert made.task is not None
    assert made.task.infra == "nebius/eu-north1"


def test_no_text_in_a_choice_gets_through(small: Version) -> None:
    fields = ("option", "cloud", "region")
    for number, text in enumerate(texts(1_500)):
        choices = replace(Choices(option="hyperscaler_on_demand"), **{fields[number % 3]: text})
        with pytest.raises(NoBlueprint):
            plan(small, choices)


def test_the_budget_is_the_ceiling_that_was_answered() -> None:
    document = copy.deepcopy(SMALL)
    document["answers"]["ceilings"] = {"opex_usd_per_month": 123_456}
    made = plan(_version(document), Choices(option="hyperscaler_on_demand"))
    assert made.cloud is not None
    assert made.cloud.budget_usd == 123_456
    assert "your answer" in made.cloud.budget_from


def test_the_likely_budget_holds_the_rent_of_spot_machines() -> None:
    document = copy.deepcopy(SMALL)
    document["answers"] |= {"may_stop": True, "interruptible_share": 0.5}
    version = _version(document)
    made = plan(version, Choices(option="hyperscaler_on_demand"))
    lines = {
        row["key"]: row["usd"] or 0.0
        for row in _result(version, "hyperscaler_on_demand")["cost_lines"]
    }
    assert lines["spot"] > 0
    kept = ("cloud_compute", "spot", "storage", "egress", "between_zones", "support")
    month = sum(lines.get(key, 0.0) for key in kept) / 36
    assert made.cloud is not None
    assert month <= made.cloud.budget_usd < month + 100


def test_raw_data_is_never_kept_for_ever_by_mistake() -> None:
    document = copy.deepcopy(SMALL)
    for modality in document["answers"]["modalities"].values():
        modality["retention_days"] = 0
    assert plan(_version(document), Choices(option="hyperscaler_on_demand")).raw_retention_days == 1
