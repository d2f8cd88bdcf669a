"""Published runs and rates: a mistake in a table names the file and the row."""

from collections.abc import Callable

import pytest

from app.reference import rows
from app.reference.published_sizing import published

Change = Callable[[str, str, str], None]


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Change:
    shipped = rows.content

    def in_file(name: str, old: str, new: str) -> None:
        text = shipped(name).decode()
        assert old in text
        broken = text.replace(old, new, 1).encode()
        monkeypatch.setattr(rows, "content", lambda n: broken if n == name else shipped(n))

    return in_file


def read() -> None:
    published.__wrapped__()


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("training_runs.toml", 'family = "dense_llm"', 'family = "odd"', "family must be one of"),
        ("training_runs.toml", 'accelerator = "H100"', 'accelerator = "X9"', "accelerator must be"),
        ("training_runs.toml", "tokens = ", "token = ", "tokens is missing"),
        ("training_runs.toml", "samples = 12.8e9\n", "", "samples is missing"),
        (
            "training_runs.toml",
            "[[run.part]]\nbillions = 6.74\ntokens = 2e12",
            "",
            "it has no part",
        ),
        (
            "serving_rates.toml",
            'precision = "fp8"',
            'precision = "fp4"',
            "precision must be one of",
        ),
        ("published_accelerators.toml", "memory_gb = 24", "", "memory_gb is missing"),
    ],
)
def test_a_mistake_is_named(change: Change, name: str, old: str, new: str, message: str) -> None:
    change(name, old, new)
    with pytest.raises(ValueError, match=rf"^{name}.*{message}"):
        read()


def test_each_of_the_families_has_at_least_three_runs() -> None:
    families = [run.work.family for run in published().runs]
    assert {family: families.count(family) for family in families} == {
        "dense_llm": 8, "lora": 4, "contrastive": 5, "vlm_sft": 4, "diffusion": 3,
    }  # fmt: skip


def test_what_freezes_its_weights_is_counted_so() -> None:
    # 558,000 x (4 x 6.74e9 x 630 + 0.382e12)
    (align,) = (run for run in published().runs if run.key == "llava15-7b-align")
    assert align.work.flop[0] == pytest.approx(558e3 * (4 * 6.74e9 * 630 + 0.382e12))
    # two resolutions add up
    (old,) = (run for run in published().runs if run.key == "sd1")
    assert old.work.flop[0] == pytest.approx(
        485.4e6 * (3 * 0.201e12 + 0.28e12) + 1.8514e9 * (3 * 0.804e12 + 1.12e12)
    )
