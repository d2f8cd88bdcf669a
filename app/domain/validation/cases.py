"""One published workload as a case: what went in, what came out, how close we must be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.domain.demand.training import FAMILIES, METHODS
from app.domain.facts import Source

Kind = Literal["core", "deterministic", "stress"]
KINDS: tuple[str, ...] = ("core", "deterministic", "stress")

# What a case may state. Anything else is named as unknown, and the case is not computed.
NUMBERS = frozenset(
    {
        "params", "tokens", "samples", "tokens_per_sample", "fwd_gflop_per_sample",
        "unet_fwd_tflop", "vision_gflop", "flop_multiplier", "flop_multiplier_llm",
        "programme_overhead", "gpus_per_replica", "audio_hours", "images", "requests", "videos",
        "tokens_in", "tokens_out", "prompt_tokens", "bytes_per_weight", "kv_bytes_per_token",
        "vit_params", "patches_per_token", "megapixels", "frames", "bits_per_pixel",
        "bytes_per_param", "vcpu", "vectors", "dim",
    }
)  # fmt: skip
WORDS: Mapping[str, tuple[str, ...]] = {
    "modality": (
        "text", "document", "image", "image+text", "audio", "video", "image_gen", "video_gen",
        "speech", "sensor", "embeddings",
    ),
    "phase": ("train", "fine_tune", "serve"),
    "stack": ("vendor", "oss", "naive"),
    "latency": ("batch", "near_realtime", "interactive"),
    "mfu_family": FAMILIES,
    "method": METHODS,
}  # fmt: skip
NAMES = frozenset({"gpu", "class", "holdout"}) | NUMBERS | WORDS.keys()


@dataclass(frozen=True)
class SizingCase:
    """One case as its file states it.

    Attributes:
        inputs: name → value, not yet looked at.
        published: in `unit`; None where the file gives none.
        tolerance: greatest relative error, as a share; None where the file gives none.
        is_tuned: whether our figures were fitted with it in view; None where nobody says.
    """

    id: str
    kind: str
    title: str
    inputs: Mapping[str, object]
    metric: str
    unit: str
    published: float | None
    tolerance: float | None
    is_tuned: bool | None
    source: Source
    note: str = ""


class CannotCompute(Exception):
    """A case that is not computed; nothing is guessed in its place.

    Attributes:
        flags: machine words: `unknown_input:NAME`, `insufficient_inputs`, ...
        sentences: the same for a person, each naming the field.
    """

    def __init__(self, flags: tuple[str, ...], sentences: tuple[str, ...]) -> None:
        self.flags = flags
        self.sentences = sentences
        super().__init__(" ".join(sentences))


def insufficient(needed: str) -> CannotCompute:
    """What is raised where the inputs do not say enough."""
    return CannotCompute(
        ("insufficient_inputs",), (f"The inputs do not say enough: {needed} is missing.",)
    )


@dataclass
class Given:
    """The inputs of a case, from which each value is taken; remembers what nobody asked for.

    Attributes:
        flags, notes: what the result should carry, added while it is worked out.
    """

    inputs: Mapping[str, object]
    flags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        problems = list(_problems(self.inputs))
        if problems:
            raise CannotCompute(tuple(f for f, _ in problems), tuple(s for _, s in problems))

    def has(self, *names: str) -> bool:
        """Whether all of `names` are stated."""
        return all(name in self.inputs for name in names)

    def number(self, name: str) -> float:
        """The number `name`.

        Raises:
            CannotCompute: it is not stated.
        """
        if name not in self.inputs:
            raise insufficient(name)
        self._taken.add(name)
        return float(str(self.inputs[name]))

    def number_or(self, name: str, otherwise: float) -> float:
        """The number `name`, or what usually holds."""
        return self.number(name) if self.has(name) else otherwise

    def word(self, name: str) -> str:
        """The word `name`, or ""."""
        self._taken.add(name)
        return str(self.inputs.get(name, ""))

    def is_holdout(self) -> bool:
        """Whether what was measured on this very accelerator is to be set aside."""
        self._taken.add("holdout")
        return bool(self.inputs.get("holdout", False))

    def unused(self) -> tuple[str, ...]:
        """Numbers that were stated and played no part."""
        return tuple(n for n in self.inputs if n in NUMBERS and n not in self._taken)


def _problems(inputs: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """(flag, sentence) for everything that is not in the vocabulary."""
    for name, value in inputs.items():
        if name not in NAMES:
            known = ", ".join(sorted(NAMES))
            yield f"unknown_input:{name}", f"{name} is not an input we know. Known: {known}."
        elif name in NUMBERS and not _is_positive(value):
            yield f"bad_value:{name}", f"{name} must be a number above 0, not {value!r}."
        elif name in WORDS and value not in WORDS[name]:
            allowed = ", ".join(WORDS[name])
            yield f"bad_value:{name}", f"{name} must be one of {allowed}, not {value!r}."
        elif name == "holdout" and not isinstance(value, bool):
            yield "bad_value:holdout", f"holdout must be true or false, not {value!r}."


def _is_positive(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 < float(str(value)) < float("inf")
