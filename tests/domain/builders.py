"""Answers and settings for the tests of the domain: each test says only what matters to it."""

from collections.abc import Mapping
from typing import Any

from app import reference
from app.domain.assessment import assess
from app.domain.cost.rented import Reservation
from app.domain.cost.setting import Setting
from app.domain.facts import Accelerator, Offer, Server
from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Worlds, likely_world

REFERENCE = reference.load()
FACTS = REFERENCE.facts
QUESTIONS = REFERENCE.questions
WEIGHTS = REFERENCE.weights
LIKELY = Known(FACTS, likely_world())
UNDERSTOOD = ("text", "document", "image", "audio", "video")
MADE = ("image_generation", "video_generation", "speech_synthesis")
EVERY_MODALITY = (*UNDERSTOOD, "sensor", *MADE, "embeddings")

Document = dict[str, Any]
Json = dict[str, Any]


def a_document(modalities: Mapping[str, Any] | None = None, **answers: object) -> Document:
    """An answers file about a text service with people waiting, unless said otherwise."""
    chosen = modalities or {"text": {"volume_per_day": 100_000}}
    body = {"workloads": ["realtime_inference"], "modalities": chosen, **answers}
    return {"name": "A project", "answers": body}


def a_decided_document(modalities: Mapping[str, Any] | None = None, **answers: object) -> Document:
    """`a_document` with every closed core question answered, so that none has to be tried."""
    decided = {
        "scope": "one_workload",
        "priorities": ["cost", "speed"],
        "traffic": {"shape": "business_hours"},
        "data_location": {"scope": "anywhere"},
        "isolation": "none",
        "site": {"type": "colocation"},
        "gpu_owner": "part_time",
        "gpu_experience": "pilot",
    }
    document = a_document(modalities, **{**decided, **answers})
    body = document["answers"]
    closed = {"model_source": "open_weights", "data_class": "internal", "born": "end_users"}
    body["modalities"] = {m: {**closed, **given} for m, given in body["modalities"].items()}
    return document


def a_large_document(**answers: object) -> Document:
    """As many images as keep tens of accelerators busy, so that whole servers hardly round."""
    body: dict[str, Any] = {
        "traffic": {"shape": "business_hours"},
        "gpu_owner": "named",
        "gpu_experience": "over_1_year",
        "data_location": {"scope": "country", "country": "DE"},
        "isolation": "none",
        "site": {"type": "own_datacentre", "free_kw": 5_000, "kw_per_rack": 60},
    }
    modalities = {"image": {"volume_per_day": 40_000_000}}
    return a_decided_document(modalities, **{**body, **answers})


def answers_of(document: Document) -> Answers:
    return read_answers(document, QUESTIONS)


def a_setting(document: Document, worlds: int = 200, seed: int = 1) -> Setting:
    return Setting(answers_of(document), FACTS, Worlds(worlds, seed))


def assessed(document: Document, worlds: int = 200, seed: int = 1, profile: str = "") -> Json:
    answers = answers_of(document)
    return assess(answers, FACTS, WEIGHTS, REFERENCE.cases, Worlds(worlds, seed), profile)


def option_of(result: Json, key: str) -> Json:
    (option,) = (o for o in result["options"] if o["key"] == key)
    assert isinstance(option, dict)
    return option


def known(worlds: int = 200, seed: int = 1) -> Known:
    return Known(FACTS, Worlds(worlds, seed))


def an_accelerator(key: str = "H100") -> Accelerator:
    return FACTS.accelerators[key]


def a_server(key: str = "8xh200") -> Server:
    return next(server for server in FACTS.servers if server.key == key)


def a_reservation(usd_per_hour: float, years: int = 1) -> Reservation:
    offer = an_offer()
    return Reservation(usd_per_hour, years, offer.provider, offer.source, offer.unit)


def an_offer(provider: str = "aws", instance: str = "p5.48xlarge", region: str = "") -> Offer:
    return next(
        offer
        for offer in FACTS.offers
        if (offer.provider, offer.instance) == (provider, instance) and region in ("", offer.region)
    )
