"""The serving among the cases: a published table rate, or the roofline of a language model."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.domain.demand.phases import vcpu_seconds_per_picture
from app.domain.demand.serving import TokenWork, rate, replica, roofline_seconds
from app.domain.facts import Accelerator, Facts, ModelClass
from app.domain.known import Known
from app.domain.validation.accelerators import accelerator
from app.domain.validation.cases import CannotCompute, Given, insufficient
from app.domain.worlds import Array, Range, likely_world

# What stands for a modality where a case names no class.
_CLASSES = {
    "audio": "whisper_large_v3",
    "image": "retinanet_800px",
    "image_gen": "sdxl_1024px",
    "speech": "orpheus_3b",
    "sensor": "3d_unet",
    "embeddings": "bert_large",
}
_PRECISIONS = {2.0: "bf16", 1.0: "fp8", 0.55: "int4", 0.5: "int4"}
_OSS, _REFERENCE = "stack.oss_table", "stack.reference_table"
_CPUS = "preprocess.vcpu_per_accelerator"


@dataclass(frozen=True)
class Serving:
    """How fast one accelerator serves.

    Attributes:
        units_per_second: images, seconds of audio or requests, per accelerator; (worlds,).
        copies: accelerators over which one copy of the model is spread.
        tokens: written and read in one request; 0 for a table rate.
    """

    units_per_second: Callable[[Known], Array]
    copies: int = 1
    tokens_out: float = 0.0
    tokens_in: float = 0.0

    def per_request(self, what: str) -> float:
        """How many of `what` one unit is: tokens in a request, else itself."""
        if "tok" not in what or not self.tokens_out:
            return 1.0
        return self.tokens_in if what.startswith(("input", "prompt")) else self.tokens_out


def serving(given: Given, facts: Facts) -> Serving:
    """The rate that a case asks for, from the table or by the roofline."""
    if given.has("params") and (given.has("tokens_out")):
        return _roofline(given, facts)
    workload = given.word("class") or _CLASSES.get(given.word("modality"), "")
    if not workload:
        raise insufficient("params with tokens_in and tokens_out, a modality, or a class")
    return Serving(_table(workload, given, facts))


def _derated(given: Given) -> Callable[[Known], Array]:
    """Share of the throughput that the latency class leaves, shape (worlds,)."""
    key = f"latency.{given.word('latency') or 'batch'}"
    return lambda known: np.maximum(known.share(key), 0.01)


# ---- a published rate ----------------------------------------------------------------------------


def _table(workload: str, given: Given, facts: Facts) -> Callable[[Known], Array]:
    on = accelerator(given, facts)
    is_unseen = given.is_holdout()
    stack = given.word("stack")
    if not stack:
        given.flags.append("stack_unknown")
        given.notes.append("The serving stack is not stated, so the range is wide.")
    kept = _derated(given)

    def per_second(known: Known) -> Array:
        seen = _without(workload, on, known) if is_unseen else known
        return rate(workload, on, _on_stack(stack, seen)).rate * kept(known)

    return per_second


def _without(workload: str, on: Accelerator, known: Known) -> Known:
    """As if nobody had measured the workload on the accelerator."""
    rows = known.facts.throughputs
    others = tuple(r for r in rows if (r.workload, r.accelerator) != (workload, on.key))
    return Known(replace(known.facts, throughputs=others), known.worlds)


def _on_stack(stack: str, known: Known) -> Known:
    """With the published benchmarks brought to the speed of `stack`."""
    if stack == "oss":
        return known
    oss, own_code = known.range(_OSS), known.range(_REFERENCE)
    factor = {
        "vendor": Range(1.0, 1.0, 1.0),
        "naive": own_code,
        "": Range(own_code.likely, oss.likely, oss.high),
    }[stack]
    return known.assuming(_OSS, factor)


# ---- the roofline --------------------------------------------------------------------------------


def _roofline(given: Given, facts: Facts) -> Serving:
    on = accelerator(given, facts)
    work = _request(given, facts)
    copies = _copies(given, work, on, facts)
    vision = _vision(given)
    tuned, kept = _tuned(given), _derated(given)
    held_back = _processor(given, copies)

    def per_second(known: Known) -> Array:
        ones = np.ones(known.worlds.count)
        here = replace(
            work,
            tokens_in=work.tokens_in * ones,
            tokens_out=work.tokens_out * ones,
            vision_tokens=work.vision_tokens * ones,
        )
        seconds = roofline_seconds(here, on, copies, vision(known))
        return held_back(tuned(known) * kept(known) / seconds, known)

    return Serving(per_second, copies, float(work.tokens_out[0]), float(work.tokens_in[0]))


def _request(given: Given, facts: Facts) -> TokenWork:
    name = "prompt_tokens" if given.has("prompt_tokens") else "tokens_in"
    tokens_in = np.array([given.number(name)])
    sees = given.has("vit_params")
    return TokenWork(
        model=_model(given, facts),
        precision=_precision(given),
        tokens_in=tokens_in,
        tokens_out=np.array([given.number("tokens_out")]),
        vision_tokens=tokens_in if sees else np.zeros(1),
    )


def _model(given: Given, facts: Facts) -> ModelClass:
    """A model of the stated size; its cache as stated, or as that of the nearest size class."""
    billions = given.number("params") / 1e9
    nearest = min(
        facts.models.values(),
        key=lambda m: abs(np.log(m.billions / billions)) + (m.active_billions != m.billions),
    )
    if given.has("kv_bytes_per_token"):
        cache = given.number("kv_bytes_per_token")
    else:
        cache = nearest.kv_bytes_per_token
        given.notes.append(
            f"The cache of a token (kv_bytes_per_token) is not stated: {cache:,.0f} bytes, as of "
            f"the class {nearest.name.lower()}."
        )
    return ModelClass("case", "model of the case", billions, billions, cache, nearest.source)


def _precision(given: Given) -> str:
    size = given.number_or("bytes_per_weight", 2.0)
    if not given.has("bytes_per_weight"):
        given.notes.append("The bytes of a weight (bytes_per_weight) are not stated: 2.")
    if size not in _PRECISIONS:
        raise CannotCompute(
            ("bad_value:bytes_per_weight",),
            (f"bytes_per_weight must be 2, 1, 0.55 or 0.5, not {size:g}.",),
        )
    return _PRECISIONS[size]


def _copies(given: Given, work: TokenWork, on: Accelerator, facts: Facts) -> int:
    """Accelerators of one copy: as stated, else the fewest that hold it."""
    if given.has("gpus_per_replica"):
        return round(given.number("gpus_per_replica"))
    fitting = replica(work, on, Known(facts, likely_world()))
    if fitting is None:
        raise CannotCompute(
            ("does_not_fit",), (f"The model does not fit on eight {on.name}; see params.",)
        )
    return fitting.accelerators


def _vision(given: Given) -> Callable[[Known], Known]:
    """The figures with the image encoder of the case."""
    stated = {
        "vision.encoder_billions": given.number_or("vit_params", 0.0) / 1e9,
        "vision.patches_per_token": given.number_or("patches_per_token", 0.0),
    }

    def seen(known: Known) -> Known:
        for key, value in stated.items():
            if value:
                known = known.assuming(key, Range(value, value, value))
        return known

    return seen


def _tuned(given: Given) -> Callable[[Known], Array]:
    """Speed over the roofline's, which is that of tuned software; shape (worlds,)."""
    stack = given.word("stack")
    if stack in ("vendor", "oss"):
        return lambda known: np.ones(known.worlds.count)
    if stack == "naive":
        return lambda known: known.positive(_REFERENCE)
    given.flags.append("stack_unknown")
    given.notes.append(
        "The serving stack is not stated, so the range reaches down to untuned code."
    )
    return lambda known: known.worlds.positive(_REFERENCE, Range(known.value(_REFERENCE), 1.0, 1.0))


