"""How each option does on each criterion, measured, over the worlds.

Every fact feeds one criterion only: lead time feeds speed, skill feeds talent, transfer money
feeds cost and transferred bytes feed integration. A test holds the list.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.domain.constraints import data_class
from app.domain.cost.connection import BEHIND_THE_CONNECTION
from app.domain.cost.contracts import owed_usd
from app.domain.cost.edge import EdgePlan, sent_share, stranded_boxes_usd
from app.domain.cost.managed import services_for
from app.domain.cost.owned import energy_kwh, pue_figure, utilisation
from app.domain.cost.plan import (
    Costing,
    Plan,
    committed_accelerators,
    first_phase_weeks,
    largeness,
    lead_weeks,
    order_size,
)
from app.domain.cost.rented import HOURS_PER_MONTH, Reservation
from app.domain.cost.setting import Setting
from app.domain.demand.fleet import model_ms
from app.domain.demand.storage import returned_gb
from app.domain.demand.workload import DAYS_PER_MONTH, SECONDS_PER_DAY
from app.domain.facts import Offer
from app.domain.worlds import Array, Range

# How far the most sensitive data class opens the scale of security around its neutral point.
# Sensitivity widens the difference, it never decides: of 22 published decisions on regulated
# data 6 went to the cloud. Judgement, 2026-11-24.
_SENSITIVITY: Mapping[str, float] = {
    "public": 0.0,
    "internal": 0.25,
    "": 0.5,
    "confidential": 0.6,
    "special_category": 1.0,
    "classified": 1.0,
}
_SECURITY_NEUTRAL = 0.6
# The hour that only one in a hundred exceeds, as for the planning of fleets.
_BUSIEST_HOURS = 0.99
# Half of the team's readiness comes from who looks after the machines, half from experience;
# each choice has a figure of its own, and an unanswered half lies anywhere between the ends.
_READINESS: Mapping[str, tuple[str, str, str]] = {
    "gpu_owner": ("talent.owner", "nobody", "named"),
    "gpu_experience": ("talent.experience", "never", "over_1_year"),
}


@dataclass(frozen=True)
class Measured:
    """A measure in each world, shape (worlds,), and a sentence on what it is made of.

    Attributes:
        anywhere: where the measure is not known, its place between the criterion's worst, 0,
            and best, 1, drawn for each world; None where it is known.
    """

    value: Array
    words: str
    anywhere: Array | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is a measure at all."""
        return self.anywhere is None


Measure = Callable[[Costing, Setting], Measured]


def security(costing: Costing, setting: Setting) -> Measured:
    """Score in [0, 1]: sovereignty and operated security above the must-haves, by data class.

        neutral + opening(data class) * (mean of both / 4 - neutral)

    A hybrid counts the place of its most sensitive data, the weaker one where that is in two.
    """
    opening = max(_SENSITIVITY[c] for c in _data_classes(setting))
    raw = _operated_security(costing, _most_sensitive(setting), setting)
    value = _SECURITY_NEUTRAL + opening * (raw / 4.0 - _SECURITY_NEUTRAL)
    classes = ", ".join(sorted(set(_data_classes(setting)) - {""})) or "not said"
    words = f"most sensitive data: {classes}; {_share_words(costing)}"
    return Measured(np.clip(value, 0.0, 1.0), words)


def _most_sensitive(setting: Setting) -> tuple[str, ...]:
    """The kinds of data of the most sensitive class that was answered."""
    ranks = dict(zip(setting.answers.modalities, _data_classes(setting), strict=True))
    most = max(_SENSITIVITY[data_class] for data_class in ranks.values())
    return tuple(m for m, data_class in ranks.items() if _SENSITIVITY[data_class] == most)


def _operated_security(costing: Costing, sensitive: tuple[str, ...], setting: Setting) -> Array:
    """Mean of sovereignty and operated security where `sensitive` data is, of 4, (worlds,)."""
    if costing.parts:
        holding = [
            _operated_security(of_part, sensitive, setting)
            for part, of_part in costing.parts
            if set(sensitive) & set(part.answers.modalities)
        ]
        weakest: Array = np.min(holding, axis=0)
        return weakest
    plan = costing.plan
    rented = _mean_figures(setting, *_rented_security(costing))
    if plan.owned is None:
        return rented
    own = _mean_figures(setting, f"sovereignty.{plan.owned.place}", "operated.owned")
    if plan.is_hybrid:
        return own if set(sensitive) <= set(plan.stays) else np.minimum(own, rented)
    result: Array = costing.owned_share * own + (1 - costing.owned_share) * rented
    return result


