"""How many bytes arrive with each item."""

import numpy as np

from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Array

_VIDEO_HEIGHTS = (360, 480, 720, 1080, 1440, 2160)
_GB = 1e9


def raw_gb_per_item(modality: str, answers: Answers, known: Known) -> Array:
    """GB (1e9 bytes) of raw media per item, shape (worlds,).

    text tokens * bytes per token · page as scanned · image megapixels * bits per pixel / 8 ·
    audio minute at its bitrate · video minute at the bitrate of its height
    """
    if modality == "text":
        tokens = answers.draw("modalities.text.tokens_in", known.worlds) + answers.draw(
            "modalities.text.tokens_out", known.worlds
        )
        result: Array = tokens * known.value("storage.bytes_per_token") / _GB
        return result
    if modality == "document":
        key = "storage.document_page_mb"
        return known.positive(key) / 1e3
    if modality == "image":
        bits = known.positive("storage.bits_per_pixel")
        return answers.draw("modalities.image.megapixels", known.worlds) * 1e6 * bits / 8 / _GB
    if modality == "audio":
        kbps = known.positive("storage.audio_kbps")
        return kbps * 1e3 * 60 / 8 / _GB
    return _video_mbps(answers, known) * 1e6 * 60 / 8 / _GB


def _video_mbps(answers: Answers, known: Known) -> Array:
    """Bitrate of H.264 video of the answered height, interpolated between published ones."""
    rates = [known.value(f"storage.video_mbps_{height}") for height in _VIDEO_HEIGHTS]
    height = answers.draw("modalities.video.height", known.worlds)
    result: Array = np.interp(height, _VIDEO_HEIGHTS, rates)
    return result
