"""Bytes of one item, by hand."""

import numpy as np
import pytest

from app.domain.demand.media import raw_gb_per_item
from tests.domain.builders import LIKELY, a_document, answers_of, known


def gb(modality: str, **answers: object) -> float:
    document = a_document({modality: {"volume_per_day": 1, **answers}})
    return float(raw_gb_per_item(modality, answers_of(document), LIKELY)[0])


def test_text_is_four_bytes_a_token() -> None:
    assert gb("text", tokens_in=1_500, tokens_out=500) == pytest.approx(8_000e-9)


def test_an_image_is_two_bits_a_pixel() -> None:
    assert gb("image", megapixels=12) == pytest.approx(12e6 * 2 / 8 / 1e9)


def test_a_page_is_what_a_scanner_makes() -> None:
    assert gb("document") == pytest.approx(0.54e-3)


def test_a_minute_of_speech_is_sixty_four_kilobit_a_second() -> None:
    assert gb("audio") == pytest.approx(64e3 * 60 / 8 / 1e9)


@pytest.mark.parametrize(
    ("height", "mbps"), [(1080, 8), (720, 5), (900, 6.5), (4320, 40), (240, 1)]
)
def test_a_minute_of_video_follows_its_height(height: int, mbps: float) -> None:
    assert gb("video", height=height) == pytest.approx(mbps * 1e6 * 60 / 8 / 1e9)


@pytest.mark.parametrize("modality", ["text", "document", "image", "audio", "video"])
def test_every_item_has_bytes_in_every_world(modality: str) -> None:
    answers = answers_of(a_document({modality: {"volume_per_day": 1}}))
    draws = raw_gb_per_item(modality, answers, known(500))
    assert draws.shape == (500,)
    assert (draws > 0).all()
    assert np.isfinite(draws).all()
