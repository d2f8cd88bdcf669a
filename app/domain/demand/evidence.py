"""What may count as evidence for a kind of data.

A vision model that is shown no picture is a language model: its rate on text says nothing of
what its encoder costs, so a workload or a measurement without pictures is refused rather than
taken for a fast multimodal one.
"""

import numpy as np

from app.domain.errors import NotEvidence
from app.domain.worlds import Array

# Kinds of data that reach a model as pictures.
SEEN = ("document", "image", "video")


def refuse_without_pictures(modality: str, pictures: float | Array) -> None:
    """Refuse a workload of a vision model that holds no pictures.

    Args:
        modality: kinds of data that are not seen are never refused.
        pictures: pictures, or tokens made of pictures, in one request; a number or an array of
            shape (worlds,), of which each must be above 0.

    Raises:
        NotEvidence: the kind is seen, and there is a request without a picture.
    """
    if modality in SEEN and not np.all(np.asarray(pictures) > 0):
        raise NotEvidence(
            f"A {modality} workload without a single picture measures a language model, not a "
            "vision model. Repeat it with the pictures of your requests."
        )