def _rented_security(costing: Costing) -> tuple[str, str]:
    if costing.plan.is_managed:
        return "sovereignty.managed_api", "operated.certified_provider"
    kind = costing.plan.offer.kind if costing.plan.offer is not None else "hyperscaler"
    return f"sovereignty.{kind}", "operated.certified_provider"


def _mean_figures(setting: Setting, *keys: str) -> Array:
    known = setting.known
    draws = [np.minimum(known.positive(key), 4.0) for key in keys]
    result: Array = np.mean(draws, axis=0)
    return result


def _data_classes(setting: Setting) -> list[str]:
    return [data_class(setting.answers, m) for m in setting.answers.modalities]


def _share_words(costing: Costing) -> str:
    share = float(np.median(costing.owned_share))
    return f"{share:.0%} of the work on own machines".replace("%", " %")


def latency(costing: Costing, setting: Setting) -> Measured:
    """Probability in [0, 1] that the tightest modality meets its 95th-percentile target.

        network + queue factor * (read + write at the batch that is costed) <= target

    1 where nothing has a target. Ignores cold starts and loss of the link.
    """
    chances = latency_chances(costing, setting)
    tightest = min(chances, key=lambda m: chances[m], default="")
    words = f"{tightest} is the tightest" if tightest else "nothing has a latency target"
    return Measured(np.full(setting.worlds.count, chances.get(tightest, 1.0)), words)


def latency_chances(costing: Costing, setting: Setting) -> dict[str, float]:
    """Modality with a target → share of the worlds in which it is met, where it runs."""
    if costing.parts:
        chances = [latency_chances(of_part, part) for part, of_part in costing.parts]
        return {modality: chance for found in chances for modality, chance in found.items()}
    return {
        m.modality: float(np.mean(_response_ms(index, costing, setting) <= target))
        for index, m in enumerate(setting.workload.modalities)
        if (target := m.target_ms) is not None
    }


def _response_ms(index: int, costing: Costing, setting: Setting) -> Array:
    """95th-percentile response time of one modality, ms, shape (worlds,)."""
    modality = setting.workload.modalities[index].modality
    born = setting.answers.choice(f"modalities.{modality}.born")
    known = setting.known
    network = known.positive(_network_key(costing.plan, setting, born))
    if costing.plan.is_hybrid and modality not in costing.plan.stays:
        away = replace(costing.plan, owned=None)
        network = np.maximum(network, known.positive(_network_key(away, setting, born)))
    result: Array = network + model_ms(costing.fleet.loads[index], costing.fleet, known)
    return result


def _network_key(plan: Plan, setting: Setting, born: str) -> str:
    if plan.is_managed:
        return "network_ms.managed_api"
    if plan.owned is not None:
        own = plan.owned.place
        at_source = own == "own_site" and born in ("own_site", "edge", "")
        return "network_ms.own_site" if at_source else "network_ms.colocation"
    offer = plan.offer
    home = setting.country
    if offer is None or home is None:
        return "network_ms.same_region"
    if offer.country == home.code:
        return "network_ms.same_country"
    return "network_ms.same_region" if offer.geography == home.geography else "network_ms.elsewhere"


