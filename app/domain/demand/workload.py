"""What the answers ask for, modality by modality, before any machine is chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from app.domain.demand.evidence import SEEN, refuse_without_pictures
from app.domain.demand.load import LoadCurve
from app.domain.demand.measured import usable
from app.domain.demand.media import (
    raw_gb_per_item,
    received_gb_per_item,
    returned_gb_per_item,
    vector_gb_per_item,
)
from app.domain.demand.serving import TableWork, TokenWork, Work
from app.domain.demand.training import (
    Family,
    Method,
    TrainingWork,
    gpu_hours,
    language_flop,
)
from app.domain.facts import Accelerator
from app.domain.known import Known
from app.domain.measurements.kept import Measurement
from app.domain.questionnaire.answers import TRAINING, Answers
from app.domain.worlds import Array, Worlds, likely_world

SECONDS_PER_DAY = 86_400.0
DAYS_PER_MONTH = 365.0 / 12.0

# Latency classes by the 95th percentile asked for, in ms. Interactive after MLPerf Inference
# v6.1 for a vision-language model (p99 <= 1.5 s). Work counts as deferrable, to be done in the
# quiet hours, only where an hour may pass; anything sooner follows the load curve.
_INTERACTIVE_MS = 2_000.0
_DEFERRABLE_MS = 3_600_000.0

_UNITS: Mapping[str, str] = {
    "text": "requests",
    "document": "pages",
    "image": "images",
    "audio": "minutes",
    "video": "minutes",
    "sensor": "scans",
    "image_generation": "images",
    "video_generation": "clips",
    "speech_synthesis": "minutes",
    "embeddings": "pieces",
}
# Speech arrives in windows of half a minute, of which a minute has two.
_SPEECH_WINDOW = 0.5


@dataclass(frozen=True)
class ModalityWork:
    """One modality's work, before growth.

    Attributes:
        items_per_day: in `unit`, shape (worlds,).
        requests_per_item: model calls per item (clips in a minute of video), (worlds,).
        latency: `interactive`, `near_realtime` or `batch`.
        target_ms: 95th percentile asked for; None for no target.
        raw_gb_per_item: bytes that are kept of each item: what arrived or was made, (worlds,).
        retention_days: how long they are kept, (worlds,).
        received_gb_per_item, returned_gb_per_item: bytes in and out with each item, (worlds,).
        vector_gb_per_item: memory of a search index that each item takes, (worlds,); None
            where nothing is searched.
        megapixels: size of a picture or frame that is decoded, (worlds,); None without one.
        shared: whether one model serves this and all others that say so.
    """

    modality: str
    unit: str
    items_per_day: Array
    requests_per_item: Array
    work: Work
    latency: str
    target_ms: float | None
    raw_gb_per_item: Array
    retention_days: Array
    received_gb_per_item: Array
    returned_gb_per_item: Array
    vector_gb_per_item: Array | None
    megapixels: Array | None
    shared: bool = False


@dataclass(frozen=True)
class Workload:
    """All work of one project.

    Attributes:
        growth: volume over today's, at the middle of each month, shape (worlds, months).
        curve: how interactive load spreads over the hours.
        training_h100_hours_per_year: shape (worlds,).
        trains: whether a model is trained or fine-tuned at all.
        may_wait: share of what people wait for that could as well wait an hour.
        tokens_per_run: that one run reads, (worlds,); None where nobody said.
        measurements: those that are of the models asked for.
    """

    modalities: tuple[ModalityWork, ...]
    growth: Array
    curve: LoadCurve
    training_h100_hours_per_year: Array
    months: int
    trains: bool = False
    tokens_per_run: Array | None = None
    may_wait: float = 0.0
    measurements: tuple[Measurement, ...] = ()

    @property
    def is_realtime(self) -> bool:
        """Whether somebody waits for an answer, so that the loss of one machine must not show."""
        return any(m.latency != "batch" for m in self.modalities)

    def measurement(self, modality: str, accelerator: str) -> Measurement | None:
        """What was measured of `modality` on `accelerator`, if anything."""
        found = (
            m for m in self.measurements if (m.modality, m.accelerator) == (modality, accelerator)
        )
        return next(found, None)


def _may_wait(answers: Answers) -> float:
    share = answers.optional_quantity("interruptible_share")
    return share.likely if share is not None else 0.0


def workload(answers: Answers, known: Known) -> Workload:
    """The work that `answers` describe, over `worlds`."""
    months = round(answers.quantity("horizon_months").likely)
    shape = answers.choice("traffic.shape")
    modalities = tuple(_modality(m, answers, known) for m in answers.modalities)
    if answers.choice("fusion") == "shared":
        modalities = _on_one_model(modalities)
    return Workload(
        modalities=modalities,
        growth=_growth(answers, months, known.worlds),
        curve=_curve(shape, answers, known),
        training_h100_hours_per_year=_training(modalities, answers, known),
        months=months,
        trains=_trains(answers),
        tokens_per_run=_tokens_per_run(answers, known.worlds),
        may_wait=_may_wait(answers),
        measurements=usable(answers, known.facts),
    )


def part_of(whole: Workload, modalities: Sequence[str]) -> Workload:
    """The work of some kinds of data only; training goes with the largest model that is served."""
    chosen = tuple(m for m in whole.modalities if m.modality in modalities)
    trains = whole.trains and max(whole.modalities, key=_billions).modality in modalities
    hours = whole.training_h100_hours_per_year
    return replace(
        whole,
        modalities=chosen,
        trains=trains,
        training_h100_hours_per_year=hours if trains else np.zeros_like(hours),
    )


def _billions(modality: ModalityWork) -> float:
    """Parameters of its language model; 0 where another kind of model does the work."""
    return modality.work.model.billions if isinstance(modality.work, TokenWork) else 0.0


def _growth(answers: Answers, months: int, worlds: Worlds) -> Array:
    """(1 + g)^(t/12) at the middle of each month t; a yearly rate that stays the same."""
    rate = worlds.signed("growth_per_year", answers.quantity("growth_per_year"))
    middle = (np.arange(months) + 0.5) / 12.0
    result: Array = np.maximum(1.0 + rate, 0.01)[:, None] ** middle[None, :]
    return result


def _curve(shape: str, answers: Answers, known: Known) -> LoadCurve:
    """The load curve of the chosen shape; its peak as answered, else the shape's default."""
    if answers.is_given("traffic.peak_to_average"):
        peak = answers.draw("traffic.peak_to_average", known.worlds)
    else:
        key = f"traffic.peak_{shape or 'unknown'}"
        peak = known.worlds.positive("traffic.peak_to_average", known.range(key))
    floor = known.value(f"load.floor_{shape or 'business_hours'}")
    return LoadCurve(np.maximum(peak, 1.0), floor)


