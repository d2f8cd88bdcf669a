"""Zones by how admissible they are, and what is chosen among equally admissible ones."""

from app.domain.assessment.admission import (
    FAILS,
    PASSES,
    admission,
    best_offer,
    best_service,
    by_admission,
    placed,
)
from app.domain.cost.setting import Setting
from tests.domain.builders import a_decided_document, a_setting

TWO = {
    "text": {"volume_per_day": 20_000, "model_source": "open_weights"},
    "image": {"volume_per_day": 50_000, "model_source": "open_weights"},
}


def german(**answers: object) -> Setting:
    place = {"scope": "country", "country": "DE"}
    return a_setting(a_decided_document(TWO, data_location=place, **answers), 5)


def test_the_best_are_tried_first_and_each_offer_once() -> None:
    setting = german()
    tried = list(by_admission(setting, setting.offers, ["text"]))
    ranks = [{admission(setting, offer, ["text"]) for offer in among} for among in tried]
    assert all(len(rank) == 1 for rank in ranks)
    assert ranks == sorted(ranks, key=min)
    assert sum(len(among) for among in tried) == len(setting.offers)
    assert {offer.country for offer in tried[0]} == {"DE"}


def test_of_zones_that_fail_the_one_that_gives_up_least_goes_first() -> None:
    setting = german(isolation="air_gapped")
    inside = next(o for o in setting.offers if o.country == "DE")
    outside = next(o for o in setting.offers if o.country not in ("DE", ""))
    assert FAILS < admission(setting, inside, ["text"]) < admission(setting, outside, ["text"])
    assert best_offer(setting, ["text"]) is None


def test_several_kinds_of_data_are_as_admissible_as_the_worst_of_them() -> None:
    document = a_decided_document(
        {**TWO, "image": {"volume_per_day": 50_000, "model_source": "closed_api"}}
    )
    setting = a_setting(document, 5)
    offer = setting.offers[0]
    assert admission(setting, offer, ["text"]) == PASSES
    assert admission(setting, offer, ["text", "image"]) >= FAILS
    outcomes = {v.modality for v in placed(setting, offer, ["text", "image"]) if v.rule == "V6"}
    assert outcomes == {"text", "image"}


def test_the_service_that_is_chosen_is_the_cheapest_of_the_most_admissible() -> None:
    setting = a_setting(a_decided_document(TWO, zero_retention=False), 5)
    text = next(w for w in setting.likely.workload.modalities if w.modality == "text")
    service = best_service(text, setting)
    assert service is not None
    assert admission(setting, service, ["text"]) == PASSES