def scalability(costing: Costing, setting: Setting) -> Measured:
    """Share in [0, 1] of what a doubled likely peak wants more that can be had within weeks.

        spare servers + (the rest) * availability of rented machines, or of a further purchase

    Each option serves the peak that it is sized for: what it can add is asked of all alike.
    Rented machines are the harder to get the more are wanted: from the stated availability at
    one machine of eight down to nothing where capacity is contracted, which takes the weeks of a
    purchase (`lead_weeks`). Where somebody says what would be too late, those weeks decide alone.
    Of a split the part counts that goes first.
    """
    known, plan = setting.known, costing.plan
    if costing.parts:
        return _of_the_first(costing)
    if plan.is_managed:
        return Measured(known.share("availability.managed_api"), "the vendor's rate limits decide")
    spare = _spare_share(costing, setting)
    if plan.owned is not None and not plan.is_hybrid:
        later = _in_time(setting, plan, otherwise=0.0)
        return Measured(spare + (1.0 - spare) * later, _more_words(spare, "bought"))
    kind = plan.offer.kind if plan.offer is not None else "hyperscaler"
    large = largeness(order_size(setting, costing.fleet.accelerator.key) * (1.0 - spare), known)
    few = known.share(f"availability.{kind}")
    available = few * _in_time(setting, replace(plan, owned=None), otherwise=1.0 - large)
    value = spare + (1.0 - spare) * available
    return Measured(value, _more_words(spare, "rented"))


def _spare_share(costing: Costing, setting: Setting) -> float:
    """Owned accelerators beyond the likely peak, as a share of it in [0, 1], in the tightest year.

    What was bought ahead of growth is spare only until the growth has come.
    """
    owned = costing.plan.owned
    if owned is None:
        return 0.0
    peaks = setting.planned[costing.fleet.accelerator.key]
    there = [(n - owned.spares) * owned.server.accelerators for n in owned.servers_by_year]
    tightest = min(have / peak for have, peak in zip(there, peaks, strict=True))
    return float(np.clip(tightest - 1.0, 0.0, 1.0))


def _more_words(spare: float, got: str) -> str:
    if spare >= 1.0:
        return "machines for a doubled peak stand already"
    if spare <= 0.0:
        return f"what a doubled peak wants more would be {got}"
    stands = f"{100 * spare:.0f} % of what a doubled peak wants more stands already"
    return f"{stands}, the rest would be {got}"


def _in_time(setting: Setting, plan: Plan, *, otherwise: float) -> Array:
    """1 where machines come within the time to double, else 0; `otherwise` without an answer.

    Lead time feeds speed; here it counts only where somebody says what would be too late.
    """
    allowed = setting.answers.optional_quantity("time_to_double_weeks")
    if allowed is None:
        return np.full(setting.worlds.count, otherwise)
    return (lead_weeks(setting, plan) <= allowed.likely).astype(np.float64)


def _of_the_first(costing: Costing) -> Measured:
    """Scalability of the part that serves first, with the kinds of data that it has."""
    part, first = min(
        costing.parts, key=lambda p: float(np.median(first_phase_weeks(p[0], p[1].plan)))
    )
    found = scalability(first, part)
    return replace(found, words=f"{', '.join(part.answers.modalities)} first: {found.words}")


def integration(costing: Costing, setting: Setting) -> Measured:
    """TB a month that must cross between where data is born and where it is processed.

    Counts media born on your own site or in a cloud; what comes from end users crosses a
    network either way and sets no option apart. Of a split each kind of data counts where it is,
    and answers that meet others elsewhere.
    """
    crossing = _crossing_tb(costing, setting) + _exchanged(costing, setting)
    return Measured(crossing, f"{_few(float(np.median(crossing)))} TB a month cross")


def _crossing_tb(costing: Costing, setting: Setting) -> Array:
    """TB a month between birth, processing and, of answers, meeting, on average, (worlds,)."""
    growth = setting.workload.growth.mean(axis=1)
    if costing.parts:
        parts = [_crossing_tb(of_part, part) for part, of_part in costing.parts]
        if setting.answers_meet:
            away = [part for part, of_part in costing.parts if of_part.plan.owned is None]
            sent = [returned_gb(part.workload) * DAYS_PER_MONTH / 1e3 for part in away]
            parts += [tb * growth for tb in sent]
        summed: Array = np.sum(parts, axis=0)
        return summed
    crossing = []
    for modality in setting.workload.modalities:
        born = setting.answers.choice(f"modalities.{modality.modality}.born")
        monthly = modality.items_per_day * modality.raw_gb_per_item * DAYS_PER_MONTH / 1e3
        if costing.plan.edge is not None and modality.modality in costing.plan.edge.modalities:
            monthly = monthly * sent_share(modality, setting.answers, setting.known)
        crossing.append(monthly * _crossing_share(costing, born))
    result: Array = np.sum(crossing, axis=0) * growth
    return result


