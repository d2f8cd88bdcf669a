"""How many bytes arrive, stay and leave with each item."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Array

_VIDEO_HEIGHTS = (360, 480, 720, 1080, 1440, 2160)
_GB = 1e9
_MB = 1e6

# Kinds of data that a model makes: what arrives is a prompt, what is kept is what was made.
GENERATED = ("image_generation", "video_generation", "speech_synthesis")

# A mask of one bit a voxel against 16 bits of a CT value, compressed: a few percent; a list less.
_ANSWER_OF_A_SCAN = 0.01


def raw_gb_per_item(modality: str, answers: Answers, known: Known) -> Array:
    """GB (1e9 bytes) that are kept of one item, shape (worlds,): what arrived, or what was made.

    text and embeddings tokens * bytes per token · page as scanned · image, also a generated one,
    megapixels * bits per pixel / 8 · minute of audio or speech at its bitrate · minute of video
    at the bitrate of its height · generated clip at that of 720 lines · scan as it is recorded
    """
    return _RAW_BYTES[modality](answers, known) / _GB


def _text_bytes(answers: Answers, known: Known) -> Array:
    read = answers.draw("modalities.text.tokens_in", known.worlds)
    written = answers.draw("modalities.text.tokens_out", known.worlds)
    result: Array = (read + written) * known.value("storage.bytes_per_token")
    return result


def _piece_bytes(answers: Answers, known: Known) -> Array:
    tokens = answers.draw("modalities.embeddings.tokens_in", known.worlds)
    result: Array = tokens * known.value("storage.bytes_per_token")
    return result


def _page_bytes(_answers: Answers, known: Known) -> Array:
    return known.positive("storage.document_page_mb") * _MB


def _picture_bytes(modality: str, answers: Answers, known: Known) -> Array:
    bits = known.positive("storage.bits_per_pixel")
    pixels = 1e6 * answers.draw(f"modalities.{modality}.megapixels", known.worlds)
    result: Array = pixels * bits / 8
    return result


def _minute_of_sound_bytes(_answers: Answers, known: Known) -> Array:
    result: Array = known.positive("storage.audio_kbps") * 1e3 * 60 / 8
    return result


def _minute_of_video_bytes(answers: Answers, known: Known) -> Array:
    result: Array = _video_mbps(answers, known) * 1e6 * 60 / 8
    return result


def _clip_bytes(answers: Answers, known: Known) -> Array:
    seconds = answers.draw("modalities.video_generation.clip_seconds", known.worlds)
    result: Array = seconds * known.positive("storage.video_mbps_720") * 1e6 / 8
    return result


def _scan_bytes(answers: Answers, known: Known) -> Array:
    return known.positive(_SCANS[answers.choice("modalities.sensor.task")]) * _MB


_SCANS = {"segment_volume": "storage.volume_mb", "detect_lidar": "storage.lidar_sweep_mb"}
_RAW_BYTES: Mapping[str, Callable[[Answers, Known], Array]] = {
    "text": _text_bytes,
    "embeddings": _piece_bytes,
    "document": _page_bytes,
    "image": partial(_picture_bytes, "image"),
    "image_generation": partial(_picture_bytes, "image_generation"),
    "audio": _minute_of_sound_bytes,
    "speech_synthesis": _minute_of_sound_bytes,
    "video": _minute_of_video_bytes,
    "video_generation": _clip_bytes,
    "sensor": _scan_bytes,
}


def received_gb_per_item(modality: str, answers: Answers, known: Known, raw: Array) -> Array:
    """GB that arrive with each item, shape (worlds,): the item, or the prompt that asks for one.

    Args:
        raw: what is kept of the item, from `raw_gb_per_item`.
    """
    if modality in GENERATED:
        return known.positive("storage.prompt_kb") * 1e3 / _GB
    if modality == "text":
        tokens = answers.draw("modalities.text.tokens_in", known.worlds)
        return tokens * known.value("storage.bytes_per_token") / _GB
    return raw


def returned_gb_per_item(modality: str, answers: Answers, known: Known, raw: Array) -> Array:
    """GB that are sent back for each request, shape (worlds,): what was made, or the answer's text.

    An embedding is as many numbers as were answered; the words that a minute of audio holds are
    counted as speech. A scan is answered with a mask or a list, which is small beside it: 1 %.
    """
    at = f"modalities.{modality}"
    if modality in GENERATED:
        return raw
    if modality == "embeddings":
        return answers.draw(f"{at}.dimensions", known.worlds) * _per_number(known) / _GB
    if answers.choice(f"{at}.task") == "embed":
        numbers = known.value("embedding.image_dimensions")
        return np.full(known.worlds.count, numbers * _per_number(known) / _GB)
    if modality == "sensor":
        return _ANSWER_OF_A_SCAN * raw
    tokens = _answer_tokens(modality, answers, known)
    return tokens * known.value("storage.bytes_per_token") / _GB


def vector_gb_per_item(modality: str, answers: Answers, known: Known) -> Array | None:
    """GB of memory that one item takes in a search index, shape (worlds,); None without one.

        numbers * bytes per number * memory factor

    Source: Qdrant capacity planning (`embedding.memory_factor`).
    """
    if modality == "embeddings":
        numbers = answers.draw("modalities.embeddings.dimensions", known.worlds)
    elif answers.choice(f"modalities.{modality}.task") == "embed":
        numbers = np.full(known.worlds.count, known.value("embedding.image_dimensions"))
    else:
        return None
    result: Array = numbers * _per_number(known) * known.positive("embedding.memory_factor") / _GB
    return result


def _per_number(known: Known) -> float:
    return known.value("embedding.bytes_per_dimension")


def _answer_tokens(modality: str, answers: Answers, known: Known) -> Array:
    if modality == "text":
        return answers.draw("modalities.text.tokens_out", known.worlds)
    if modality == "audio" and answers.choice("modalities.audio.task") == "transcribe":
        return known.positive("tokens.speech_minute")
    return known.positive(f"tokens.out_{modality}")


def _video_mbps(answers: Answers, known: Known) -> Array:
    """Bitrate of H.264 video of the answered height, interpolated between published ones."""
    rates = [known.value(f"storage.video_mbps_{height}") for height in _VIDEO_HEIGHTS]
    height = answers.draw("modalities.video.height", known.worlds)
    result: Array = np.interp(height, _VIDEO_HEIGHTS, rates)
    return result
