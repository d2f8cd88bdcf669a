"""How many accelerator-hours a training or fine-tuning run takes, and what memory it needs.

One rule for every model: the arithmetic of the run over what the accelerators really do. What
differs between kinds of models is how much arithmetic a sample costs and which share of the
peak is reached, the *model FLOP utilisation*, MFU.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from app.domain.facts import Accelerator
from app.domain.known import Known
from app.domain.worlds import Array

Family = Literal["dense_llm", "vlm_sft", "contrastive", "diffusion", "lora"]
Method = Literal["full", "lora", "qlora"]
Length = Literal["long", "short"]
FAMILIES: tuple[Family, ...] = get_args(Family)
METHODS: tuple[Method, ...] = get_args(Method)

# Two operations per parameter and token forwards, two backwards through the activations, and
# two more for the gradients of the weights, which an adapter on frozen weights does not need.
_FLOP_PER_PARAMETER_AND_TOKEN: dict[Method, float] = {"full": 6.0, "lora": 4.0, "qlora": 4.0}
# Backwards costs twice forwards, whatever the network.
FORWARD_PASSES_OF_A_STEP = 3.0

_TERA = 1e12
_ONE_MACHINE = 8


@dataclass(frozen=True)
class TrainingWork:
    """One run, before any machine is chosen.

    Attributes:
        flop: floating-point operations of the whole run, shape (worlds,).
        family: which share of the peak such runs reach.
        is_vendor_tuned: a benchmark submission, as a rule in 8 bit; matters for `lora` alone,
            the only family of which both kinds are published.
    """

    flop: Array
    family: Family
    is_vendor_tuned: bool = False


def language_flop(parameters: Array, tokens: Array, method: Method = "full") -> Array:
    """FLOP to train a transformer on `tokens`, shape (worlds,).

        full 6 * N * D;  LoRA and QLoRA 4 * N * D

    Validity: dense models, or the active parameters of a mixture; attention itself, a few per
    cent at usual lengths, is left out. QLoRA also unpacks its weights, which the wide range of
    its family has to carry. 6 * N * D for an adapter would be 1.5 times too much.

    Source: EleutherAI, Transformer Math 101, https://blog.eleuther.ai/transformer-math/, 2023.
    """
    result: Array = _FLOP_PER_PARAMETER_AND_TOKEN[method] * parameters * tokens
    return result


def network_flop(forward_flop: Array, samples: Array, frozen_flop: float = 0.0) -> Array:
    """FLOP to train any network whose cost forwards is known, shape (worlds,).

        samples * (3 * forward + frozen)

    Validity: contrastive towers, vision encoders and diffusion networks, for which 6 * N * D
    is wrong: by 8.8 times for a U-Net.

    Args:
        forward_flop: one sample through what is trained.
        samples: seen in the run, every epoch counted.
        frozen_flop: one sample forwards through what stays fixed (text or image encoders).
    """
    result: Array = samples * (FORWARD_PASSES_OF_A_STEP * forward_flop + frozen_flop)
    return result


def utilisation(work: TrainingWork, known: Known) -> Array:
    """Share of the dense 16-bit peak that runs of this kind reach, shape (worlds,)."""
    return known.positive(utilisation_key(work))


def utilisation_key(work: TrainingWork) -> str:
    """The figure that says which share of the peak runs of this kind reach."""
    tuned = "_vendor" if work.family == "lora" and work.is_vendor_tuned else ""
    return f"training.mfu_{work.family}{tuned}"


def gpu_hours(
    work: TrainingWork,
    accelerator: Accelerator,
    known: Known,
    *,
    overhead: Array | float = 1.0,
    efficiency: Array | float = 1.0,
) -> Array:
    """Accelerator-hours of one run, shape (worlds,).

        FLOP * overhead / (MFU * peak * 3600 * efficiency)

    Validity: median error of 24 published runs 12 %, 21 % for a run left out of the fit, 22 of
    them within a factor of two; docs/sizing_validation.md has each. An untuned stack of 2022
    took eight times as long. Above 50 % of the 16-bit peak a run computed in 8 bit.

    Args:
        overhead: all hours of a project over those of its one good run (`programme_overhead`).
        efficiency: what is left of it on many machines, as `scaling_efficiency` says.
    """
    peak = accelerator.bf16_tflops * _TERA
    reached = utilisation(work, known) * peak * efficiency
    result: Array = work.flop * overhead / (reached * 3600.0)
    return result


def programme_overhead(known: Known) -> Array:
    """Hours of a whole project over those of its last run, shape (worlds,), about 1.3.

    Failed and repeated runs, trials and later stages. Not for a single fine-tuning run.
    """
    return known.positive("training.programme_overhead")


def scaling_efficiency(accelerators: Array | float, length: Length, known: Known) -> Array:
    """Work per accelerator over that within one machine of eight, in (0, 1]; (worlds,).

        per_doubling ** max(0, log2(accelerators / 8))

    Args:
        length: `long` for runs of more than a day, `short` for those of less than an hour.
    """
    doublings = np.maximum(np.log2(np.asarray(accelerators) / _ONE_MACHINE), 0.0)
    result: Array = known.share(f"training.scaling_{length}") ** doublings
    return result


def memory_gb(billions: Array | float, method: Method, known: Known) -> Array:
    """GB over all accelerators that weights, gradients and optimiser fill, shape (worlds,).

        billions of parameters * GB per billion

    Validity: a small batch of short samples; the activations of long ones come on top.
    """
    result: Array = known.positive(f"training.memory_{method}") * billions
    return result


def accelerators_to_hold(needed_gb: Array, accelerator: Accelerator, known: Known) -> Array:
    """Least accelerators whose memory holds `needed_gb`, whole, shape (worlds,)."""
    usable = known.value("memory.usable") * accelerator.memory_gb
    result: Array = np.maximum(np.ceil(needed_gb / usable), 1.0)
    return result


def checkpoint_gb(billions: Array | float, known: Known) -> Array:
    """GB of one checkpoint, weights and optimiser; shape (worlds,)."""
    result: Array = np.full(known.worlds.count, known.value("training.checkpoint_gb")) * billions
    return result