def _exchanged(costing: Costing, setting: Setting) -> Array:
    """TB a month with the systems it talks to, and the corpus spread over the months."""
    answers, worlds = setting.answers, setting.worlds
    crossing = np.zeros(worlds.count)
    if answers.is_given("systems.tb_per_month"):
        share = _crossing_share(costing, answers.choice("systems.place"))
        crossing = crossing + answers.draw("systems.tb_per_month", worlds) * share
    if answers.is_given("corpus.tb"):
        share = _crossing_share(costing, answers.choice("corpus.place"))
        monthly = answers.quantity("corpus.tb").likely / setting.workload.months
        crossing = crossing + monthly * share
    return crossing


def uplink_gbit(costing: Costing, setting: Setting) -> float:
    """Traffic from the site in the busiest hour, 80th percentile over the worlds, Gbit/s.

    GB a day * share that leaves * 8 bits / 86,400 s * peak over mean, where somebody waits
    """
    busiest = 8.0 / SECONDS_PER_DAY * _leaving_gb_a_day(costing, setting)
    return float(np.percentile(busiest, 80))


def _leaving_gb_a_day(costing: Costing, setting: Setting) -> Array:
    """GB that would leave the site in a day like its busiest hour, shape (worlds,)."""
    if costing.parts:
        parts = [_leaving_gb_a_day(of_part, part) for part, of_part in costing.parts]
        return np.asarray(np.sum(parts, axis=0))
    total = np.zeros(setting.worlds.count)
    peak = setting.workload.curve.at(_BUSIEST_HOURS)
    for modality in setting.workload.modalities:
        born = setting.answers.choice(f"modalities.{modality.modality}.born")
        if born in BEHIND_THE_CONNECTION:
            daily = modality.items_per_day * modality.received_gb_per_item
            spread = 1.0 if modality.latency == "batch" else peak
            total = total + daily * _crossing_share(costing, born) * spread
    result: Array = total * setting.workload.growth.max(axis=1)
    return result


def _crossing_share(costing: Costing, born: str) -> Array:
    owned = costing.plan.owned
    here = costing.owned_share if owned is not None and owned.place == "own_site" else None
    if born in BEHIND_THE_CONNECTION:
        return 1.0 - here if here is not None else np.ones_like(costing.owned_share)
    if born == "cloud":
        return costing.owned_share
    return np.zeros_like(costing.owned_share)


def talent(costing: Costing, setting: Setting) -> Measured:
    """Gap between the readiness that an option demands and the team's, 0 to 4.

    max(0, demand - (owner + experience)),  a hybrid demands its harder half and more
    """
    readiness = _readiness(setting)
    demand = _demanded(costing, setting)
    gap = np.maximum(demand - readiness, 0.0)
    words = (
        f"it demands {float(np.median(demand)):.1f} of 4, "
        f"the team has {float(np.median(readiness)):.1f}"
    )
    return Measured(gap, words)


def _demanded(costing: Costing, setting: Setting) -> Array:
    known, plan = setting.known, costing.plan
    keys = []
    if plan.services:
        keys.append("talent.managed_api")
    if plan.owned is not None:
        keys.append(f"talent.{plan.owned.place}")
    if plan.edge is not None:
        keys.append("talent.own_site")
    if plan.offer is not None and (plan.owned is None or plan.is_hybrid):
        keys.append(f"talent.rented_{plan.offer.kind}")
    demand = np.max([known.positive(key) for key in keys], axis=0)
    if plan.is_hybrid:
        second = known.positive("talent.second_craft")
        demand = demand + second
    result: Array = demand
    return result


def _readiness(setting: Setting) -> Array:
    """Readiness of the team, 0 to 4, shape (worlds,)."""
    known = setting.known
    total = np.zeros(known.worlds.count)
    for path, (prefix, least, most) in _READINESS.items():
        choice = setting.answers.choice(path)
        if choice:
            key = f"{prefix}_{choice}"
            total += known.positive(key)
        else:
            low = known.value(f"{prefix}_{least}")
            high = known.value(f"{prefix}_{most}")
            total += np.maximum(known.worlds.signed(path, Range(low, (low + high) / 2, high)), 0.0)
    practices = _practices(setting)
    if practices:
        total = np.minimum(total + practices * known.positive("talent.per_practice"), 4.0)
    return total


