"""The bill of an own site, computed by hand: servers from the assessment, the rest by rules."""

import csv
import io
import tomllib
from dataclasses import replace

import pytest

from app.blueprints.folder import files
from app.blueprints.materials import materials, racks_of, store_of, switch_pairs
from app.blueprints.static_files import STATIC
from tests.blueprints.scenes import a_site, an_own_site


def test_three_large_servers_by_hand() -> None:
    """3 servers of 10.2 kW, 17.3 kW a rack, 3 control machines, 12.5 TB.

    Racks: floor(17.3 / 10.2) = 1 server each: 3, with 51.9 - 30.6 = 21.3 kW left for 6 others.
    Store: 12.5 * 3 / 0.75 = 50 TB raw, 7 drives of 7.68; 3 machines with 3 each: 9 drives.
    Switches: 9 machines at one pair. Cables: 2 * 9 + 2 between the switches.
    """
    found = {item.item: item.count for item in materials(an_own_site(), a_site())}
    assert found["storage machine (16 cores; 64 GB)"] == 3
    assert found["SSD of 7.68 TB in the storage machines"] == 9
    assert found["SSD of 3.84 TB in GPU servers"] == 6
    assert found["rack"] == 3
    assert found["power strip, one for each of two feeds"] == 6
    assert found["data switch, 32 ports of 100 Gbit/s"] == 2
    assert found["management switch, 48 ports of 1 Gbit/s"] == 3
    assert found["data cable"] == 20
    assert found["management cable"] == 9


def test_servers_are_bought_in_the_year_that_needs_them() -> None:
    site = a_site(servers=6, servers_by_year=(2, 4, 6))
    rows = [i for i in materials(an_own_site(site), site) if i.item == site.server]
    assert [(row.year, row.count) for row in rows] == [(1, 2), (2, 2), (3, 2)]


@pytest.mark.parametrize(
    ("kw_per_rack", "gpus", "servers", "kw", "others", "racks"),
    [
        (None, 8, 3, 30.6, 0, 3),  # one of 10.2 kW in each rack of 17.3
        (44.0, 8, 3, 30.6, 0, 1),  # four would fit by power and by height
        (44.0, 8, 12, 61.2, 0, 3),  # eight of 5.1 kW by power, four by height
        (8.0, 8, 3, 30.6, 0, 3),  # more than a rack gives: a must-have has said so already
        (None, 4, 3, 6.6, 21, 1),  # 10.5 kW of others in the 10.7 that are left
        (None, 4, 3, 6.6, 22, 2),  # 11 kW: one more rack
    ],
)
def test_racks_are_filled_by_power_and_by_height(
    kw_per_rack: float | None, gpus: int, servers: int, kw: float, others: int, racks: int
) -> None:
    site = a_site(gpus_per_server=gpus, kw=kw, kw_per_rack=kw_per_rack, servers=servers)
    assert racks_of(site, others) == racks


@pytest.mark.parametrize(
    ("stored", "machines", "drives"),
    [
        (0.1, 3, 3),  # one drive at least in each of three
        (49.0, 3, 27),  # 196 TB raw: 26 drives, nine in each
        (50.0, 6, 18),  # 100 TB raw: 14 drives, three in each of six
        (1_000.0, 22, 264),  # 2,000 TB raw: 261 drives, twelve in each of 22
    ],
)
def test_the_store_keeps_copies_or_pieces(stored: float, machines: int, drives: int) -> None:
    store = store_of(stored)
    assert (store.machines, store.drives) == (machines, drives)


def test_a_switch_of_a_pair_has_a_port_for_every_machine() -> None:
    assert [switch_pairs(count) for count in (1, 30, 31, 60, 61)] == [1, 1, 2, 2, 3]


def test_every_rule_says_that_it_is_a_judgement_and_of_which_day() -> None:
    rules = tomllib.loads((STATIC.parent / "materials.toml").read_text("utf-8"))["rule"]
    assert all(row["source"].startswith("judgement: ") and row["as_of"] for row in rules)


def test_the_bill_is_read_by_a_spreadsheet_and_holds_no_formula() -> None:
    plan = replace(an_own_site(), stored_tb=12.5)
    rows = list(csv.reader(io.StringIO(files(plan)["on-prem/bill-of-materials.csv"])))
    assert rows[0] == ["year", "item", "count", "unit", "from"]
    assert all(len(row) == 5 for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
