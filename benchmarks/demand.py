"""How long sizing four kinds of data over 20,000 worlds takes, over the same formulas in numpy.

`python -m benchmarks.demand` prints one ratio. Both sides are timed in turn, in one run; the
fastest of many rounds counts, because a disturbance only ever adds time.

Timed above: answers to work, work to load on one accelerator, load to every figure of every
phase. Timed below: each input drawn once, from the same streams, and the same formulas on plain
arrays, without a unit, a source or a choice. What both find is compared before anything is timed.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from app import reference
from app.domain.demand.fleet import fleet
from app.domain.demand.phases import ModalityPhases, phases
from app.domain.demand.queueing import greatest_utilisation
from app.domain.demand.workload import workload
from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Z90, Array, Worlds
from app.reference import Reference
from benchmarks.measuring import Line

WORLDS = 20_000
ROUNDS = 15
ACCELERATOR = "H100"
SLOTS: Mapping[str, int] = {"text": 300, "image": 300, "audio": 24, "video": 100}
_DOCUMENT = {
    "name": "Four kinds of data",
    "answers": {
        "workloads": ["realtime_inference"],
        "traffic": {"shape": "business_hours"},
        "modalities": {
            "text": {"volume_per_day": 1_000_000, "latency": {"p95_ms": 10_000}},
            "image": {"volume_per_day": 1_000_000},
            "audio": {"volume_per_day": 500_000},
            "video": {"volume_per_day": 50_000},
        },
    },
}
_SIGNED = ("latency.near_realtime", "preprocess.utilisation")
_DRAWN = (
    "traffic.peak_business_hours",
    "tokens.image_cap", "tokens.video_frame", "tokens.out_image", "tokens.out_video",
    "tokens.speech_minute", "storage.bits_per_pixel", "storage.audio_kbps",
    "storage.derived_factor", "storage.logs_share", "roofline.model_error",
    "latency.queue_factor", "latency.near_realtime", "stack.oss_table",
    "preprocess.model_error", "preprocess.video_frames_per_second", "preprocess.utilisation",
)  # fmt: skip
_ANSWERED = (
    "text.volume_per_day", "text.tokens_in", "text.tokens_out", "text.retention_days",
    "image.volume_per_day", "image.megapixels", "image.retention_days",
    "audio.volume_per_day", "audio.retention_days",
    "video.volume_per_day", "video.fps_sampled", "video.height", "video.clip_seconds",
    "video.retention_days",
)  # fmt: skip
_HEIGHTS = (360, 480, 720, 1080, 1440, 2160)

Ranges = Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Given:
    """What both sides start from."""

    shipped: Reference
    answers: Answers
    ranges: Ranges


def lines() -> Iterator[Line]:
    """The one ratio, for the table of all benchmarks."""
    detail = f"{len(SLOTS)} kinds of data; fastest of {ROUNDS} rounds each"
    name = f"demand over {WORLDS:,} worlds / the same formulas in numpy"
    yield Line(name, ratio(), "x time", detail, 3.0)


def ratio(worlds: int = WORLDS, rounds: int = ROUNDS) -> float:
    """Time of the demand step over the time of its formulas in numpy."""
    given = _given()
    ours, bare = step(given, worlds), kernel(given, worlds)
    _check(ours, bare)
    fastest = [float("inf"), float("inf")]
    for _ in range(rounds):
        for which, work in enumerate((step, kernel)):
            began = time.perf_counter()
            work(given, worlds)
            fastest[which] = min(fastest[which], time.perf_counter() - began)
    return fastest[0] / fastest[1]


def _given() -> Given:
    shipped = reference.load()
    answers = read_answers(_DOCUMENT, shipped.questions)
    ranges = {}
    for name in _ANSWERED:
        wide = answers.quantity(f"modalities.{name}")
        ranges[name] = (wide.low, wide.likely, wide.high)
    for key in _DRAWN:
        figure = shipped.facts.figure(key)
        ranges[key] = (figure.low, figure.value, figure.high)
    return Given(shipped, answers, ranges)


def step(given: Given, worlds: int) -> tuple[ModalityPhases, ...]:
    """The demand step as an assessment takes it."""
    known = Known(given.shipped.facts, Worlds(worlds, 1))
    work = workload(given.answers, known)
    on = fleet(work, known.accelerator(ACCELERATOR), known)
    return phases(work, on, SLOTS, known)


def _stream(name: str) -> str:
    """The name under which an input is drawn."""
    if name == "traffic.peak_business_hours":
        return "traffic.peak_to_average"
    return f"modalities.{name}" if name in _ANSWERED else name


def _draw(name: str, spread: tuple[float, float, float], worlds: int) -> Array:
    low, likely, high = spread
    generator = np.random.default_rng([1, crc32(_stream(name).encode())])
    z = generator.standard_normal(worlds)
    if name in _SIGNED:
        drawn = likely + z * np.where(z < 0, likely - low, high - likely) / Z90
        return np.clip(drawn, 0.0, 1.0)
    below, above = np.log(likely / max(low, likely / 1e3)), np.log(high / likely)
    result: Array = likely * np.exp(z * np.where(z < 0, below, above) / Z90)
    return result


def kernel(given: Given, worlds: int) -> dict[str, dict[str, Array]]:
    """The same figures in plain numpy: modality → figure → (worlds,)."""
    value = {key: figure.value for key, figure in given.shipped.facts.figures.items()}
    d = {name: _draw(name, spread, worlds) for name, spread in given.ranges.items()}
    peak = np.maximum(d["traffic.peak_business_hours"], 1.0)
    seconds = _seconds(given, d, value)
    received, kept, sent = _bytes(d, value)
    cpu = _processor_seconds(d)
    return {
        name: _figures(name, value, d, peak, received, kept, sent, seconds, cpu) for name in seconds
    }


def _seconds(given: Given, d: Mapping[str, Array], value: Mapping[str, float]) -> dict[str, Array]:
    """Modality → accelerator-seconds of one item, (worlds,)."""
    near = np.maximum(d["latency.near_realtime"], 0.01)
    pixels = d["image.megapixels"] * 1e6 / value["tokens.pixels_per_token"]
    seen = np.minimum(pixels, d["tokens.image_cap"])
    (whisper,) = (
        row.rate
        for row in given.shipped.facts.throughputs
        if (row.workload, row.accelerator) == ("whisper_large_v3", ACCELERATOR)
    )
    clip = d["video.clip_seconds"]
    frames = clip * d["video.fps_sampled"] * d["tokens.video_frame"]
    text = _tokens(given, d, d["text.tokens_in"], d["text.tokens_out"], 0.0, 10_000.0)
    video = _tokens(given, d, frames, d["tokens.out_video"], frames, None)
    return {
        "text": text,
        "image": _tokens(given, d, seen, d["tokens.out_image"], seen, None) / near,
        "audio": 60.0 / (whisper * d["stack.oss_table"]) / near,
        "video": video / near * 60.0 / clip,
    }


def _bytes(
    d: Mapping[str, Array], value: Mapping[str, float]
) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
    """Modality → GB received, kept and sent with one item, (worlds,) each."""
    token_gb = value["storage.bytes_per_token"] / 1e9
    read = d["text.tokens_in"] * token_gb
    sent = {
        "text": d["text.tokens_out"] * token_gb,
        "image": d["tokens.out_image"] * token_gb,
        "audio": d["tokens.speech_minute"] * token_gb,
        "video": d["tokens.out_video"] * token_gb * 60.0 / d["video.clip_seconds"],
    }
    rates = [value[f"storage.video_mbps_{height}"] for height in _HEIGHTS]
    kept = {
        "text": read + sent["text"],
        "image": d["image.megapixels"] * 1e6 * d["storage.bits_per_pixel"] / 8 / 1e9,
        "audio": d["storage.audio_kbps"] * 1e3 * 60 / 8 / 1e9,
        "video": np.interp(d["video.height"], _HEIGHTS, rates) * 1e6 * 60 / 8 / 1e9,
    }
    return {**kept, "text": read}, kept, sent


def _processor_seconds(d: Mapping[str, Array]) -> dict[str, Array]:
    """Modality → vCPU-seconds to prepare one item, (worlds,); none for text."""
    error = d["preprocess.model_error"]
    pixels = d["video.height"] ** 2 * (16 / 9) / 1e6
    return {
        "image": (0.008 + 0.025 * d["image.megapixels"]) * error,
        "audio": 60.0 / 300.0 * error,
        "video": 60.0 * d["preprocess.video_frames_per_second"] * pixels / 220.0 * error,
    }


def _tokens(
    given: Given,
    d: Mapping[str, Array],
    read: Array,
    written: Array,
    seen: Array | float,
    target_ms: float | None,
) -> Array:
    """Accelerator-seconds of one request of an 8B model in 8 bit."""
    value = {key: figure.value for key, figure in given.shipped.facts.figures.items()}
    model = given.shipped.facts.models["4_15b"]
    machine = given.shipped.facts.accelerators[ACCELERATOR]
    weights = model.billions * 1e9 * value["precision.fp8"]
    flops = (machine.fp8_tflops or 0.0) * 1e12 * value["roofline.compute_efficiency"]
    bandwidth = machine.bandwidth_tb_s * 1e12 * value["roofline.bandwidth_efficiency"]
    patches = seen * value["vision.patches_per_token"]
    reading = (read + written) * 2 * model.active_billions * 1e9 / flops
    reading = reading + 2 * value["vision.encoder_billions"] * 1e9 * patches / (
        value["roofline.vision_efficiency"] * machine.bf16_tflops * 1e12
    )
    cache = model.kv_bytes_per_token * (read + written / 2)
    room = value["memory.usable"] * machine.memory_gb * 1e9 - weights
    batch = room / (model.kv_bytes_per_token * (read + written))
    error = d["roofline.model_error"]
    if target_ms is not None:
        budget = value["latency.model_share"] * target_ms / 1e3 / d["latency.queue_factor"]
        moved_per_second = bandwidth / written
        each = reading * error + cache / moved_per_second
        batch = np.minimum(batch, (budget - weights / moved_per_second) / each)
    batch = np.clip(batch, 1.0, 512.0)
    decode = written * (weights / batch + cache) / bandwidth
    result: Array = (reading + decode) * error
    return result


def _figures(  # noqa: PLR0913  # what was computed before, by name
    name: str,
    value: Mapping[str, float],
    d: Mapping[str, Array],
    peak: Array,
    received: Mapping[str, Array],
    kept: Mapping[str, Array],
    sent: Mapping[str, Array],
    seconds: Mapping[str, Array],
    cpu: Mapping[str, Array],
) -> dict[str, Array]:
    items = d[f"{name}.volume_per_day"]
    load = items * seconds[name] / 86_400.0
    copies = _copies(load * peak, SLOTS[name], value) + 1.0
    gb = items * received[name]
    factor = d["storage.derived_factor"] + d["storage.logs_share"]
    found = {
        "gb_per_day": gb,
        "mbps_peak": gb * 8e3 / 86_400.0 * peak,
        "busy_gpu_hours_per_day": 24.0 * load,
        "gpus_peak": copies,
        "provisioned_gpu_hours_per_day": 24.0 * copies,
        "tb": items * kept[name] * d[f"{name}.retention_days"] * factor / 1e3,
        "egress_gb_per_day": items * sent[name],
    }
    if name in cpu:
        daily = items * cpu[name]
        used = np.maximum(d["preprocess.utilisation"], 0.05)
        found["vcpu_hours_per_day"] = daily / 3_600.0
        found["vcpu_peak"] = daily * peak / 86_400.0 / used
        found["vcpu_per_gpu"] = found["vcpu_peak"] / copies
    return found


def _copies(offered: Array, slots: int, value: Mapping[str, float]) -> Array:
    wait, cap = value["queue.wait_probability"], value["queue.utilisation_cap"]
    most = 255 // slots
    allowed = np.array([_allowed(count * slots, wait, cap) for count in range(1, most + 1)])
    at = np.searchsorted(allowed * np.arange(1, most + 1), offered) + 1.0
    result: Array = np.where(at <= most, at, np.maximum(np.ceil(offered / cap), most + 1.0))
    return result


_SEARCHED: dict[tuple[int, float, float], float] = {}


def _allowed(servers: int, wait: float, cap: float) -> float:
    """Erlang C searched once for both sides: it is the same for every world."""
    key = (servers, wait, cap)
    if key not in _SEARCHED:
        _SEARCHED[key] = greatest_utilisation(servers, wait, cap)
    return _SEARCHED[key]


def _check(ours: tuple[ModalityPhases, ...], bare: Mapping[str, Mapping[str, Array]]) -> None:
    for one in ours:
        every = (one.ingest, one.preprocess, one.serve, one.store, one.network)
        found = {name: e for phase in every if phase for name, e in vars(phase).items()}
        for name, draws in bare[one.modality].items():
            if not np.allclose(found[name].amount.draws, draws):
                message = f"{one.modality}: {name} differs between the two sides."
                raise ValueError(message)


if __name__ == "__main__":
    print(f"demand of four kinds of data, {WORLDS} worlds: {ratio():.2f} times bare numpy")
