"""Copies follow the load, fill what was sized, and never exceed it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.blueprints.sizing import (
    Serving,
    least_gpus,
    servings,
    shared_out,
    whole_machines,
    with_copies,
)
from app.domain.errors import NoBlueprint
from tests.domain.builders import FACTS

SIZES = st.sampled_from([1, 2, 4, 8])


@st.composite
def several(draw: st.DrawFn) -> tuple[Serving, ...]:
    count = draw(st.integers(1, 4))
    return tuple(
        Serving(
            key=f"model-{number}",
            kind="language",
            model="4_15b",
            precision="fp8",
            modalities=("text",),
            gpus_per_copy=draw(SIZES),
            load_share=draw(st.floats(0, 1)),
            somebody_waits=draw(st.booleans()),
        )
        for number in range(count)
    )


def _row(**changes: object) -> dict[str, Any]:
    return {
        "modality": "text", "model": "4_15b", "precision": "fp8", "accelerators_per_copy": 1,
        "load_share": 0.5, "somebody_waits": True, **changes,
    }  # fmt: skip


def test_kinds_of_data_with_the_same_model_share_its_copies() -> None:
    found = servings([
        _row(),
        _row(modality="image", load_share=0.3, somebody_waits=False, accelerators_per_copy=2),
        _row(modality="video", model="15_40b", load_share=0.2),
    ])  # fmt: skip
    assert [serving.key for serving in found] == ["language-4-15b-fp8", "language-15-40b-fp8"]
    shared = found[0]
    assert shared.modalities == ("text", "image")
    assert shared.gpus_per_copy == 2
    assert shared.load_share == pytest.approx(0.8)
    assert shared.somebody_waits


def test_speech_and_embeddings_have_their_own() -> None:
    found = servings([
        _row(modality="audio", model="whisper_large_v3", precision=""),
        _row(modality="image", model="clip_l14", precision=""),
        _row(modality="embeddings", model="bert_large", precision=""),
        _row(modality="video_generation", model="wan22_14b", precision=""),
    ])  # fmt: skip
    assert [(serving.key, serving.kind) for serving in found] == [
        ("speech", "speech"),
        ("embeddings-images", "embeddings"),
        ("embeddings-text", "embeddings"),
        ("custom-video-generation", "custom"),
    ]


def test_every_measured_kind_of_model_has_its_server_and_an_unknown_one_is_refused() -> None:
    for workload in {row.workload for row in FACTS.throughputs}:
        assert servings([_row(model=workload, precision="")])
    with pytest.raises(NoBlueprint, match="such as tomorrows_model"):
        servings([_row(model="tomorrows_model", precision="")])


@given(st.integers(0, 500), st.sampled_from([1, 2, 4, 8]))
def test_machines_are_whole_and_no_more_than_needed(gpus: int, per_machine: int) -> None:
    machines = whole_machines(gpus, per_machine)
    assert gpus <= machines * per_machine < gpus + per_machine


@given(several(), st.integers(0, 64), st.integers(0, 64))
def test_copies_never_need_more_than_was_sized(
    every: tuple[Serving, ...], ready: int, more: int
) -> None:
    most = least_gpus(every) + more
    sized = with_copies(every, ready=min(ready, most), most=most)
    assert sum(s.copies_most * s.gpus_per_copy for s in sized) <= most
    assert sum(s.gpus_ready for s in sized) <= max(min(ready, most), least_gpus(sized))
    for serving in sized:
        assert serving.copies_most >= 1
        assert serving.copies_ready <= serving.copies_most
        assert (serving.copies_ready > 0) == serving.somebody_waits


@given(several(), st.integers(0, 64))
def test_nothing_that_still_fits_is_left_over(every: tuple[Serving, ...], more: int) -> None:
    most = least_gpus(every) + more
    copies = shared_out(every, most)
    left = most - sum(copies[s.key] * s.gpus_per_copy for s in every)
    assert left < min(s.gpus_per_copy for s in every)


def test_copies_follow_the_load() -> None:
    few, many = servings([_row(load_share=0.1), _row(model="15_40b", load_share=0.9)])
    assert shared_out([few, many], 10) == {few.key: 1, many.key: 9}


def test_what_does_not_fit_is_refused() -> None:
    (one,) = servings([_row(accelerators_per_copy=8)])
    with pytest.raises(ValueError, match="needs 8 GPUs; there are 4"):
        with_copies([one], ready=0, most=4)


@pytest.mark.parametrize(
    ("tokens", "longest"),
    [(1_300, 8_192), (2_048, 8_192), (2_049, 16_384), (60, 2_048), (None, None)],
)
def test_the_longest_request_is_four_likely_ones_to_a_power_of_two(
    tokens: float | None, longest: int | None
) -> None:
    (found,) = servings([_row(tokens_a_request=tokens)])
    assert found.longest_request == longest


def test_models_that_are_shared_take_the_longer_request_and_old_versions_name_none() -> None:
    (found,) = servings([_row(tokens_a_request=1_300), _row(tokens_a_request=20_000)])
    assert found.longest_request == 131_072
    (old,) = servings([_row()])
    assert old.longest_request is None
