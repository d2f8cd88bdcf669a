"""What each kind of data needs in each phase: arriving, prepared, served, kept, sent, trained.

Every figure is for today's volume, as if its kind of data ran alone; the fleet that is priced is
planned on all of them together (`fleet`). Each says how it is known and gives its range.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal

import numpy as np

from app.domain.demand.amounts import (
    Amount,
    Copies,
    Gigabytes,
    GigabytesPerDay,
    GPUHours,
    GPUHoursPerDay,
    GPUs,
    Megabits,
    Share,
    Terabytes,
    U,
    VCPUHoursPerDay,
    VCPUs,
    VCPUsPerGPU,
)
from app.domain.demand.fleet import Fleet, ModalityLoad
from app.domain.demand.media import GENERATED
from app.domain.demand.queueing import copies_needed, utilisation_allowed
from app.domain.demand.serving import (
    TableWork,
    TokenWork,
    bandwidth_share,
    cache_bytes,
    rate,
    weight_bytes,
)
from app.domain.demand.training import METHODS, checkpoint_gb, memory_gb
from app.domain.demand.training import Method as MethodName
from app.domain.demand.workload import SECONDS_PER_DAY, ModalityWork, Workload, run_hours
from app.domain.facts import Source
from app.domain.known import Known
from app.domain.measurements.kept import Measurement
from app.domain.worlds import Array

Grade = Literal["measured", "modelled", "no data"]
Resource = Literal["compute", "memory", "CPU", "network", "no data"]

_HOURS = 24.0
_MEGABITS_IN_A_GIGABYTE = 8e3
_GB = 1e9


@dataclass(frozen=True)
class Estimate(Generic[U]):
    """One figure of one phase.

    Attributes:
        amount: over the worlds; None where there is no data, which is never 0.
        basis: the formula or the rate, in words.
    """

    amount: Amount[U] | None
    grade: Grade
    basis: str
    source: Source


@dataclass(frozen=True)
class Ingest:
    """What arrives: mean a day, and the busiest hour's rate."""

    gb_per_day: Estimate[GigabytesPerDay]
    mbps_peak: Estimate[Megabits]


@dataclass(frozen=True)
class Preprocess:
    """Decoding and resizing on the host's processor.

    Attributes:
        cpu_bound_share: share of the worlds in which a GPU needs more vCPUs than come with it;
            None where that is not known.
    """

    vcpu_peak: Estimate[VCPUs]
    vcpu_hours_per_day: Estimate[VCPUHoursPerDay]
    vcpu_per_gpu: Estimate[VCPUsPerGPU]
    cpu_bound_share: float | None


@dataclass(frozen=True)
class Serve:
    """Running the model. *Busy* hours do work; *provisioned* ones stand ready for the peak.

    Attributes:
        utilisation: greatest share of the busiest hour in which a copy may be busy, so that the
            queue stays short (Erlang C, `queueing`).
        hbm_gb: memory that one copy needs at least: weights, and the cache of one request.
        gpus_per_copy: whole; 0 where no accelerator is chosen.
    """

    busy_gpu_hours_per_day: Estimate[GPUHoursPerDay]
    provisioned_gpu_hours_per_day: Estimate[GPUHoursPerDay]
    gpus_peak: Estimate[GPUs]
    replicas: Estimate[Copies]
    utilisation: Estimate[Share]
    hbm_gb: Estimate[Gigabytes]
    gpus_per_copy: int


@dataclass(frozen=True)
class Store:
    """What is kept once the retention is full; memory of a search index, None without one."""

    tb: Estimate[Terabytes]
    ram_gb: Estimate[Gigabytes] | None


@dataclass(frozen=True)
class Network:
    """What is sent back."""

    egress_gb_per_day: Estimate[GigabytesPerDay]


@dataclass(frozen=True)
class Method:
    """One way to fine-tune: memory of the run, and its hours where its length was answered."""

    gb_min: Estimate[Gigabytes]
    gpu_hours_per_run: Estimate[GPUHours]


@dataclass(frozen=True)
class Tune:
    """Training and fine-tuning the model of one kind of data.

    Attributes:
        methods: `full`, `lora` and `qlora`.
    """

    methods: Mapping[str, Method]
    checkpoint_gb: Estimate[Gigabytes]


@dataclass(frozen=True)
class Limit:
    """What runs out first as the volume grows, and why."""

    resource: Resource
    words: str


