"""Plans to write code from: any combination, without assessing anything."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, product

from app.blueprints.choices import Networks
from app.blueprints.controls import answer_table
from app.blueprints.machines import machines
from app.blueprints.parts import CloudPart, Kind, Line, Plan, Pool, SitePart, TaskPart, Words
from app.blueprints.sizing import Serving

INSTANCES = {
    "aws": ("p5.48xlarge", "H100", "eu-north-1"),
    "gcp": ("a3-highgpu-8g", "H100", "europe-west4"),
    "azure": ("Standard_ND96isr_H100_v5", "H100", "swedencentral"),
}
CLOUDS = tuple(INSTANCES)
LANGUAGE = Serving(
    key="language-4-15b-fp8",
    kind="language",
    model="4_15b",
    precision="fp8",
    modalities=("text", "image"),
    gpus_per_copy=1,
    load_share=0.8,
    somebody_waits=True,
    longest_request=8192,
    copies_ready=2,
    copies_most=6,
)
SPEECH = replace(
    LANGUAGE, key="speech", kind="speech", model="whisper_large_v3", precision="",
    modalities=("audio",), copies_ready=1, copies_most=1, longest_request=None,
)  # fmt: skip
EMBEDDINGS = replace(
    SPEECH,
    key="embeddings-images",
    kind="embeddings",
    model="clip_l14",
    modalities=("image",),
)
CUSTOM = replace(
    SPEECH,
    key="custom-image-generation",
    kind="custom",
    model="sdxl_1024px",
    modalities=("image_generation",),
)
WORDS = Words("Radiology", 3, "Before the board", date(2026, 11, 24), "An option", "", "")
NOTHING = Plan(
    kind="cloud",
    option="hyperscaler_on_demand",
    family="cloud",
    name="footing",
    environment="prod",
    cloud=None,
    site=None,
    task=None,
    servings=(LANGUAGE,),
    networks=Networks("10.40.0.0/16", "10.20.0.0/16"),
    has_jobs=False,
    decodes_video=False,
    trains=False,
    is_air_gapped=False,
    answered=answer_table(),
    data_classes=(("text", "internal"), ("image", "public"), ("audio", "")),
    raw_retention_days=90,
    stored_tb=12.5,
    months=36,
    lines=(Line("cloud_compute", "GPU rent", 1000.0), Line("egress", "Data leaving", None)),
    total_usd=1000.0,
    at_least=True,
    engine="3",
    facts="sha256:0",
    differs=(),
    words=WORDS,
)


def a_cloud(cloud: str = "aws", *, ready: int = 1, most: int = 2) -> CloudPart:
    instance, accelerator, region = INSTANCES[cloud]
    pool = Pool(
        accelerator=accelerator,
        machine=machines()[cloud, instance],
        gpus_per_machine=8,
        planned_gpus=9,
        machines_ready=ready,
        machines_most=most,
        commitment_years=3,
        committed_gpus=8,
    )
    return CloudPart(cloud, region, (region,), pool, 18_000, "the likely rent")


def a_site(**changes: object) -> SitePart:
    site = SitePart(
        place="own",
        server="8 x H200 server",
        accelerator="H200",
        gpus_per_server=8,
        servers=3,
        spares=1,
        servers_by_year=(2, 3, 3),
        planned_gpus=14,
        kw=30.6,
        control_machines=3,
    )
    return replace(site, **changes)  # type: ignore[arg-type]  # what a test says it changes


def a_task() -> TaskPart:
    return TaskPart("Nebius", "nebius/eu-north1", "H100", 8, 2, 9)


def a_plan(at: str = "aws", **changes: object) -> Plan:
    whole = replace(NOTHING, cloud=a_cloud(at))
    return replace(whole, **changes)  # type: ignore[arg-type]  # what a test says it changes


def an_own_site(site: SitePart | None = None, **changes: object) -> Plan:
    whole = replace(NOTHING, kind="on-prem", site=site or a_site())
    return replace(whole, **changes)  # type: ignore[arg-type]  # what a test says it changes


@dataclass(frozen=True)
class Place:
    """Where the machines of a combination stand."""

    kind: Kind
    cloud: CloudPart | None = None
    site: SitePart | None = None
    task: TaskPart | None = None


PLACES = (
    *(Place("cloud", a_cloud(cloud)) for cloud in CLOUDS),
    Place("on-prem", site=a_site()),
    *(Place("hybrid", a_cloud(cloud, ready=0), a_site()) for cloud in CLOUDS),
    Place("hybrid", None, a_site(), a_task()),
    Place("task", task=a_task()),
)


def every_combination() -> Iterator[Plan]:
    """A plan for each way in which files can be included."""
    for place, servings, flags in product(PLACES, _served(), product((False, True), repeat=4)):
        jobs, video, trains, is_air_gapped = flags
        if is_air_gapped and place.kind != "on-prem":
            continue  # a must-have rules every rented option out
        if place.task is not None and CUSTOM in servings:
            continue  # refused: the task serves with vLLM
        yield replace(
            NOTHING,
            kind=place.kind,
            cloud=place.cloud,
            site=place.site,
            task=place.task,
            servings=servings,
            has_jobs=jobs or video,
            decodes_video=video,
            trains=trains,
            is_air_gapped=is_air_gapped,
        )


def _served() -> list[tuple[Serving, ...]]:
    every = (LANGUAGE, SPEECH, EMBEDDINGS, CUSTOM)
    return [found for count in (1, 2, 3, 4) for found in combinations(every, count)]
