"""A vision model that sees nothing is no evidence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.demand.evidence import SEEN, refuse_without_pictures
from app.domain.errors import NotEvidence

seen = st.sampled_from(SEEN)
counts = st.floats(min_value=0.001, max_value=1e6)


@given(seen, st.lists(counts, max_size=5), st.integers(0, 5))
def test_a_workload_with_a_request_that_holds_no_picture_is_refused(
    modality: str, pictures: list[float], place: int
) -> None:
    pictures.insert(place, 0.0)
    with pytest.raises(NotEvidence, match=f"A {modality} workload without a single picture"):
        refuse_without_pictures(modality, np.array(pictures))


@given(seen, st.lists(counts, min_size=1, max_size=5))
def test_a_workload_with_pictures_in_every_request_is_taken(
    modality: str, pictures: list[float]
) -> None:
    refuse_without_pictures(modality, np.array(pictures))


@pytest.mark.parametrize("modality", ["text", "audio", "speech_synthesis"])
def test_what_is_not_seen_needs_no_picture(modality: str) -> None:
    refuse_without_pictures(modality, 0)