@dataclass(frozen=True)
class ModalityPhases:
    """All phases of one kind of data; None for a phase that it does not have."""

    modality: str
    ingest: Ingest
    preprocess: Preprocess | None
    serve: Serve
    store: Store
    network: Network
    tune: Tune | None
    limit: Limit


def phases(
    workload: Workload, on: Fleet | None, slots: Mapping[str, int], known: Known
) -> tuple[ModalityPhases, ...]:
    """Every phase of every kind of data, in the order of the workload.

    Args:
        on: the workload on the chosen accelerator; None where it cannot be sized or does not fit,
            which leaves serving without data and everything else as it is.
        slots: modality → requests that one copy serves side by side in the likely world.
    """
    loads = {load.modality.modality: load for load in on.loads} if on else {}
    return tuple(
        _phases(m, workload, on, loads.get(m.modality), slots.get(m.modality, 1), known)
        for m in workload.modalities
    )


def _phases(
    modality: ModalityWork,
    workload: Workload,
    on: Fleet | None,
    load: ModalityLoad | None,
    slots: int,
    known: Known,
) -> ModalityPhases:
    peak = peak_to_mean(modality, workload)
    serve = _serve(modality, on, load, slots, peak, known)
    ingest = _ingest(modality, peak, known)
    preprocess = _preprocess(modality, serve, peak, known)
    return ModalityPhases(
        modality=modality.modality,
        ingest=ingest,
        preprocess=preprocess,
        serve=serve,
        store=_store(modality, known),
        network=_network(modality, known),
        tune=_tune(modality, workload, on, known),
        limit=_limit(ingest, preprocess, serve, on, load, known),
    )


def peak_to_mean(modality: ModalityWork, workload: Workload) -> Array:
    """Busiest hour over the mean hour, shape (worlds,); 1 for work that can wait."""
    if modality.latency == "batch":
        return np.ones_like(modality.items_per_day)
    return np.maximum(workload.curve.peak, 1.0)


# ---- arriving and leaving ----------------------------------------------------------------------


def _ingest(modality: ModalityWork, peak: Array, known: Known) -> Ingest:
    gb = modality.items_per_day * modality.received_gb_per_item
    mbps = gb * _MEGABITS_IN_A_GIGABYTE / SECONDS_PER_DAY * peak
    is_prompt = modality.modality in GENERATED
    source = (
        known.figure("storage.prompt_kb").source if is_prompt else _size_source(modality, known)
    )
    what = "a prompt" if is_prompt else "one"
    return Ingest(
        _modelled(GigabytesPerDay, gb, f"{modality.unit} a day x size of {what}", source),
        _modelled(Megabits, mbps, "GB a day x 8,000 / 86,400 x busiest hour over mean", source),
    )


def _network(modality: ModalityWork, known: Known) -> Network:
    gb = modality.items_per_day * modality.returned_gb_per_item
    basis = f"{modality.unit} a day x size of what is sent back"
    return Network(_modelled(GigabytesPerDay, gb, basis, _answer_source(modality, known)))


def _answer_source(modality: ModalityWork, known: Known) -> Source:
    """Who says how large an answer is: what was made, numbers, a part of a scan, or text."""
    if modality.modality in GENERATED or modality.modality == "sensor":
        return _size_source(modality, known)
    is_vector = modality.vector_gb_per_item is not None
    return known.figure(
        "embedding.bytes_per_dimension" if is_vector else "storage.bytes_per_token"
    ).source


def _store(modality: ModalityWork, known: Known) -> Store:
    raw_gb = modality.items_per_day * modality.raw_gb_per_item * modality.retention_days
    factor = known.positive("storage.derived_factor") + known.positive("storage.logs_share")
    tb = _modelled(
        Terabytes,
        raw_gb * factor / 1e3,
        "GB a day x days kept x (all derived data + logs), one copy",
        known.figure("storage.derived_factor").source,
    )
    if modality.vector_gb_per_item is None:
        return Store(tb, None)
    kept = modality.items_per_day * modality.retention_days * modality.vector_gb_per_item
    basis = "vectors kept x numbers x 4 bytes x memory of the index over its vectors"
    source = known.figure("embedding.memory_factor").source
    return Store(tb, _modelled(Gigabytes, kept, basis, source))