def _trains(answers: Answers) -> bool:
    return bool(TRAINING & set(answers.choices("workloads")))


def _training(modalities: Sequence[ModalityWork], answers: Answers, known: Known) -> Array:
    """H100-hours a year of training and fine-tuning, shape (worlds,); 0 when none was chosen.

    Runs a year times the hours of one: as answered, or from the tokens that a run reads and the
    largest language model that is served.
    """
    if not _trains(answers):
        return np.zeros(known.worlds.count)
    runs = answers.draw("training.runs_per_year", known.worlds)
    result: Array = runs * _hours_per_run(modalities, answers, known)
    return result


def _hours_per_run(modalities: Sequence[ModalityWork], answers: Answers, known: Known) -> Array:
    trained = [m for m in modalities if isinstance(m.work, TokenWork)]
    tokens = _tokens_per_run(answers, known.worlds)
    if tokens is None or not trained:
        return answers.draw("training.gpu_hours_per_run", known.worlds)
    method = cast("Method", answers.choice("training.method"))
    h100 = known.accelerator("H100")
    every = [run_hours(m, tokens, method, h100, known) for m in trained]
    result: Array = np.max(every, axis=0)
    return result


def _tokens_per_run(answers: Answers, worlds: Worlds) -> Array | None:
    """Tokens that one run reads, shape (worlds,); None where nobody said."""
    path = "training.million_tokens_per_run"
    if not _trains(answers) or not answers.is_given(path):
        return None
    result: Array = 1e6 * answers.draw(path, worlds)
    return result


def run_hours(
    modality: ModalityWork,
    tokens: Array,
    method: Method,
    accelerator: Accelerator,
    known: Known,
) -> Array:
    """Accelerator-hours of one run over the language model of `modality`, shape (worlds,).

    See `training.gpu_hours`; the encoder of a vision model is small beside it and left out.

    Args:
        modality: with the work of a language model.
        tokens: read in the run, every epoch counted, shape (worlds,).

    Raises:
        TypeError: `modality` is not the work of a language model.
    """
    if not isinstance(modality.work, TokenWork):
        raise TypeError(modality.modality)
    parameters = np.asarray(1e9 * modality.work.model.active_billions)
    full: Family = "vlm_sft" if modality.modality in SEEN else "dense_llm"
    family: Family = full if method == "full" else "lora"
    run = TrainingWork(language_flop(parameters, tokens, method), family)
    return gpu_hours(run, accelerator, known)


