"""What the answers ask for, modality by modality, before any machine is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.domain.demand.load import LoadCurve
from app.domain.demand.measured import usable
from app.domain.demand.media import raw_gb_per_item
from app.domain.demand.serving import TableWork, TokenWork, Work
from app.domain.known import Known
from app.domain.measurements.kept import Measurement
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Array, Worlds

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
}


@dataclass(frozen=True)
class ModalityWork:
    """One modality's work, before growth.

    Attributes:
        items_per_day: in `unit`, shape (worlds,).
        requests_per_item: model calls per item (clips in a minute of video), (worlds,).
        latency: `interactive`, `near_realtime` or `batch`.
        target_ms: 95th percentile asked for; None for no target.
        raw_gb_per_item: bytes that arrive with each item, (worlds,).
        retention_days: how long they are kept, (worlds,).
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


@dataclass(frozen=True)
class Workload:
    """All work of one project.

    Attributes:
        growth: volume over today's, at the middle of each month, shape (worlds, months).
        curve: how interactive load spreads over the hours.
        training_h100_hours_per_year: shape (worlds,).
        measurements: those that are of the models asked for.
    """

    modalities: tuple[ModalityWork, ...]
    growth: Array
    curve: LoadCurve
    training_h100_hours_per_year: Array
    months: int
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


def workload(answers: Answers, known: Known) -> Workload:
    """The work that `answers` describe, over `worlds`."""
    months = round(answers.quantity("horizon_months").likely)
    shape = answers.choice("traffic.shape")
    return Workload(
        modalities=tuple(_modality(m, answers, known) for m in answers.modalities),
        growth=_growth(answers, months, known.worlds),
        curve=_curve(shape, answers, known),
        training_h100_hours_per_year=_training(answers, known.worlds),
        months=months,
        measurements=usable(answers, known.facts),
    )


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


def _training(answers: Answers, worlds: Worlds) -> Array:
    """H100-hours a year of training and fine-tuning; 0 when none was chosen."""
    if not {"pre_training", "fine_tuning"} & set(answers.choices("workloads")):
        return np.zeros(worlds.count)
    result: Array = answers.draw("training.runs_per_year", worlds) * answers.draw(
        "training.gpu_hours_per_run", worlds
    )
    return result


def _modality(modality: str, answers: Answers, known: Known) -> ModalityWork:
    at = f"modalities.{modality}"
    items = answers.draw(f"{at}.volume_per_day", known.worlds)
    requests, work = _work(modality, answers, known)
    target_ms = _target_ms(modality, answers)
    return ModalityWork(
        modality=modality,
        unit=_UNITS[modality],
        items_per_day=items,
        requests_per_item=requests,
        work=work,
        latency=_latency_class(target_ms, answers),
        target_ms=target_ms,
        raw_gb_per_item=raw_gb_per_item(modality, answers, known),
        retention_days=answers.draw(f"{at}.retention_days", known.worlds),
    )


def _latency_class(target_ms: float | None, answers: Answers) -> str:
    if target_ms is None:
        waiting = "realtime_inference" in answers.choices("workloads")
        return "near_realtime" if waiting else "batch"
    if target_ms <= _INTERACTIVE_MS:
        return "interactive"
    return "near_realtime" if target_ms < _DEFERRABLE_MS else "batch"


def _work(modality: str, answers: Answers, known: Known) -> tuple[Array, Work]:
    """Requests per item, and what one request asks of the model."""
    task = answers.choice(f"modalities.{modality}.task")
    one = np.ones(known.worlds.count)
    if modality == "audio" and task == "transcribe":
        memory = known.value("memory.whisper_gb")
        return one, TableWork("whisper_large_v3", units=60.0, memory_gb=memory)
    if task == "embed":
        memory = known.value("memory.clip_gb")
        return one, TableWork("clip_l14", units=1.0, memory_gb=memory)
    tokens_in, vision, requests = _input_tokens(modality, answers, known)
    return requests, TokenWork(
        model=known.facts.models[answers.choice(f"modalities.{modality}.size_class")],
        precision=answers.choice(f"modalities.{modality}.precision"),
        tokens_in=tokens_in,
        tokens_out=_output_tokens(modality, answers, known),
        vision_tokens=vision,
        target_ms=_target_ms(modality, answers),
    )


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
