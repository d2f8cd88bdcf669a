"""Answering as a browser without JavaScript does: whole forms, with everything they carry."""

from collections.abc import Mapping
from typing import TypeAlias

import httpx2
from bs4 import BeautifulSoup, Tag

from tests.web_client import Client

Typed: TypeAlias = Mapping[str, str | list[str]]

# Section → what to type: the least from which a result can be computed, and a little more.
ENOUGH: Mapping[str, Typed] = {
    "goals": {
        "scope": "one_workload",
        "workloads": ["realtime_inference"],
        "horizon_months.likely": "36",
        "priorities.1": "cost",
        "priorities.2": "security",
    },
    "workload": {
        "modalities": ["image"],
        "traffic.shape": "business_hours",
        "growth_per_year.unknown": "on",
    },
    "modalities": {
        "modalities.image.model_source": "open_weights",
        "modalities.image.volume_per_day.likely": "40 000",
        "modalities.image.volume_per_day.evidence": "measured",
    },
    "team": {"gpu_owner": "part_time"},
}

# The rest of the core questions, so that with ENOUGH each of them is answered.
THE_OTHER_CORE: Mapping[str, Typed] = {
    "goals": {**ENOUGH["goals"], "needed_in_weeks.likely": "26"},
    "modalities": {
        **ENOUGH["modalities"],
        "modalities.image.latency.p95_ms.likely": "2000",
        "modalities.image.data_class": "internal",
    },
    "security": {"data_location.scope": "anywhere", "isolation": "none"},
    "site": {"site.type": "none"},
    "team": {"gpu_owner": "part_time", "gpu_experience": "pilot"},
}


def start(client: Client, name: str = "Radiology assistant") -> str:
    """A new project; returns its address."""
    response = client.post("/projects", data={"name": name, "purpose": "Where it runs"})
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


def fill_in(client: Client, project: str, section: str, typed: Typed) -> httpx2.Response:
    """Post the form of one section with `typed` in it and everything else left empty."""
    page = client.page(f"{project}/questions/{section}")
    return client.post(f"{project}/questions/{section}", data={**carried(page), **dict(typed)})


def carried(page: BeautifulSoup) -> dict[str, str | list[str]]:
    """What the form on `page` says besides what is typed: fields, revisions, its own name."""
    hidden = page.select("input[name^='base.'], input[name=window]")
    return {"asked": asked(page), **{str(tag["name"]): str(tag["value"]) for tag in hidden}}


def asked(page: BeautifulSoup) -> list[str]:
    """The fields that the form on `page` carries."""
    return [str(field["value"]) for field in page.select("input[name=asked]")]


def start_with_enough(client: Client) -> str:
    """A project with enough answers for a result; returns its address."""
    project = start(client)
    for section, typed in ENOUGH.items():
        response = fill_in(client, project, section, typed)
        assert response.status_code == 303, response.text
    return project


def answer_every_core_question(client: Client, project: str, *, but: str = "") -> None:
    """Answer all core questions, except those of the section `but`."""
    for section, typed in [*ENOUGH.items(), *THE_OTHER_CORE.items()]:
        if section != but:
            response = fill_in(client, project, section, typed)
            assert response.status_code == 303, response.text


def parsed(response: httpx2.Response) -> BeautifulSoup:
    """The page or part of one in an answer."""
    return BeautifulSoup(response.text, "html.parser")


def the(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """The first element that `selector` names; there must be one."""
    found = page.select_one(selector)
    assert found is not None, f"nothing on the page is {selector}"
    return found


def words(page: BeautifulSoup | Tag, selector: str = "main") -> str:
    """The text of an element, with single spaces."""
    return " ".join(the(page, selector).get_text(" ").split())