_SIZE_FIGURES: Mapping[str, str] = {
    "text": "storage.bytes_per_token",
    "embeddings": "storage.bytes_per_token",
    "document": "storage.document_page_mb",
    "image": "storage.bits_per_pixel",
    "image_generation": "storage.bits_per_pixel",
    "audio": "storage.audio_kbps",
    "speech_synthesis": "storage.audio_kbps",
    "video": "storage.video_mbps_720",
    "video_generation": "storage.video_mbps_720",
    "sensor": "storage.volume_mb",
}


def _size_source(modality: ModalityWork, known: Known) -> Source:
    work = modality.work
    if isinstance(work, TableWork) and work.workload == "pointpillars":
        return known.figure("storage.lidar_sweep_mb").source
    return known.figure(_SIZE_FIGURES[modality.modality]).source


# ---- preparing ---------------------------------------------------------------------------------


def _preprocess(
    modality: ModalityWork, serve: Serve, peak: Array, known: Known
) -> Preprocess | None:
    found = vcpu_seconds_per_item(modality, known)
    if found is None:
        return _unknown_preprocessing(known) if modality.modality == "sensor" else None
    seconds, basis, source = found
    daily = modality.items_per_day * seconds
    used = known.share("preprocess.utilisation")
    vcpu = daily * peak / SECONDS_PER_DAY / np.maximum(used, 0.05)
    gpus = serve.gpus_peak.amount
    ratio = None if gpus is None else vcpu / gpus.draws
    allowed = known.value("preprocess.vcpu_per_accelerator")
    bound = None if ratio is None else float(np.mean(ratio > allowed))
    words = f"{basis}; {allowed:.0f} come with a GPU"
    return Preprocess(
        _modelled(VCPUs, vcpu, f"{basis} x busiest hour over mean / planned use", source),
        _modelled(VCPUHoursPerDay, daily / 3600.0, basis, source),
        _known_if(VCPUsPerGPU, ratio, "modelled", words, source),
        bound,
    )


def vcpu_seconds_per_item(modality: ModalityWork, known: Known) -> tuple[Array, str, Source] | None:
    """Processor seconds to prepare one item, (worlds,), with basis and source; None if unknown.

        picture 0.008 + 0.025 * megapixels · minute of video frames * megapixels / 220
        minute of audio 60 / 300; each times `preprocess.model_error`

    Validity: software decoding. All frames of a video are decoded, whatever a model looks at,
    because each is stored as the difference to others. Text and prompts need nothing to speak of.

    Source: `preprocess.*` in the facts.
    """
    error = known.positive("preprocess.model_error")
    if modality.modality == "audio":
        figure = known.figure("preprocess.audio_times_real_time")
        return 60.0 / figure.value * error, "minutes a day x 60 s / 300", figure.source
    if modality.megapixels is None:
        return None
    if modality.modality == "video":
        figure = known.figure("preprocess.video_megapixels_per_second")
        frames = 60.0 * known.positive("preprocess.video_frames_per_second")
        seconds = frames * modality.megapixels / figure.value * error
        return seconds, "frames a day x megapixels / 220 a second", figure.source
    seconds = vcpu_seconds_per_picture(modality.megapixels, known)
    source = known.figure("preprocess.image_seconds").source
    return seconds, f"{modality.unit} a day x (8 ms + 25 ms for each megapixel)", source


def vcpu_seconds_per_picture(megapixels: Array | float, known: Known) -> Array:
    """Processor seconds to decode and resize one picture, (worlds,), as above."""
    each = known.value("preprocess.image_seconds")
    per_megapixel = known.value("preprocess.image_seconds_per_megapixel")
    result: Array = (each + per_megapixel * megapixels) * known.positive("preprocess.model_error")
    return result


def _unknown_preprocessing(known: Known) -> Preprocess:
    source = known.figure("preprocess.model_error").source
    words = "nobody has published what a scan takes to prepare; measure it"
    return Preprocess(
        _known_if(VCPUs, None, "no data", words, source),
        _known_if(VCPUHoursPerDay, None, "no data", words, source),
        _known_if(VCPUsPerGPU, None, "no data", words, source),
        None,
    )


# ---- serving -----------------------------------------------------------------------------------


