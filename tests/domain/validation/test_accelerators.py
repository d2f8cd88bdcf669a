"""Publications name accelerators in their own ways."""

import pytest

from app.domain.validation.accelerators import accelerator
from app.domain.validation.cases import CannotCompute, Given
from tests.domain.validation.builders import WITH_ALL


@pytest.mark.parametrize(
    ("name", "key"), [("A100", "A100-80GB"), ("h200", "H200"), ("A10G", "A10G"), ("L4", "L4")]
)
def test_an_accelerator_is_found_by_its_usual_name(name: str, key: str) -> None:
    assert accelerator(Given({"gpu": name}), WITH_ALL).key == key


def test_an_unknown_one_is_named_with_those_that_are_known() -> None:
    with pytest.raises(CannotCompute, match=r"gpu 'X9' is in no table.*H100") as refused:
        accelerator(Given({"gpu": "X9"}), WITH_ALL)
    assert refused.value.flags == ("unknown_gpu:X9",)


def test_none_is_insufficient() -> None:
    with pytest.raises(CannotCompute, match="gpu is missing"):
        accelerator(Given({}), WITH_ALL)
