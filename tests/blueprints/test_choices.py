"""What may be chosen: names, networks apart, control machines that hold a majority."""

import pytest

from app.blueprints.choices import (
    Choices,
    checked_name,
    checked_networks,
    control_machines,
)
from app.domain.errors import NoBlueprint


@pytest.mark.parametrize("name", ["abc", "a-1", "radiology-assistant", "a2345678901234567890"])
def test_a_plain_name_passes(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "1ab",
        "Abc",
        "ab-",
        "a_b",
        "a b",
        "a" * 21,
        "abc\n",
        "\uff41\uff42\uff43",
        "a${b}",
        "٣ab",
    ],
)
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(NoBlueprint, match="lower-case"):
        checked_name(name)


def test_networks_are_canonical_and_apart() -> None:
    networks = checked_networks(
        Choices(cloud_network=" 10.60.0.0/16", site_network="192.168.0.0/16")
    )
    assert (networks.cloud, networks.site) == ("10.60.0.0/16", "192.168.0.0/16")


@pytest.mark.parametrize(
    ("cloud", "site", "reason"),
    [
        ("10.20.0.0/16", "10.20.128.0/17", "cloud network and the site network overlap"),
        ("10.42.0.0/20", "10.20.0.0/16", "network of the pods"),
        ("10.40.0.0/16", "10.43.7.0/24", "network of the services"),
        ("10.40.0.0/16", "10.0.0.0/8", "overlap"),
        ("8.8.0.0/16", "10.20.0.0/16", "must be private"),
        ("10.40.0.0/24", "10.20.0.0/16", "from /16 to /20"),
        ("10.40.0.1/16", "10.20.0.0/16", "such as 10.40.0.0/16"),
        ("fd00::/16", "10.20.0.0/16", "such as 10.40.0.0/16"),
        ('10.40.0.0/16"', "10.20.0.0/16", "such as 10.40.0.0/16"),
    ],
)
def test_networks_that_cannot_be_told_apart_are_refused(cloud: str, site: str, reason: str) -> None:
    with pytest.raises(NoBlueprint, match=reason):
        checked_networks(Choices(cloud_network=cloud, site_network=site))


def test_control_machines_hold_a_majority() -> None:
    assert control_machines("", somebody_waits=True) == 3
    assert control_machines("", somebody_waits=False) == 1
    assert control_machines("5", somebody_waits=True) == 5


@pytest.mark.parametrize(
    ("chosen", "waits", "reason"),
    [
        ("2", True, "less available than one"),
        ("2", False, "less available than one"),
        ("1", True, "takes 3 or 5"),
        ("4", False, "1, 3 or 5"),
        ("0", False, "1, 3 or 5"),
        ("three", False, "1, 3 or 5"),
        ("٣", False, "1, 3 or 5"),
        ("999999999999", False, "1, 3 or 5"),
    ],
)
def test_a_number_that_would_not_survive_is_refused(
    chosen: str, reason: str, *, waits: bool
) -> None:
    with pytest.raises(NoBlueprint, match=reason):
        control_machines(chosen, somebody_waits=waits)