# Answers that name a practice in place, and how many practices each is worth; judgement.
_PRACTICES: Mapping[str, Mapping[str, int]] = {
    "on_call": {"business_hours": 1, "always": 2},
    "platform": {"vms": 1, "kubernetes": 2, "slurm": 2},
    "infrastructure_code": {"scripts": 1, "terraform": 2, "ansible": 2, "gitops": 3},
}


def _practices(setting: Setting) -> int:
    """How many practices the team says are in place; 0 where nobody answered."""
    answers = setting.answers
    chosen = sum(worth.get(answers.choice(path), 0) for path, worth in _PRACTICES.items())
    return chosen + len(answers.choices("in_place"))


def speed(costing: Costing, setting: Setting) -> Measured:
    """Weeks to the first production traffic; a hybrid starts with the part that goes first."""
    weeks = first_phase_weeks(setting, costing.plan)
    low, high = np.percentile(weeks, [10, 90])
    return Measured(weeks, f"{low:.0f} to {high:.0f} weeks to first production traffic")


def control(costing: Costing, setting: Setting) -> Measured:
    """Yes/no tests passed, 0 to 5: who can change price, terms, hardware or stop the service.

    Own the hardware; the stack runs elsewhere unchanged; keys and weights are held; two or
    more suppliers; no price change by the other side within a year. A hybrid passes the
    owner's tests by the share of the work that could stay if the provider left; where it both
    rents and buys elsewhere, the part with less control counts for all that is elsewhere.
    """
    away = [of_part for _, of_part in costing.parts if of_part.plan.owned is None] or [costing]
    rented = min(_rented_control(elsewhere, setting) for elsewhere in away)
    if costing.plan.owned is None:
        return Measured(np.full(setting.worlds.count, rented), f"{rented:.0f} of 5 tests passed")
    owned = _owned_control(costing, setting)
    share = costing.owned_share if costing.plan.is_hybrid else np.ones(setting.worlds.count)
    value = share * owned + (1 - share) * rented
    return Measured(value, f"{round(float(np.median(value)), 1):g} of 5 tests passed")


def _rented_control(costing: Costing, setting: Setting) -> float:
    """Portable serving software, a second seller, and a price that is fixed for a year.

    Bought answers pass one test only, where a second vendor would do the work.
    """
    if costing.plan.is_managed:
        return 1.0 if _has_second_vendor(costing.plan, setting) else 0.0
    fixed = 1.0 if costing.plan.reservation is not None else 0.0
    return 1.0 + fixed + (1.0 if _is_sold_twice(costing.plan.offer, setting) else 0.0)


def _is_sold_twice(offer: Offer | None, setting: Setting) -> bool:
    accelerator = offer.accelerator if offer else ""
    return len({o.provider for o in setting.offers if o.accelerator == accelerator}) >= 2


def has_second_supplier(costing: Costing, setting: Setting) -> bool:
    """Whether a second company sells the same machines, or models that do the same work."""
    plan = costing.plan
    if costing.parts:
        return all(has_second_supplier(of_part, part) for part, of_part in costing.parts)
    if plan.services:
        return _has_second_vendor(plan, setting)
    if plan.owned is not None or plan.offer is None:
        return True
    return _is_sold_twice(plan.offer, setting)


def _has_second_vendor(plan: Plan, setting: Setting) -> bool:
    """Whether two vendors or more would do the work of every modality that is bought."""
    bought = dict(plan.services)
    return all(
        len({price.vendor for price in services_for(work, setting.facts)}) >= 2
        for work in setting.workload.modalities
        if work.modality in bought
    )


def _owned_control(costing: Costing, setting: Setting) -> float:
    """Hardware, portable stack, suppliers; prices are fixed unless a landlord sets them.

    What is leased is nobody else's to change while the lease runs; what is paid by use is.
    """
    sources = [
        setting.answers.choice(f"modalities.{m}.model_source") for m in setting.answers.modalities
    ]
    weights_held = all(source != "closed_api" for source in sources)
    owned = costing.plan.owned
    own_place = owned is not None and owned.place == "own_site"
    own_hardware = owned is not None and owned.payment.way != "by_use"
    return 2.0 + float(own_hardware) + float(weights_held) + float(own_place)