def _serve(
    modality: ModalityWork,
    on: Fleet | None,
    load: ModalityLoad | None,
    slots: int,
    peak: Array,
    known: Known,
) -> Serve:
    if on is None or load is None:
        return _unserved(modality, known)
    grade, basis, source = how_known(load, on, known)
    size = load.replica.accelerators
    waits = modality.latency != "batch"
    copies, allowed = copies_at_peak(load.load * peak / size, slots, known, waits=waits)
    gpus = copies * size
    queue = known.figure("queue.wait_probability").source
    least = f"{basis}; at the peak, with Erlang C"
    return Serve(
        _known_if(GPUHoursPerDay, _HOURS * load.load, grade, basis, source),
        _known_if(GPUHoursPerDay, _HOURS * gpus, grade, "24 hours x GPUs at the peak", source),
        _known_if(GPUs, gpus, grade, f"{least}, {size} to a copy", source),
        _known_if(Copies, copies, grade, f"{least}{' and one spare' if waits else ''}", source),
        _modelled(Share, allowed, f"Erlang C for copies of {slots} slots, at most 85 %", queue),
        _memory(modality, known),
        size,
    )


def copies_at_peak(offered: Array, slots: int, known: Known, *, waits: bool) -> tuple[Array, Array]:
    """Copies to run and how busy they may be at the peak, shape (worlds,) each.

        least c with offered <= rho(c * slots) * c, rho from Erlang C and at most the cap;
        one more as a spare where somebody waits. Work that can wait has no queue to keep short:
        offered / cap.

    Args:
        offered: busy copies in the busiest hour.
    """
    cap = known.value("queue.utilisation_cap")
    if not waits:
        return np.maximum(np.ceil(offered / cap), 1.0), np.full_like(offered, cap)
    wait = known.value("queue.wait_probability")
    copies = copies_needed(offered, slots, wait, cap)
    return copies + 1.0, utilisation_allowed(copies, slots, wait, cap)


def how_known(load: ModalityLoad, on: Fleet, known: Known) -> tuple[Grade, str, Source]:
    """Whether the seconds of a request were measured, from what, and who says so."""
    work = load.modality.work
    if load.measurement is not None:
        return "measured", _own_words(load, load.measurement), _own_source(load.measurement)
    if isinstance(work, TableWork):
        found = rate(work.workload, on.accelerator, known, work.stack)
        words = f"{found.basis.rate:g} {found.basis.unit} on {found.basis.accelerator}"
        if found.quality == "modelled":
            words += f", scaled to {on.accelerator.key} by arithmetic and bandwidth"
        return found.quality, words, found.basis.source
    return "modelled", f"roofline for {work.model.name} at {work.precision}", work.model.source


def _own_words(load: ModalityLoad, measurement: Measurement) -> str:
    """A measurement in words, and how it was carried over."""
    what = f"{measurement.requests_per_second:.3g} requests/s on {measurement.accelerator}"
    count = f"{measurement.accelerators:g} of them" if measurement.accelerators > 1 else "one"
    how = " ".join(filter(None, (measurement.tool, measurement.version)))
    times = float(np.median(load.seconds_per_request)) * measurement.requests_per_second
    carried = f"one of the project's requests takes {times:.2g} times as long as a measured one"
    return ", ".join(filter(None, (f"{what}, from {count}", how, measurement.model, carried)))


def _own_source(measurement: Measurement) -> Source:
    file = measurement.file or "no file named"
    return Source(f"own measurement, {file}", measurement.day, "high")


def _memory(modality: ModalityWork, known: Known) -> Estimate[Gigabytes]:
    work = modality.work
    if isinstance(work, TableWork):
        gb = np.full_like(modality.items_per_day, work.memory_gb)
        figure = known.figure(_MEMORY_FIGURES[work.workload])
        return _modelled(Gigabytes, gb, figure.label.lower(), figure.source)
    overhead = known.value("memory.weights_overhead")
    gb = (overhead * weight_bytes(work, known) + cache_bytes(work)) / _GB
    return _modelled(Gigabytes, gb, "1.2 x weights + cache of one request", work.model.source)


_MEMORY_FIGURES: Mapping[str, str] = {
    "whisper_large_v3": "memory.whisper_gb",
    "clip_l14": "memory.clip_gb",
    "bert_large": "memory.bert_gb",
    "3d_unet": "memory.unet3d_gb",
    "pointpillars": "memory.pointpillars_gb",
    "sdxl_1024px": "memory.sdxl_gb",
    "wan22_14b": "memory.wan22_gb",
    "orpheus_3b": "memory.orpheus_gb",
}


def _unserved(modality: ModalityWork, known: Known) -> Serve:
    source = known.figure("scaling.spec_error").source
    words = (
        "no accelerator on offer can be sized: measure the model on one, or choose a smaller one"
    )
    return Serve(
        _known_if(GPUHoursPerDay, None, "no data", words, source),
        _known_if(GPUHoursPerDay, None, "no data", words, source),
        _known_if(GPUs, None, "no data", words, source),
        _known_if(Copies, None, "no data", words, source),
        _known_if(Share, None, "no data", words, source),
        _memory(modality, known),
        0,
    )