def _modality(modality: str, answers: Answers, known: Known) -> ModalityWork:
    at = f"modalities.{modality}"
    items = answers.draw(f"{at}.volume_per_day", known.worlds)
    requests, work = _work(modality, answers, known)
    target_ms = _target_ms(modality, answers)
    raw = raw_gb_per_item(modality, answers, known)
    return ModalityWork(
        modality=modality,
        unit=_UNITS[modality],
        items_per_day=items,
        requests_per_item=requests,
        work=work,
        latency=_latency_class(target_ms, answers),
        target_ms=target_ms,
        raw_gb_per_item=raw,
        retention_days=answers.draw(f"{at}.retention_days", known.worlds),
        received_gb_per_item=received_gb_per_item(modality, answers, known, raw),
        returned_gb_per_item=requests * returned_gb_per_item(modality, answers, known, raw),
        vector_gb_per_item=vector_gb_per_item(modality, answers, known),
        megapixels=_megapixels(modality, answers, known),
    )


def _on_one_model(modalities: tuple[ModalityWork, ...]) -> tuple[ModalityWork, ...]:
    """The same work with every kind that is understood on one model, the largest of those asked.

    The precision is that of the largest model; its cache must hold the longest request.
    """
    works = [m.work for m in modalities if isinstance(m.work, TokenWork)]
    if not works:
        return modalities
    largest = max(works, key=lambda work: work.model.billions)
    context = max(work.context_tokens for work in works)
    return tuple(_served_by(m, largest, context) for m in modalities)


def _served_by(modality: ModalityWork, largest: TokenWork, context: float) -> ModalityWork:
    if not isinstance(modality.work, TokenWork):
        return modality
    work = replace(
        modality.work,
        model=largest.model,
        precision=largest.precision,
        context_tokens=context,
    )
    return replace(modality, work=work, shared=True)


def _megapixels(modality: str, answers: Answers, known: Known) -> Array | None:
    """Megapixels of what is decoded before a model sees it, (worlds,); frames are 16:9."""
    if modality == "image":
        return answers.draw("modalities.image.megapixels", known.worlds)
    if modality == "document":
        return known.positive("preprocess.page_megapixels")
    if modality == "video":
        height = answers.draw("modalities.video.height", known.worlds)
        result: Array = height * height * (16 / 9) / 1e6
        return result
    return None


def _latency_class(target_ms: float | None, answers: Answers) -> str:
    if target_ms is None:
        waiting = "realtime_inference" in answers.choices("workloads")
        return "near_realtime" if waiting else "batch"
    if target_ms <= _INTERACTIVE_MS:
        return "interactive"
    return "near_realtime" if target_ms < _DEFERRABLE_MS else "batch"


def _work(modality: str, answers: Answers, known: Known) -> tuple[Array, Work]:
    """Requests per item, and what one request asks of the model."""
    table = _table_work(modality, answers, known)
    if table is not None:
        stack = answers.choice(f"modalities.{modality}.stack")
        return np.ones(known.worlds.count), replace(table, stack=stack)
    tokens_in, vision, requests = _input_tokens(modality, answers, known)
    refuse_without_pictures(modality, vision)
    return requests, TokenWork(
        model=known.facts.models[answers.choice(f"modalities.{modality}.size_class")],
        precision=answers.choice(f"modalities.{modality}.precision"),
        tokens_in=tokens_in,
        tokens_out=_output_tokens(modality, answers, known),
        vision_tokens=vision,
        target_ms=_target_ms(modality, answers),
        context_tokens=_context_tokens(modality, answers, known),
        stack=answers.choice(f"modalities.{modality}.stack"),
    )


def _table_work(modality: str, answers: Answers, known: Known) -> TableWork | None:
    """Work for which classes of models have published rates; None for language models."""
    task = answers.choice(f"modalities.{modality}.task")
    make = _TABLE_WORKS.get((modality, task))
    return make(answers, known) if make else None


def _transcription(_answers: Answers, known: Known) -> TableWork:
    memory = known.value("memory.whisper_gb")
    return TableWork("whisper_large_v3", 60.0, memory, window=_SPEECH_WINDOW)


def _image_embedding(_answers: Answers, known: Known) -> TableWork:
    return TableWork("clip_l14", 1.0, known.value("memory.clip_gb"))


def _text_embedding(answers: Answers, known: Known) -> TableWork:
    tokens = answers.draw("modalities.embeddings.tokens_in", known.worlds)
    sequences = tokens / known.value("tokens.embedding_sequence")
    return TableWork("bert_large", sequences, known.value("memory.bert_gb"))


def _volume(_answers: Answers, known: Known) -> TableWork:
    return TableWork("3d_unet", 1.0, known.value("memory.unet3d_gb"), slots=_few(known))


