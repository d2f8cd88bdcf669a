"""One assessment: against bare numpy on arrays of the same sizes, and in memory."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np

from app import reference
from app.domain.assessment import WORLDS_ON_SUBMIT, assess
from app.domain.assessment.candidates import candidate
from app.domain.cost.plan import costing
from app.domain.cost.setting import Setting
from app.domain.options import OPTIONS
from app.domain.questionnaire.answers import Change
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Worlds
from benchmarks.measuring import Line, in_turns, seconds

SAMPLE = "hospital_group"
ROUNDS = 3
MONTHS = 60


def lines() -> Iterator[Line]:
    """Time against the kernels, and the most memory that one assessment takes."""
    yield assessing()
    yield pricing()
    before, after = _memory()
    detail = f"{after:.0f} MB in all, {before:.0f} MB of them before it"
    yield Line("peak memory of one assessment", after - before, "MB", detail, 400.0)


def assessing(worlds: int = WORLDS_ON_SUBMIT, rounds: int = ROUNDS) -> Line:
    """All of one assessment against draws, discounted cash flows and percentiles."""
    data = reference.load()
    answers = read_answers(reference.sample(SAMPLE), data.questions)
    drawn = Worlds(worlds, 1)
    result = assess(answers, data.facts, data.weights, data.cases, drawn)
    inputs, options = len(drawn.seen), len(result["options"])
    months = max(len(o["cumulative_usd"]) for o in result["options"] if o["tco_usd"]) - 1
    spent: dict[str, float] = {}

    def ours() -> float:
        again = Worlds(worlds, 1)
        spent["ours"] = seconds(
            lambda: assess(answers, data.facts, data.weights, data.cases, again)
        )
        return spent["ours"]

    def bare() -> float:
        three = (seconds(lambda: kernel(inputs, options, months, worlds)) for _ in range(3))
        spent["bare"] = median(three)
        return spent["bare"]

    ratio = in_turns(ours, bare, rounds)
    sizes = f"{inputs} inputs, {options} options, {months} months"
    detail = f"{spent['ours']:.2f} s against {spent['bare']:.2f} s: {sizes}"
    return Line(f"assessment of {worlds:,} worlds / bare draws and sums", ratio, "x time", detail)


def pricing(worlds: int = WORLDS_ON_SUBMIT, rounds: int = ROUNDS) -> Line:
    """The cost engine alone: every plan priced month by month, against the same arithmetic."""
    data = reference.load()
    answers = read_answers(reference.sample(SAMPLE), data.questions)
    answers = answers.changed([Change("horizon_months", MONTHS)])
    setting = Setting(answers, data.facts, Worlds(worlds, 1))
    plans = [c.plan for o in OPTIONS if (c := candidate(o, setting)).plan is not None]
    priced = [costing(setting, plan).ledger for plan in plans]  # draws what it needs, once
    entries = [sum(1 for line in ledger.lines.values() if line.npv.any()) for ledger in priced]
    spent: dict[str, float] = {}

    def ours() -> float:
        spent["ours"] = seconds(lambda: [costing(setting, plan) for plan in plans])
        return spent["ours"]

    def bare() -> float:
        spent["bare"] = seconds(
            lambda: [
                entered(count, worlds, owned=plan.owned is not None, rented=plan.offer is not None)
                for count, plan in zip(entries, plans, strict=True)
            ]
        )
        return spent["bare"]

    ratio = in_turns(ours, bare, rounds)
    detail = (
        f"{spent['ours']:.2f} s against {spent['bare']:.2f} s: {len(plans)} options, "
        f"{MONTHS} months, {sum(entries)} lines"
    )
    return Line(f"pricing over {worlds:,} worlds / bare numpy", ratio, "x time", detail, 2.0)


def entered(lines: int, worlds: int, *, owned: bool, rented: bool) -> float:
    """Cash flows of one option, line by line, and the machine hours and tiers that they need.

    Each line is volume x price x growth, discounted and added up. What is owned needs the load
    above it, the integral of the curve; what is rented needs hours by the largest of three
    rules, and two price lists of four tiers, for data that leaves and for support.
    """
    generator = np.random.default_rng(1)
    volume, price, rate = generator.random((3, worlds))
    ends = np.arange(1, MONTHS + 1)
    discount = (1.0 + rate / 1e3)[:, None] ** -ends[None, :].astype(np.float64)
    cash, ranked, running = (np.zeros((worlds, MONTHS)) for _ in range(3))
    total = 0.0
    load = (1.0 + volume)[:, None] * (1.0 + rate)[:, None] ** (ends[None, :] / 12.0)
    if owned:
        height = np.clip((1.5 / load - 0.05) / 3.95, 0.0, 1.0)
        start = height ** (1.0 / (3.0 + volume))[:, None]
        above = (0.05 - 1.5 / load) * (1.0 - start) + 3.95 * (1.0 - start * height) / 4.0
        total += float((load * np.maximum(above, 0.0)).sum())
    if rented:
        hours = 730.0 * np.maximum(np.maximum(load / 0.7, load / 0.85 + 4.0), 8.0)
        total += float(hours.sum())
        for tier in (0.0, 1.0, 2.0, 3.0) * 2:
            total += float((0.1 * np.clip(load - tier, 0.0, 1.0)).sum())
    for _ in range(lines):
        growth = (1.0 + rate)[:, None] ** (ends[None, :] / 12.0)
        payments = (volume * price)[:, None] * growth
        total += float(np.einsum("wm,wm->w", payments, discount).sum())
        total += float(payments.sum(axis=1).sum())
        cash += payments
        ranked += payments
        running += payments
    return total


def kernel(inputs: int, options: int, months: int, worlds: int) -> float:
    """Draws, discounted cash flows and percentiles of the same sizes, and nothing else."""
    generator = np.random.default_rng(1)
    drawn = np.exp(generator.standard_normal((inputs, worlds)))
    discount = 1.01 ** -np.arange(months, dtype=np.float64)
    total = 0.0
    for option in range(options):
        monthly = np.multiply.outer(drawn[option % inputs], np.ones(months))
        monthly *= drawn[(option + 1) % inputs][:, np.newaxis]
        cumulative = np.cumsum(monthly * discount, axis=1)
        total += float(np.percentile(cumulative, (10, 50, 90), axis=0).sum())
    return total


def _memory() -> tuple[float, float]:
    """Megabytes of a process at its peak: everything loaded, and after one assessment."""
    command = [sys.executable, "-m", "benchmarks.engine"]
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    before, after = json.loads(printed)
    return before, after


def main() -> None:
    """Assess once and print the peak before and after, as JSON."""
    data = reference.load()
    answers = read_answers(reference.sample(SAMPLE), data.questions)
    before = _peak()
    assess(answers, data.facts, data.weights, data.cases, Worlds(WORLDS_ON_SUBMIT, 1))
    print(json.dumps([before, _peak()]))


def _peak() -> float:
    # Not getrusage: its figure is handed on from the process that started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1e3


if __name__ == "__main__":
    main()