# ---- the processor -------------------------------------------------------------------------------


def processor_rate(given: Given) -> Callable[[Known], Array]:
    """Images per second that the stated vCPUs decode and resize; shape (worlds,)."""
    count, megapixels = given.number("vcpu"), given.number("megapixels")
    return lambda known: count / vcpu_seconds_per_picture(megapixels, known)


def _processor(given: Given, copies: int) -> Callable[[Array, Known], Array]:
    """Holds a rate back to what the processor can prepare, and says where that binds."""
    if not given.has("vit_params"):
        return lambda per_second, _known: per_second
    if not given.has("megapixels"):
        given.flags.append("cpu_not_checked")
        given.notes.append(
            "No megapixels are stated, so whether the processor keeps up was not checked."
        )
        return lambda per_second, _known: per_second
    pixels, frames = given.number("megapixels"), given.number_or("frames", 1.0)
    vcpu = given.number("vcpu") / copies if given.has("vcpu") else None

    def held_back(per_second: Array, known: Known) -> Array:
        have = known.value(_CPUS) if vcpu is None else vcpu
        prepared = have / (frames * vcpu_seconds_per_picture(pixels, known))
        if known.worlds.is_likely and prepared[0] < per_second[0]:
            given.flags.append("cpu_bound")
            given.notes.append(
                "The processor binds: it prepares fewer pictures than the GPU reads."
            )
        result: Array = np.minimum(per_second, prepared)
        return result

    return held_back