def tonnes_co2(costing: Costing, setting: Setting) -> Array | None:
    """tCO2e over the horizon, shape (worlds,); None where it is not known, as of services.

    kWh * PUE * grid + embodied/life * server-hours, location based, owned idle included
    """
    if costing.parts:
        of_parts = [tonnes_co2(of_part, part) for part, of_part in costing.parts]
        known = [tonnes for tonnes in of_parts if tonnes is not None]
        whole: Array = np.sum(known, axis=0)
        return whole if len(known) == len(of_parts) else None
    if costing.plan.is_managed:
        return None
    parts = []
    if costing.plan.owned is not None:
        parts.append(_owned_carbon(costing, setting))
    if costing.plan.offer is not None:
        parts.append(_rented_carbon(costing, costing.plan.offer, setting))
    if costing.plan.edge is not None:
        parts.append(_box_carbon(costing.plan.edge, setting))
    if any(part is None for part in parts):
        return None
    result: Array = np.sum([part for part in parts if part is not None], axis=0) / 1e6
    return result


def _owned_carbon(costing: Costing, setting: Setting) -> Array | None:
    """gCO2e of the owned servers over the horizon, shape (worlds,)."""
    owned, known = costing.plan.owned, setting.known
    country = setting.country
    if owned is None or country is None or country.grid_carbon is None:
        return None
    busy = utilisation(owned, costing.fleet)
    pue = pue_figure(owned.place, setting.answers.choice("site.type"), known)
    kwh = energy_kwh(owned, busy, pue, known).sum(axis=1)
    hours = 730.0 * owned.standing(busy.shape[1]).sum() * owned.server.accelerators
    result: Array = kwh * country.grid_carbon.value + _embodied_g(hours, setting)
    return result


def _rented_carbon(costing: Costing, offer: Offer, setting: Setting) -> Array | None:
    """gCO2e of the rented hours over the horizon, shape (worlds,).

    A provider that names no place is taken to draw on the project's own grid.
    """
    known = setting.known
    place = known.facts.countries.get(offer.country, setting.country)
    if place is None or place.grid_carbon is None:
        return None
    accelerator = known.accelerator(offer.accelerator)
    servers = [s for s in known.facts.servers if s.accelerator == offer.accelerator]
    full_kw = (
        servers[0].power_kw.value / servers[0].accelerators
        if servers
        else accelerator.power_w * known.value("power.server_over_accelerators") / 1e3
    )
    idle = known.share("power.idle_share")
    busy = costing.used_share if costing.plan.owned is None else np.ones(known.worlds.count)
    draw = full_kw * (idle + (1 - idle) * np.clip(busy, 0.0, 1.0))
    kwh = costing.rented_hours * draw * known.value("pue.hyperscale")
    result: Array = kwh * place.grid_carbon.value + _embodied_g(costing.rented_hours, setting)
    return result


def _box_carbon(edge: EdgePlan, setting: Setting) -> Array | None:
    """gCO2e of the electricity of boxes at the devices, (worlds,); who makes them does not say."""
    country, months = setting.country, setting.workload.months
    if country is None or country.grid_carbon is None:
        return None
    kwh = setting.known.positive("edge.box_kw") * 730.0 * edge.standing(months).sum()
    result: Array = kwh * country.grid_carbon.value
    return result


def _embodied_g(accelerator_hours: Array | float, setting: Setting) -> Array:
    """Manufacture, spread over the life of an eight-accelerator server, in gCO2e."""
    known = setting.known
    key = "embodied.kg_per_8gpu_server"
    per_hour = known.positive(key) * 1e3
    result: Array = per_hour / known.value("embodied.life_hours") / 8 * accelerator_hours
    return result