def _lidar_turn(_answers: Answers, known: Known) -> TableWork:
    memory = known.value("memory.pointpillars_gb")
    return TableWork("pointpillars", 1.0, memory, slots=_few(known))


def _generated_image(answers: Answers, known: Known) -> TableWork:
    units = _benchmark_images(answers, known)
    return TableWork("sdxl_1024px", units, known.value("memory.sdxl_gb"), slots=_few(known))


def _generated_clip(answers: Answers, known: Known) -> TableWork:
    seconds = answers.draw("modalities.video_generation.clip_seconds", known.worlds)
    return TableWork("wan22_14b", seconds, _clip_memory_gb(answers, known), slots=1)


def _generated_speech(_answers: Answers, known: Known) -> TableWork:
    return TableWork("orpheus_3b", 60.0, known.value("memory.orpheus_gb"))


def _few(known: Known) -> int:
    """Items that one copy of a generator or a segmenter works on side by side."""
    return round(known.value("queue.generation_slots"))


_TABLE_WORKS: Mapping[tuple[str, str], Callable[[Answers, Known], TableWork]] = {
    ("audio", "transcribe"): _transcription,
    ("image", "embed"): _image_embedding,
    ("embeddings", "embed"): _text_embedding,
    ("sensor", "segment_volume"): _volume,
    ("sensor", "detect_lidar"): _lidar_turn,
    ("image_generation", "generate"): _generated_image,
    ("video_generation", "generate"): _generated_clip,
    ("speech_synthesis", "generate"): _generated_speech,
}


def _benchmark_images(answers: Answers, known: Known) -> Array:
    """Images of the benchmark's size and steps that make one of ours, shape (worlds,).

    Validity: work taken to grow with the pixels; attention makes large images dearer than that.
    """
    at = "modalities.image_generation"
    pixels = answers.draw(f"{at}.megapixels", known.worlds)
    steps = answers.draw(f"{at}.steps", known.worlds)
    result: Array = pixels / known.value("generation.benchmark_megapixels")
    return result * steps / known.value("generation.benchmark_steps")


def _clip_memory_gb(answers: Answers, known: Known) -> float:
    """Memory of a video generator at the likely length of a clip, GB; grows with the length."""
    seconds = answers.quantity("modalities.video_generation.clip_seconds").likely
    grows = known.value("memory.wan22_gb_per_second")
    return known.value("memory.wan22_gb") + grows * seconds


def _context_tokens(modality: str, answers: Answers, known: Known) -> float:
    """Tokens of one request, read and written, in the likely world."""
    likely = known if known.worlds.is_likely else Known(known.facts, likely_world())
    tokens_in, _, _ = _input_tokens(modality, answers, likely)
    return float(tokens_in[0] + _output_tokens(modality, answers, likely)[0])


def _target_ms(modality: str, answers: Answers) -> float | None:
    target = answers.optional_quantity(f"modalities.{modality}.latency.p95_ms")
    return target.likely if target else None


def _output_tokens(modality: str, answers: Answers, known: Known) -> Array:
    if modality == "text":
        return answers.draw("modalities.text.tokens_out", known.worlds)
    key = f"tokens.out_{modality}"
    return known.positive(key)


def _input_tokens(modality: str, answers: Answers, known: Known) -> tuple[Array, Array, Array]:
    """(tokens in, of these from the vision encoder, requests per item), each (worlds,)."""
    none, one = np.zeros(known.worlds.count), np.ones(known.worlds.count)
    if modality == "text":
        return answers.draw("modalities.text.tokens_in", known.worlds), none, one
    if modality == "document":
        page = known.positive("tokens.document_page")
        return page, page, one
    if modality == "image":
        image = _image_tokens(answers, known)
        return image, image, one
    if modality == "audio":
        key = "tokens.audio_second"
        return 60.0 * known.positive(key), none, one
    return _video_tokens(answers, known)


def _image_tokens(answers: Answers, known: Known) -> Array:
    """min(pixels / pixels per token, cap): one token per 28 x 28 pixels, as Qwen2.5-VL."""
    pixels = 1e6 * answers.draw("modalities.image.megapixels", known.worlds)
    cap = known.positive("tokens.image_cap")
    result: Array = np.minimum(pixels / known.value("tokens.pixels_per_token"), cap)
    return result


def _video_tokens(answers: Answers, known: Known) -> tuple[Array, Array, Array]:
    """A request is one clip: its frames are read together, so memory grows with its length."""
    frame = known.positive("tokens.video_frame")
    clip = answers.draw("modalities.video.clip_seconds", known.worlds)
    tokens = clip * answers.draw("modalities.video.fps_sampled", known.worlds) * frame
    return tokens, tokens, 60.0 / clip
