"""Versions: dated, still supported, and the same in the files."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from app.blueprints.machines import machines
from app.blueprints.pins import pins
from app.blueprints.static_files import STATIC
from tests.domain.builders import FACTS

PINS = list(pins().values())
# Whatever looks like a version in a static file must be a pin's.
VERSION = re.compile(r"\bv?\d+\.\d+\.\d+\b(?!\.\d|/\d)")
NOT_A_VERSION = re.compile(r"\d+\.\d+\.\d+\.\d+")


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.key)
def test_a_pin_is_still_supported(pin: object) -> None:
    assert isinstance(pin, type(PINS[0]))
    today = datetime.now(UTC).date()
    assert not pin.is_past(today), f"{pin.name} {pin.version}: look for a newer one, and test it"
    assert pin.checked_on < pin.end_of_support
    assert pin.source


def test_the_day_after_it_is_past() -> None:
    pin = pins()["eks"]
    assert pin.end_of_support == date(2027, 8, 2)
    assert not pin.is_past(pin.end_of_support)
    assert pin.is_past(pin.end_of_support + timedelta(days=1))


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.key)
def test_the_files_that_a_pin_names_hold_its_version(pin: object) -> None:
    assert isinstance(pin, type(PINS[0]))
    for name in pin.files:
        assert pin.version.removeprefix("v") in (STATIC / name).read_text("utf-8"), name


def test_no_file_names_a_version_that_is_not_pinned() -> None:
    known = {v.removeprefix("v") for pin in PINS for v in VERSION.findall(pin.version)}
    for path in STATIC.rglob("*"):
        if path.is_file():
            text = NOT_A_VERSION.sub("", path.read_text("utf-8"))
            found = {version.removeprefix("v") for version in VERSION.findall(text)}
            assert found <= known, path


def test_every_priced_machine_of_the_three_clouds_can_be_coded_or_names_no_region() -> None:
    for offer in FACTS.offers:
        if offer.provider in ("aws", "gcp", "azure") and not offer.region.endswith("-list"):
            assert (offer.provider, offer.instance) in machines(), offer.instance
