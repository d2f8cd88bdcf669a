"""Everything that the price of any option of one assessment depends on."""

from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property

import numpy as np

from app.domain.cost.ledger import Ledger, monthly_rate
from app.domain.cost.owned import OwnedGpus
from app.domain.cost.paying import Payment, payment
from app.domain.demand.fleet import Fleet, chance_of_targets, fleet, planned_accelerators
from app.domain.demand.serving import is_sized
from app.domain.demand.storage import leaving_gb, returned_gb, served_gb, stored_gb
from app.domain.demand.workload import DAYS_PER_MONTH, Workload, part_of, workload
from app.domain.errors import MissingFact
from app.domain.facts import Country, Facts, Figure, Offer, Provider
from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.stated import stated
from app.domain.rules import Outcome
from app.domain.worlds import Array, Worlds, likely_world

# A large model is not pre-trained on cards without a fast link or with less memory: every
# published run in the sizing facts used 80 GB or more per linked accelerator.
_TRAINING_MEMORY_GB = 80

_TRIAL_WORLDS = 200
_LEAST_CHANCES = (0.8, 0.5)


class Setting:
    """One project's answers, the facts and the worlds, with the demand worked out once.

    Fleets are kept per accelerator, because nine options ask for the same few.
    """

    def __init__(self, answers: Answers, facts: Facts, worlds: Worlds) -> None:
        self.answers = answers
        # A discount must not come off twice: settings made from this one start from these.
        self.published = facts
        self.facts = stated(facts, answers)
        self.worlds = worlds
        self.known = Known(self.facts, worlds)
        self._fleets: dict[str, Fleet | None] = {}
        self._chances: dict[str, float] = {}
        self._exogenous: dict[int, Setting] = {}
        self._parts: dict[tuple[tuple[str, ...], bool], Setting] = {}
        # Plan → its expected net present value; the same few plans are compared many times.
        self.expected_npvs: dict[Hashable, float] = {}
        # Accelerator, step and levels → hours on demand that each step of it saves.
        self.saved_hours: dict[Hashable, Array] = {}
        # Kind of data and zone → the worst outcome of the placement rules, and those that fail.
        self.admissions: dict[Hashable, tuple[Outcome, frozenset[str]]] = {}

    @cached_property
    def likely(self) -> "Setting":
        """The same project in the single likely world; plans are made on it."""
        if self.worlds.is_likely:
            return self
        return Setting(self.answers, self.published, likely_world())

    @cached_property
    def trial(self) -> "Setting":
        """The first few worlds: what a buyer has in mind when comparing machines."""
        if self.worlds.is_likely or self.worlds.count <= _TRIAL_WORLDS:
            return self
        return self.over(self.worlds.first(_TRIAL_WORLDS))

    def exogenous(self, count: int) -> "Setting":
        """The first `count` worlds, in which only prices and answered demand vary; kept."""
        if count not in self._exogenous:
            few = self.worlds.first(count).varying_only(self._is_exogenous)
            self._exogenous[count] = self.over(few)
        return self._exogenous[count]

    def unanswered(self, count: int) -> "Setting":
        """The first `count` worlds, in which only unanswered questions vary."""
        few = self.worlds.first(count).varying_only(self._is_unanswered)
        return self.over(few)

    def over(self, worlds: Worlds) -> "Setting":
        """The same project over other worlds; its plans, made in the likely one, are shared."""
        other = Setting(self.answers, self.published, worlds)
        other.likely = self.likely
        return other

    def part(self, modalities: tuple[str, ...], *, sends_answers: bool = False) -> "Setting":
        """The same project with some of its kinds of data only, over the same worlds; kept.

        Training goes with the largest model that is served; what leaves the system is divided by
        the size of the answers.

        Args:
            sends_answers: its answers also leave for the place where they meet others.
        """
        key = (modalities, sends_answers)
        if key not in self._parts:
            work = part_of(self.workload, modalities)
            part = Setting(
                self.answers.only(modalities, trains=work.trains), self.published, self.worlds
            )
            part.workload = work
            part.admissions = self.admissions
            part.leaving_gb = self.leaving_gb * self._share_of_answers(work)[:, None]
            if sends_answers:
                sent = DAYS_PER_MONTH * returned_gb(work)[:, None] * work.growth
                part.leaving_gb = part.leaving_gb + sent
            if not self.worlds.is_likely:
                part.likely = self.likely.part(modalities, sends_answers=sends_answers)
            if self.trial is not self:
                part.trial = self.trial.part(modalities, sends_answers=sends_answers)
            self._parts[key] = part
        return self._parts[key]

    def _share_of_answers(self, part: Workload) -> Array:
        """Share of the bytes of all answers that `part` gives, shape (worlds,)."""
        whole = returned_gb(self.workload)
        result: Array = returned_gb(part) / np.maximum(whole, np.finfo(float).tiny)
        return result

    def _is_unanswered(self, name: str) -> bool:
        return self.answers.questions.has_field(name) and not self.answers.is_given(name)

    def _is_exogenous(self, name: str) -> bool:
        """Whether an input's spread is the world's doing rather than a gap in the answers."""
        if name.startswith(("price.", "residual.", "site.electricity")):
            return True
        demand = name in ("growth_per_year", "traffic.peak_to_average")
        demand = demand or name.endswith(".volume_per_day")
        return demand and self.answers.is_given(name)

    @cached_property
    def workload(self) -> Workload:
        """The work asked for, over the worlds."""
        return workload(self.answers, self.known)

    @cached_property
    def unsized(self) -> tuple[str, ...]:
        """Modalities for whose model nobody has published or uploaded a rate."""
        measured = {found.modality for found in self.workload.measurements}
        return tuple(
            m.modality
            for m in self.workload.modalities
            if m.modality not in measured and not is_sized(m.work, self.known)
        )

    @cached_property
    def stored_gb(self) -> Array:
        """GB kept at the end of each month, twice with a second copy, shape (worlds, months)."""
        copies = 2.0 if self.answers.flag("second_copy") else 1.0
        result: Array = copies * stored_gb(self.workload, self.known)
        return result

    @cached_property
    def leaving_gb(self) -> Array:
        """GB leaving each month, shape (worlds, months)."""
        return leaving_gb(self.answers, self.workload, self.worlds)

    @cached_property
    def served_gb(self) -> Array:
        """GB in and out each month with what somebody waits for, shape (worlds, months)."""
        return served_gb(self.workload)

    @property
    def free_to_leave(self) -> Figure | None:
        """The law by which a cloud may ask nothing for switching; None where none is known."""
        in_union = self.country is not None and self.country.in_european_union
        return self.known.figure("exit.eu_free_from") if in_union else None

    @property
    def answers_meet(self) -> bool:
        """Whether the answers of several models are brought together in one request."""
        return self.answers.choice("fusion") == "late"

    @property
    def pinned(self) -> bool:
        """Whether processing must stay in one region, for which some vendors charge."""
        return self.answers.choice("data_location.scope") in ("region", "country")

    @property
    def owned_gpus(self) -> OwnedGpus | None:
        """What the organisation has already and would use for this; None where it said nothing."""
        kind = self.answers.choice("owned_gpus.accelerator")
        count = self.answers.optional_quantity("owned_gpus.count")
        if not kind or count is None:
            return None
        free = self.answers.optional_quantity("owned_gpus.free_share")
        age = self.answers.quantity("owned_gpus.age_months")
        return OwnedGpus(kind, count.likely * (free.likely if free else 1.0), age.likely)

    @cached_property
    def payment(self) -> Payment:
        """How machines of one's own would be paid."""
        return payment(self.answers)

    @cached_property
    def country(self) -> Country | None:
        """Where owned hardware would stand; None when not answered."""
        return self.facts.countries.get(self.answers.choice("data_location.country"))

    @cached_property
    def _geography(self) -> str:
        """The part of the world that the scope of the data names; "" for all of it."""
        scope = self.answers.choice("data_location.scope")
        if scope == "region":
            return self.answers.choice("data_location.region")
        if scope == "anywhere":
            return ""
        return self.country.geography if self.country else ""

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """Offers with an on-demand price in the project's part of the world, and placeless ones.

        All offers where nothing was said of the place.
        """
        home = self._geography
        return tuple(
            offer
            for offer in self.facts.offers
            if offer.usd_per_hour is not None and (not home or offer.geography in (home, "any"))
        )

    @property
    def planned(self) -> dict[str, tuple[int, ...]]:
        """Accelerator → planned count per year, for every accelerator that holds the models."""
        return self.likely.own_plan

    @cached_property
    def own_plan(self) -> dict[str, tuple[int, ...]]:
        """`planned`, made on this setting itself; asked of the likely one."""
        plans = {}
        for key in self.facts.on_offer:
            on = self.fleet(key)
            if on is not None:
                plans[key] = planned_accelerators(on, self.known)
        return plans

    def fleet(self, accelerator: str) -> Fleet | None:
        """The workload on `accelerator`; None where a model does not fit."""
        if accelerator not in self._fleets:
            model = self.facts.accelerators[accelerator]
            self._fleets[accelerator] = fleet(self.workload, model, self.known)
        return self._fleets[accelerator]

    def quick_among(self, accelerators: Iterable[str]) -> frozenset[str]:
        """Those of `accelerators` that meet every latency target, as far as any of them does.

        A target counts as met in four of five trial worlds; where none of them does so well, in
        every second one; else in at least half as many as by the best of them, which is all
        where none ever meets it.
        """
        chances = {key: self.chance_in_time(key) for key in accelerators}
        for least in (*_LEAST_CHANCES, max(chances.values(), default=0.0) / 2):
            if quick := {key for key, chance in chances.items() if chance >= least}:
                return frozenset(quick)
        return frozenset()

    def chance_in_time(self, accelerator: str) -> float:
        """Share of trial worlds in which `accelerator` meets every latency target."""
        if self.trial is not self:
            return self.trial.chance_in_time(accelerator)
        if accelerator not in self._chances:
            on = self.fitting_fleet(accelerator)
            self._chances[accelerator] = chance_of_targets(on, self.known)
        return self._chances[accelerator]

    def runs_on(self, accelerator: str, per_machine: float) -> bool:
        """Whether machines with `per_machine` of an accelerator can do the work at all.

        One machine must hold the largest model; pre-training also wants machines whose
        accelerators are linked and large.
        """
        likely = self.likely.fleet(accelerator)
        if likely is None or likely.largest_replica > per_machine:
            return False
        if "pre_training" not in self.answers.choices("workloads"):
            return True
        model = self.facts.accelerators[accelerator]
        return model.nvlink and model.memory_gb >= _TRAINING_MEMORY_GB and per_machine >= 8

    def fitting_fleet(self, accelerator: str) -> Fleet:
        """The workload on an `accelerator` that is known to hold the models.

        Raises:
            ValueError: it does not hold them.
        """
        on = self.fleet(accelerator)
        if on is None:
            message = f"A model does not fit on {accelerator}."
            raise ValueError(message)
        return on

    def ledger(self) -> Ledger:
        """An empty ledger over the horizon, at the project's discount rate."""
        rate = self.worlds.signed("discount_rate", self.answers.quantity("discount_rate"))
        return Ledger(self.workload.months, monthly_rate(rate.clip(min=0.0)))

    def provider(self, offer: Offer) -> Provider:
        """Who makes the offer."""
        return self.facts.providers[offer.provider]

    @cached_property
    def cheapest_store(self) -> tuple[Provider, str]:
        """The hyperscaler and part of the world with the cheapest published storage.

        Raises:
            MissingFact: no hyperscaler publishes a price there.
        """
        wanted = (self._geography,) if self._geography else ("us", "eu", "asia")
        priced = [
            (usd, provider.key, place)
            for provider in self.facts.providers.values()
            for place, usd in provider.storage_usd_per_gb_month.items()
            if provider.kind == "hyperscaler" and place in wanted
        ]
        if not priced:
            message = f"No hyperscaler publishes a storage price in {', '.join(wanted)}."
            raise MissingFact(message)
        _, key, place = min(priced)
        return self.facts.providers[key], place

    @property
    def stand_in(self) -> str:
        """An accelerator that stands in for a vendor's: an H100, or one that holds the models.

        Raises:
            MissingFact: no accelerator holds the models.
        """
        if not self.planned:
            message = "No accelerator holds the models."
            raise MissingFact(message)
        return "H100" if "H100" in self.planned else next(iter(self.planned))

    @cached_property
    def dearest_storage(self) -> float:
        """The dearest published storage, USD per GB-month."""
        every = self.facts.providers.values()
        return max(usd for p in every for usd in p.storage_usd_per_gb_month.values())

    @cached_property
    def dearest_egress(self) -> Sequence[tuple[float, float]]:
        """The published egress tiers that start dearest."""
        published = [p.egress_tiers for p in self.facts.providers.values() if p.egress_tiers]
        return max(published, key=lambda tiers: tiers[0][1])
