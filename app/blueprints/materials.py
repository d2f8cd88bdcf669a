"""What to buy for an own site: servers as the assessment counts them, and what they need beside.

Counts of racks, switches and drives follow rules of materials.toml, all of which are judgements;
the bill names the rule of each line.
"""

import csv
import io
import math
import tomllib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from app.blueprints.parts import Plan, SitePart

_FILE = Path(__file__).parent / "materials.toml"
_LARGE_SERVER_GPUS = 8
# Three whole copies on three machines; or 4 pieces and 2 to spare, each on a machine of its own.
_COPIES, _COPY_MACHINES = 3.0, 3
_PIECES, _PIECE_MACHINES = 6 / 4, 6


@dataclass(frozen=True)
class Item:
    """One line of the bill; `rule` says where its count is from."""

    year: int
    item: str
    count: int | float
    unit: str
    rule: str


@dataclass(frozen=True)
class Store:
    """Machines and drives that keep the data: copies or pieces of it, never filled to the brim."""

    machines: int
    drives: int
    rule: str


def bill(plan: Plan, site: SitePart) -> str:
    """The bill as CSV; numbers and shipped names only, so nothing in it is a formula."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(["year", "item", "count", "unit", "from"])
    rows.writerows(astuple(item) for item in materials(plan, site))
    return written.getvalue()


def materials(plan: Plan, site: SitePart) -> Iterator[Item]:
    """Every line: what the assessment counts, then what follows from it by a rule."""
    yield from _counted(plan, site)
    store = store_of(plan.stored_tb)
    others = site.control_machines + store.machines
    control, why = "control machine (8 cores; 32 GB; two SSD)", "3 where somebody waits, or chosen"
    yield Item(1, control, site.control_machines, "machines", why)
    yield Item(1, "storage machine (16 cores; 64 GB)", store.machines, "machines", store.rule)
    drive = f"SSD of {_rule('tb_of_a_drive'):g} TB in the storage machines"
    yield Item(1, drive, store.drives, "drives", store.rule)
    local = int(_rule("local_drives")) * site.servers
    yield Item(1, "SSD of 3.84 TB in GPU servers", local, "drives", "two a server: mirrored")
    yield from _around(site, racks_of(site, others), site.servers + others)


def _counted(plan: Plan, site: SitePart) -> Iterator[Item]:
    before = site.servers_there
    for year, count in enumerate(site.servers_by_year, 1):
        if count > before:
            yield Item(year, site.server, count - before, "servers", "assessment")
        before = max(before, count)
    if site.servers_there:
        yield Item(1, "there already, so not bought", site.servers_there, "servers", "your answer")
    last = len(site.servers_by_year)
    yield Item(1, "of these kept spare", site.spares, "servers", "assessment")
    power = "power of all GPU servers at full load"
    yield Item(last, power, round(site.kw, 1), "kW", "assessment")
    yield Item(last, "data kept before copies", round(plan.stored_tb, 1), "TB", "assessment")


def _around(site: SitePart, racks: int, machines: int) -> Iterator[Item]:
    """Racks, switches and cables, sized for the last year; none of it waits for later servers."""
    power = f"{site.kw_per_rack or _rule('kw_per_rack'):g} kW a rack"
    yield Item(1, "rack", racks, "racks", f"{power}, and {_rule('usable_units'):g} units in it")
    yield Item(1, "power strip, one for each of two feeds", 2 * racks, "strips", "two a rack")
    pairs = switch_pairs(machines)
    ports = f"{_rule('ports_of_a_switch'):g} ports of 100 Gbit/s"
    rule = f"one port at each switch of a pair for each of {machines} machines"
    yield Item(1, f"data switch, {ports}", 2 * pairs, "switches", rule)
    yield Item(1, "management switch, 48 ports of 1 Gbit/s", racks, "switches", "one a rack")
    between = int(_rule("ports_between_switches")) * pairs
    yield Item(1, "data cable", 2 * machines + between, "cables", "one for each port in use")
    yield Item(1, "management cable", machines, "cables", "one a machine")


def store_of(stored_tb: float) -> Store:
    """What keeps `stored_tb`: raw TB = stored * copies / fill, in whole drives, alike per machine.

    Below the limit of materials.toml three copies; from it on 4 pieces with 2 to spare.
    """
    limit = _rule("erasure_coding_from_tb")
    is_small = stored_tb < limit
    factor, least = (_COPIES, _COPY_MACHINES) if is_small else (_PIECES, _PIECE_MACHINES)
    drives = math.ceil(stored_tb * factor / _rule("fill_of_the_store") / _rule("tb_of_a_drive"))
    machines = max(least, math.ceil(drives / _rule("drives_of_a_machine")))
    kept = "three copies (Garage)" if is_small else "4 + 2 pieces (Ceph)"
    rule = f"{kept}, at most {_rule('fill_of_the_store'):.0%} full"
    return Store(machines, machines * max(1, math.ceil(drives / machines)), rule)


def racks_of(site: SitePart, others: int) -> int:
    """Racks for the GPU servers by power and height, and more if the others' power is too much."""
    each = site.kw / site.servers
    power = site.kw_per_rack or _rule("kw_per_rack")
    is_large = site.gpus_per_server >= _LARGE_SERVER_GPUS
    units = _rule("units_of_a_large_server" if is_large else "units_of_a_small_server")
    fitting = max(1, min(math.floor(power / each), math.floor(_rule("usable_units") / units)))
    racks = math.ceil(site.servers / fitting)
    left = max(0.0, racks * power - site.kw)
    missing = others * _rule("kw_of_another_machine") - left
    return racks + max(0, math.ceil(missing / power))


def switch_pairs(machines: int) -> int:
    """Pairs of data switches: each switch has one port of every machine it serves."""
    return math.ceil(machines / (_rule("ports_of_a_switch") - _rule("ports_between_switches")))


def _rule(key: str) -> float:
    return _rules()[key]


@cache
def _rules() -> dict[str, float]:
    rows = tomllib.loads(_FILE.read_text("utf-8"))["rule"]
    return {row["key"]: float(row["value"]) for row in rows}