# ---- training ----------------------------------------------------------------------------------


def _tune(
    modality: ModalityWork, workload: Workload, on: Fleet | None, known: Known
) -> Tune | None:
    work = modality.work
    if not workload.trains or not isinstance(work, TokenWork):
        return None
    kept = known.figure("training.checkpoint_gb")
    one = checkpoint_gb(work.model.billions, known)
    return Tune(
        {name: _method(name, modality, work, workload, on, known) for name in METHODS},
        _modelled(Gigabytes, one, kept.label.lower(), kept.source),
    )


def _method(
    name: MethodName,
    modality: ModalityWork,
    work: TokenWork,
    workload: Workload,
    on: Fleet | None,
    known: Known,
) -> Method:
    figure = known.figure(f"training.memory_{name}")
    gb = memory_gb(work.model.billions, name, known)
    least = _modelled(Gigabytes, gb, figure.label.lower(), figure.source)
    tokens = workload.tokens_per_run
    if tokens is None or on is None:
        words = "answer how many tokens one run reads (W5)"
        return Method(least, _known_if(GPUHours, None, "no data", words, figure.source))
    hours = run_hours(modality, tokens, name, on.accelerator, known)
    words = "operations of the run / (share of the peak that is reached x peak)"
    return Method(least, _modelled(GPUHours, hours, words, known.figure(_ADAPTED).source))


# The share of the peak that adapters reach, for its source; full runs are in the same table.
_ADAPTED = "training.mfu_lora"


# ---- what runs out first -----------------------------------------------------------------------


def _limit(
    ingest: Ingest,
    preprocess: Preprocess | None,
    serve: Serve,
    on: Fleet | None,
    load: ModalityLoad | None,
    known: Known,
) -> Limit:
    """The resource that the work fills most, each over what comes with the GPUs at the peak."""
    gpus = serve.gpus_peak.amount
    if gpus is None or on is None or load is None:
        return Limit("no data", "no accelerator on offer can be sized for it")
    host = known.value("preprocess.vcpu_per_accelerator")
    vcpus = _middle(preprocess.vcpu_per_gpu) if preprocess else 0.0
    line = known.value("network.mbps_per_accelerator")
    mbps = _middle(ingest.mbps_peak) / float(np.median(gpus.draws))
    if vcpus > host and vcpus / host >= mbps / line:
        return Limit("CPU", f"each GPU wants {vcpus:.0f} vCPUs to be fed, {host:.0f} come with it")
    if mbps > line:
        words = f"each GPU wants {mbps:,.0f} Mbit/s to be fed, {line:,.0f} come with it"
        return Limit("network", words)
    return _gpu_limit(load, serve, on, known)


def _gpu_limit(load: ModalityLoad, serve: Serve, on: Fleet, known: Known) -> Limit:
    """Compute or memory: which of the two keeps the accelerators from doing more."""
    busy, gpus = _middle(serve.busy_gpu_hours_per_day), _middle(serve.gpus_peak)
    if load.replica.accelerators > 1 and busy / _HOURS < 1:
        return Limit("memory", f"{gpus:.0f} GPUs hold the model, little of their time is used")
    work, copies = load.modality.work, load.replica.accelerators
    if isinstance(work, TableWork):
        return Limit("compute", "as in the published rate")
    share = float(np.median(bandwidth_share(work, on.accelerator, copies, known)))
    if share > 0.5:
        return Limit("memory", f"{share:.0%} of a request moves weights and cache")
    return Limit("compute", f"{1 - share:.0%} of a request is arithmetic")


def _middle(estimate: Estimate[U]) -> float:
    return 0.0 if estimate.amount is None else float(np.median(estimate.amount.draws))


def _modelled(unit: type[U], draws: Array, basis: str, source: Source) -> Estimate[U]:
    return Estimate(Amount(unit, draws), "modelled", basis, source)


def _known_if(
    unit: type[U], draws: Array | None, grade: Grade, basis: str, source: Source
) -> Estimate[U]:
    """An estimate; without draws it says that there is no data."""
    if draws is None:
        return Estimate(None, "no data", basis, source)
    return Estimate(Amount(unit, draws), grade, basis, source)
