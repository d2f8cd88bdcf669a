"""From accelerators to copies of models and whole machines. Pure arithmetic."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.domain.errors import NoBlueprint

Json = Mapping[str, Any]
Kind = Literal["language", "speech", "embeddings", "custom"]

# Classes of the throughput table → what serves them, and the name of the deployment. `custom` is
# served by a program of the team's: no public image was found that could be named here.
_TABLE: Mapping[str, tuple[Kind, str]] = {
    "whisper_large_v3": ("speech", "speech"),
    "clip_l14": ("embeddings", "embeddings-images"),
    "bert_large": ("embeddings", "embeddings-text"),
    "sdxl_1024px": ("custom", "custom-image-generation"),
    "wan22_14b": ("custom", "custom-video-generation"),
    "orpheus_3b": ("custom", "custom-speech-generation"),
    "3d_unet": ("custom", "custom-volumes"),
    "pointpillars": ("custom", "custom-lidar"),
    "retinanet_800px": ("custom", "custom-detection"),
}

# A request may be so many times as long as a likely one. Judgement: the longest is not asked; of
# lengths that are lognormal with a deviation of a factor of two, one in a hundred is longer than
# 2**2.33 / exp(0.69**2 / 2) = 4 times their mean.
LONGEST_OVER_LIKELY = 4
_LEAST_CONTEXT = 2048


@dataclass(frozen=True)
class Serving:
    """One model and how many copies of it run.

    Attributes:
        key: its name in the code, made of shipped keys only: `language-4-15b-fp8`.
        load_share: its share of the serving load, in [0, 1].
        somebody_waits: whether a copy must be ready at all times.
        longest_request: tokens, read and written, that one request may have; None where its model
            reads no tokens or nobody kept how many.
        copies_ready: copies that run from the start.
        copies_most: copies that fill the sized capacity.
    """

    key: str
    kind: Kind
    model: str
    precision: str
    modalities: tuple[str, ...]
    gpus_per_copy: int
    load_share: float
    somebody_waits: bool
    longest_request: int | None = None
    copies_ready: int = 0
    copies_most: int = 0

    @property
    def gpus_ready(self) -> int:
        """GPUs of the copies that run from the start."""
        return self.copies_ready * self.gpus_per_copy


def servings(models: Iterable[Json]) -> tuple[Serving, ...]:
    """The models of an assessed capacity; modalities with the same model share its copies.

    Raises:
        NoBlueprint: there is a model that no code is written for.
    """
    found: dict[str, Serving] = {}
    for row in models:
        one = _serving(row)
        same = found.get(one.key)
        found[one.key] = _together(same, one) if same else one
    return tuple(found.values())


def _serving(row: Json) -> Serving:
    kind, key = _name(row)
    return Serving(
        key=key,
        kind=kind,
        model=row["model"],
        precision=row["precision"],
        modalities=(row["modality"],),
        gpus_per_copy=row["accelerators_per_copy"],
        load_share=row["load_share"] or 0.0,
        somebody_waits=row["somebody_waits"],
        longest_request=_longest(row.get("tokens_a_request")),
    )


def _longest(tokens: float | None) -> int | None:
    """The next power of two from LONGEST_OVER_LIKELY times the tokens of a likely request."""
    if tokens is None:
        return None
    wanted = max(1.0, LONGEST_OVER_LIKELY * tokens)
    return max(_LEAST_CONTEXT, int(2 ** math.ceil(math.log2(wanted))))


def _name(row: Json) -> tuple[Kind, str]:
    """What serves a model, and the name of its deployment; only the table's have no precision."""
    if row["precision"]:
        return "language", f"language-{row['model']}-{row['precision']}".replace("_", "-")
    if row["model"] not in _TABLE:
        raise NoBlueprint(f"No code is written yet for models such as {row['model']}.")
    return _TABLE[row["model"]]


def _together(one: Serving, other: Serving) -> Serving:
    longest = [s.longest_request for s in (one, other) if s.longest_request is not None]
    return replace(
        one,
        longest_request=max(longest, default=None),
        modalities=(*one.modalities, *other.modalities),
        gpus_per_copy=max(one.gpus_per_copy, other.gpus_per_copy),
        load_share=one.load_share + other.load_share,
        somebody_waits=one.somebody_waits or other.somebody_waits,
    )


def whole_machines(gpus: int, per_machine: int) -> int:
    """Machines that hold `gpus`: none is rented in part."""
    return math.ceil(gpus / per_machine)


def least_gpus(every: Sequence[Serving]) -> int:
    """GPUs for one copy of each model."""
    return sum(serving.gpus_per_copy for serving in every)


def fitted(every: Sequence[Serving], *, ready: int, most: int) -> tuple[Serving, ...]:
    """As `with_copies`, for people.

    Raises:
        NoBlueprint: one copy of each does not fit; says what would help.
    """
    if least_gpus(every) > most:
        raise NoBlueprint(
            f"The {len(every)} models need {least_gpus(every)} GPUs for one copy each, and the "
            f"assessed plan has {most}, on which they share memory. Sharing a GPU is not in this "
            "code: serve several kinds of data with one model size, or choose another option."
        )
    return with_copies(every, ready=min(ready, most), most=most)


def with_copies(every: Sequence[Serving], *, ready: int, most: int) -> tuple[Serving, ...]:
    """The same models with their copies: `ready` GPUs for those somebody waits for, `most` in all.

    Every model gets one copy, then the next copy goes to the model with the most load per GPU
    that still fits (d'Hondt), so copies follow the load and their GPUs never exceed the limit.

    Raises:
        ValueError: one copy of each does not fit into `most`.
    """
    if least_gpus(every) > most:
        message = f"One copy of each model needs {least_gpus(every)} GPUs; there are {most}."
        raise ValueError(message)
    waiting = [serving for serving in every if serving.somebody_waits]
    others = [serving for serving in every if not serving.somebody_waits]
    first = shared_out(waiting, min(max(ready, least_gpus(waiting)), most - least_gpus(others)))
    whole = shared_out(every, most, first)
    return tuple(
        replace(serving, copies_ready=first.get(serving.key, 0), copies_most=whole[serving.key])
        for serving in every
    )


def shared_out(
    every: Sequence[Serving], gpus: int, start: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Key → copies, none below `start` nor below one, whose GPUs sum to at most `gpus`."""
    copies = {s.key: max(1, (start or {}).get(s.key, 0)) for s in every}
    left = gpus - sum(copies[s.key] * s.gpus_per_copy for s in every)
    while able := [s for s in every if s.gpus_per_copy <= left]:
        needy = max(able, key=lambda s: s.load_share / ((copies[s.key] + 1) * s.gpus_per_copy))
        copies[needy.key] += 1
        left -= needy.gpus_per_copy
    return copies
