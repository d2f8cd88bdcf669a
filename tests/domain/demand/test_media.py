"""Bytes of one item, by hand."""

import numpy as np
import pytest

from app.domain.demand.media import raw_gb_per_item
from app.domain.demand.workload import ModalityWork
from tests.domain.builders import (
    EVERY_MODALITY,
    LIKELY,
    a_document,
    a_setting,
    answers_of,
    known,
)


def gb(modality: str, **answers: object) -> float:
    document = a_document({modality: {"volume_per_day": 1, **answers}})
    return float(raw_gb_per_item(modality, answers_of(document), LIKELY)[0])


def work(modality: str, **answers: object) -> ModalityWork:
    document = a_document({modality: {"volume_per_day": 1, **answers}})
    return a_setting(document).likely.workload.modalities[0]


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


def test_a_volume_and_a_turn_of_a_lidar_differ_a_hundred_times() -> None:
    assert gb("sensor") == pytest.approx(0.140)
    assert gb("sensor", task="detect_lidar") == pytest.approx(128e6 / 8 / 10 / 1e9)


def test_what_is_made_is_kept_and_sent_and_only_a_prompt_arrives() -> None:
    clip = work("video_generation", clip_seconds=5)
    assert clip.raw_gb_per_item[0] == pytest.approx(5 * 5e6 / 8 / 1e9)
    assert clip.returned_gb_per_item[0] == clip.raw_gb_per_item[0]
    assert clip.received_gb_per_item[0] == pytest.approx(2e-6)
    assert work("speech_synthesis").raw_gb_per_item[0] == pytest.approx(64e3 * 60 / 8 / 1e9)


def test_an_answer_in_text_is_small_beside_the_picture() -> None:
    image = work("image", megapixels=1)
    assert image.received_gb_per_item[0] == pytest.approx(0.25e-3)
    assert image.returned_gb_per_item[0] == pytest.approx(150 * 4 / 1e9)


def test_a_million_vectors_of_1024_numbers_take_six_gigabytes() -> None:
    # Qdrant's own example of capacity planning
    pieces = work("embeddings", dimensions=1_024)
    assert pieces.vector_gb_per_item is not None
    assert 1e6 * pieces.vector_gb_per_item[0] == pytest.approx(6.144)
    assert work("image").vector_gb_per_item is None
    assert work("image", task="embed").vector_gb_per_item is not None


@pytest.mark.parametrize("modality", EVERY_MODALITY)
def test_every_item_has_bytes_in_every_world(modality: str) -> None:
    answers = answers_of(a_document({modality: {"volume_per_day": 1}}))
    draws = raw_gb_per_item(modality, answers, known(500))
    assert draws.shape == (500,)
    assert (draws > 0).all()
    assert np.isfinite(draws).all()
