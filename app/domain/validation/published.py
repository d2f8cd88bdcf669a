"""What somebody measured and published, in the shape that the engine computes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.domain.demand.serving import TokenWork
from app.domain.demand.training import TrainingWork
from app.domain.facts import Accelerator, Facts, Source


@dataclass(frozen=True)
class PublishedRun:
    """A training run: its arithmetic, and the accelerator-hours that it is said to have taken.

    Attributes:
        accelerator: key of the accelerator.
        rule: how the arithmetic was counted, in words.
    """

    key: str
    name: str
    work: TrainingWork
    accelerator: str
    gpu_hours: float
    rule: str
    source: Source
    note: str = ""


@dataclass(frozen=True)
class PublishedRate:
    """A serving benchmark of a language model.

    Attributes:
        copies: accelerators over which one copy of the model was spread.
        tokens_per_second: tokens written per second and accelerator.
        is_tuned: whether the efficiencies are fitted to it; if not, it was held out.
    """

    key: str
    name: str
    work: TokenWork
    accelerator: str
    copies: int
    tokens_per_second: float
    is_tuned: bool
    source: Source
    note: str = ""


@dataclass(frozen=True)
class Published:
    """Everything that the fits use.

    Attributes:
        accelerators: those of published runs that nobody here rents or sells, by key.
    """

    accelerators: Mapping[str, Accelerator]
    runs: tuple[PublishedRun, ...]
    rates: tuple[PublishedRate, ...]


def with_accelerators(facts: Facts, published: Published) -> Facts:
    """`facts` with the accelerators of published runs added; ours stand where both have one."""
    return replace(facts, accelerators={**published.accelerators, **facts.accelerators})
