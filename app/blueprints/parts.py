"""What a plan is made of: values only, each checked before it gets here.

Everything that reaches code is a shipped key, a checked value or a number. Free text of the team
is in `words` alone, which only README.md and decision.json read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from app.blueprints.choices import Networks
from app.blueprints.controls import Answered
from app.blueprints.machines import Machine
from app.blueprints.sizing import Serving
from app.domain.facts import Offer
from app.domain.questionnaire.answers import Answers

Json = Mapping[str, Any]
Kind = Literal["cloud", "on-prem", "hybrid", "task"]


@dataclass(frozen=True)
class Version:
    """What a plan is made from: one saved version and the prices that it pinned."""

    project: str
    number: int
    title: str
    saved_on: date
    answers: Answers
    result: Json
    offers: Sequence[Offer]


@dataclass(frozen=True)
class Words:
    """Free text and sentences about the decision, for people only."""

    project: str
    number: int
    title: str
    saved_on: date
    option: str
    recommended: str
    label: str


@dataclass(frozen=True)
class Pool:
    """The rented GPU machines.

    Attributes:
        planned_gpus: what the assessment counts; whole machines may hold more.
        machines_ready: kept ready at all times.
        committed_gpus: most that are paid around the clock, for `commitment_years`.
        machines_most: the ceiling, the same everywhere in the code.
    """

    accelerator: str
    machine: Machine
    gpus_per_machine: int
    planned_gpus: int
    machines_ready: int
    machines_most: int
    commitment_years: int
    committed_gpus: int

    @property
    def gpus_most(self) -> int:
        """The most GPUs that may ever run."""
        return self.machines_most * self.gpus_per_machine


@dataclass(frozen=True)
class CloudPart:
    """What stands in a cloud."""

    cloud: str
    region: str
    allowed_regions: tuple[str, ...]
    pool: Pool
    budget_usd: int
    budget_from: str


@dataclass(frozen=True)
class SitePart:
    """The owned servers.

    Attributes:
        servers: to stand at the end of the horizon, spares included.
        control_machines: small machines that run the cluster.
        kw_per_rack: as answered; None where nobody said.
        servers_there: of the servers, those that stand already and are not bought.
    """

    place: str
    server: str
    accelerator: str
    gpus_per_server: int
    servers: int
    spares: int
    servers_by_year: tuple[int, ...]
    planned_gpus: int
    kw: float
    control_machines: int
    kw_per_rack: float | None = None
    servers_there: int = 0

    @property
    def gpus(self) -> int:
        """GPUs of all servers at the end of the horizon."""
        return self.servers * self.gpus_per_server

    @property
    def gpus_at_start(self) -> int:
        """GPUs of the servers of the first year, spares included."""
        return self.servers_by_year[0] * self.gpus_per_server

    @property
    def working_at_start(self) -> int:
        """GPUs of the servers of the first year, spares aside."""
        return (self.servers_by_year[0] - self.spares) * self.gpus_per_server


@dataclass(frozen=True)
class TaskPart:
    """Machines that SkyPilot starts and ends at a specialist."""

    provider: str
    infra: str
    accelerator: str
    gpus_per_machine: int
    machines_most: int
    planned_gpus: int

    @property
    def gpus_most(self) -> int:
        """The most GPUs of all machines."""
        return self.machines_most * self.gpus_per_machine


@dataclass(frozen=True)
class Line:
    """One cost line of the assessment, over the horizon, USD; None where nobody publishes it."""

    key: str
    title: str
    usd: float | None


@dataclass(frozen=True)
class Plan:
    """Everything that the files are written from.

    Attributes:
        answered: what was answered that asks for controls, in shipped words.
        data_classes: kind of data and the key of its answered class; "" where nobody said.
        differs: where the code stands for something else than was priced, a sentence each.
    """

    kind: Kind
    option: str
    family: str
    name: str
    environment: str
    cloud: CloudPart | None
    site: SitePart | None
    task: TaskPart | None
    servings: tuple[Serving, ...]
    networks: Networks
    has_jobs: bool
    decodes_video: bool
    trains: bool
    is_air_gapped: bool
    answered: tuple[Answered, ...]
    data_classes: tuple[tuple[str, str], ...]
    raw_retention_days: int
    stored_tb: float
    months: int
    lines: tuple[Line, ...]
    total_usd: float | None
    at_least: bool
    engine: str
    facts: str
    differs: tuple[str, ...]
    words: Words