def sustainability(costing: Costing, reference: Array | None, setting: Setting) -> Measured:
    """tCO2e over the horizon, as a multiple of the hyperscaler on demand, shape (worlds,).

    Where it is not known it may lie anywhere between the worst and the best: the middle on
    average, with all the spread there is. One draw per grid or vendor that is not known, so
    that options on the same unknown grid are not told apart by it.

    Args:
        reference: tCO2e of the hyperscaler on demand, shape (worlds,).
    """
    own = tonnes_co2(costing, setting)
    if own is None or reference is None:
        whose = "vendor" if costing.plan.is_managed else "grid"
        drawn = setting.worlds.uniform(f"unknown.carbon.{whose}")
        words = "carbon not known: counted as anything from the worst to the best"
        return Measured(np.full(setting.worlds.count, np.nan), words, anywhere=drawn)
    return Measured(own / reference, f"{_few(float(np.median(own)))} t CO2e over the horizon")


def predictability(
    costing: Costing, exogenous: Costing, yardstick_usd: float, setting: Setting
) -> Measured:
    """How far the bill may exceed its median, and what stopping half-way would waste.

        (above_the_middle + probability of stopping * stranded) / cost of the cheapest yardstick

    All options are held against the same sum, so that an option with a large fixed cost does
    not look steady for being dear.

    Args:
        exogenous: the same plan priced over worlds in which only prices, and the demand that
            somebody answered, vary: what nobody was asked is not held against an option.
        yardstick_usd: median cost of the cheapest yardstick.
    """
    upward = above_the_middle(exogenous.ledger.ranked_npv)
    known = setting.known
    stop = known.share("exit.stop_probability")
    owned = costing.plan.owned
    months, stopped = setting.workload.months, _stopped_after(setting)
    stranded = np.zeros(known.worlds.count)
    if owned is not None:
        stranded = owed_usd(owned, months, known, stopped)
    elif costing.plan.edge is not None:
        stranded = stranded_boxes_usd(costing.plan.edge, months, known, stopped)
    elif costing.plan.reservation is not None:
        stranded = _committed_usd(costing.plan, costing.plan.reservation, setting, stopped)
    wasted = float(np.median(stranded))
    tied = "bought" if _buys(costing.plan) else "committed"
    words = (
        "when prices and demand alone vary, the dearest 1 of 10 cases is on average "
        f"USD {_rounded(upward)} above the middle; stopping half-way would waste "
        f"{f'USD {_rounded(wasted)} of what was {tied}' if wasted else 'nothing'}"
    )
    return Measured((upward + stop * stranded) / yardstick_usd, words)


def _buys(plan: Plan) -> bool:
    """Whether what stopping early wastes was bought, rather than promised."""
    return plan.reservation is None and (plan.owned is None or plan.owned.payment.is_purchase)


def _stopped_after(setting: Setting) -> float:
    """Month of the next decision, at which it may be stopped; half-way where nobody said."""
    months = setting.workload.months
    review = setting.answers.optional_quantity("review_months")
    return months / 2 if review is None else min(review.likely, float(months))


def above_the_middle(totals: Array) -> float:
    """By how much the dearest tenth of `totals` (worlds,) exceeds their median on average.

        ES90 - P50

    P90 - P50 would do for a smooth bill. That of owned machines jumps by a server, and whether
    one world in ten needs it or one in eleven would move P90 all the way.
    """
    dearest = np.sort(totals)[-math.ceil(len(totals) / 10) :]
    return float(dearest.mean() - np.median(totals))


def _few(amount: float) -> str:
    """One decimal below ten, none above; what is smaller than that is not called nothing."""
    if 0.0 < amount < 0.1:  # the least that one decimal can say
        return "under 0.1"
    return f"{amount:.1f}" if 0.0 < amount < 10.0 else f"{amount:,.0f}"


def _rounded(usd: float) -> str:
    """As every sum is written: single dollars only distract from ten thousand on."""
    if usd >= 999_950:
        return f"{usd / 1e6:.2f} million"
    return f"{round(usd, -2 if usd >= 10_000 else 0):,.0f}"


def _committed_usd(plan: Plan, reservation: Reservation, setting: Setting, stopped: float) -> Array:
    """What is still to be paid for a reservation when the project stops then, (worlds,)."""
    reserved = committed_accelerators(setting, plan)
    left = -int(stopped) % (12 * reservation.years)
    there = reserved[min(int(stopped), reserved.size - 1)]
    monthly = HOURS_PER_MONTH * there * reservation.usd_per_hour
    return np.full(setting.worlds.count, left * monthly)
