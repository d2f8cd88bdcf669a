"""The whole pipeline from outside: repeatable, complete, and moved by every question."""

import json
import math
import resource
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from app import reference
from app.domain.cost.ledger import LINES, WORTH_TODAY
from tests.domain.builders import (
    EVERY_MODALITY,
    REFERENCE,
    Document,
    Json,
    a_decided_document,
    a_document,
    a_large_document,
    assessed,
    option_of,
)

ROOT = Path(__file__).parents[3]


def as_bytes(result: Json) -> bytes:
    return json.dumps(result, allow_nan=False).encode()


def numbers(value: object) -> Iterator[float]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


# ---- the samples -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def samples() -> dict[str, Json]:
    return {name: assessed(reference.sample(name), 1_000) for name in reference.SAMPLES}


def test_the_samples_show_three_situations(samples: dict[str, Json]) -> None:
    found = {name: result["recommended"] for name, result in samples.items()}
    assert found["hospital_group"]["family"] == "on_premises"
    assert found["hospital_group"]["label"] == "clear"
    assert found["contact_centre"]["label"] == "too_close_to_call"
    assert found["video_startup"]["family"] == "cloud"
    assert found["video_startup"]["label"] == "clear"
    for name, best in found.items():
        ranked = next(o for o in samples[name]["options"] if o["key"] == best["option"])
        assert best["own_share"] == ranked["rank_shares"][0] <= best["share_of_worlds"]


def test_a_result_has_its_parts(samples: dict[str, Json]) -> None:
    for result in samples.values():
        assert {
            "recommended",
            "families",
            "options",
            "comparators",
            "demand",
            "second_opinion",
            "why",
            "flips",
            "ask_next",
            "defaults",
            "cases",
            "not_priced",
            "scope",
            "figures",
            "tornado",
            "surface",
            "versions",
        } <= set(result)
        assert set(result["families"]) == {"cloud", "on_premises", "hybrid"}
        assert len(result["comparators"]) >= 3
        assert 3 <= len(result["cases"]) <= 4
        assert result["why"]


def test_families_share_all_worlds(samples: dict[str, Json]) -> None:
    for result in samples.values():
        shares = [family["share_of_worlds"] for family in result["families"].values()]
        assert sum(shares) == pytest.approx(1.0)
        best = result["recommended"]
        assert best["share_of_worlds"] == max(shares)
        assert result["families"][best["family"]]["best_option"] == best["option"]
        assert option_of(result, best["option"])["feasible"]


def test_options_have_scores_if_they_may_be_chosen(samples: dict[str, Json]) -> None:
    for result in samples.values():
        for option in result["options"]:
            assert (option["score"] is not None) == option["feasible"]
            assert bool(option["rank_shares"]) == option["feasible"]
            assert bool(option["failed"]) != option["feasible"], option["key"]
            if option["feasible"]:
                assert 0 <= option["score"] <= 1
                assert sum(option["rank_shares"]) == pytest.approx(1.0)


def test_the_score_is_the_sum_of_what_the_reasons_say(samples: dict[str, Json]) -> None:
    for result in samples.values():
        best, rival = result["recommended"]["option"], result["why"][0]["against"]
        lead = option_of(result, best)["score"] - option_of(result, rival)["score"]
        assert sum(row["contribution"] for row in result["why"]) == pytest.approx(lead, abs=1e-6)


def test_cost_lines_sum_to_the_likely_total(samples: dict[str, Json]) -> None:
    for result in samples.values():
        for option in result["options"]:
            if option["tco_usd"] is None:
                continue
            lines = [line["usd"] or 0.0 for line in option["cost_lines"]]
            assert sum(lines) == pytest.approx(option["likely_usd"], rel=1e-6)
            assert all(line["formula"] and line["inputs"] for line in option["cost_lines"])
            assert all(
                term["source"] for line in option["cost_lines"] for term in line["inputs"]
            ), option["key"]


def multiplied(product: Json) -> float:
    powers = (1 / f["value"] if f["divides"] else f["value"] for f in product["factors"])
    return float(math.prod(powers))


def test_every_line_is_what_its_factors_give(samples: dict[str, Json]) -> None:
    """Whatever is paid in the likely case can be multiplied from what the line shows."""
    seen = set()
    cameras = {"video": {"volume_per_day": 144_000, "fps_sampled": 1, "born": "edge", "places": 25}}
    trains = {
        "workloads": ["realtime_inference", "pre_training"],
        "training": {"runs_per_year": 12, "gpu_hours_per_run": 9_000},
        "may_stop": True,
    }
    quote = {"way": "by_use", "usd_per_gpu_hour": 4, "accelerator": "H200"}
    hours = {"uplink_usd_per_month": 2_000, "standstill_usd_per_hour": 1_000}
    results = {
        **samples,
        "cameras in the field": assessed(a_decided_document(cameras, **hours)),
        "leased": assessed(a_large_document(own_payment={"way": "leased"}, **trains)),
        "paid by use": assessed(a_large_document(own_payment=quote, **trains)),
    }
    for name, result in results.items():
        for option in result["options"]:
            for line in option["cost_lines"]:
                given = sum(multiplied(product) for product in line["products"])
                where = (name, option["key"], line["key"])
                if line["usd"] is None:
                    assert not line["products"], where
                    continue
                assert given == pytest.approx(line["usd"], rel=1e-6), where
                seen |= {line["key"]} if line["usd"] else set()
                for product in line["products"]:
                    assert multiplied(product) == pytest.approx(product["usd"], rel=1e-6), where
                    worth = product["factors"][-1]
                    assert worth["name"] == WORTH_TODAY
                    assert 1.08**-3 - 1e-6 <= worth["value"] <= 1, "36 months at most, at 8 %"
    assert seen == set(LINES)


def test_what_is_bought_is_bought_at_the_price_of_today(samples: dict[str, Json]) -> None:
    today = REFERENCE.facts.figure("server.price_factor")
    owned = [
        product
        for result in samples.values()
        for key in ("own_site", "colocation")
        for line in option_of(result, key)["cost_lines"]
        if line["key"] in ("hardware", "maintenance")
        for product in line["products"]
    ]
    assert len(owned) == 3 * 2 * 3, "bought, resold and maintained"
    for product in owned:
        assert today.label in [factor["name"] for factor in product["factors"]], product["what"]


def test_quantiles_rise(samples: dict[str, Json]) -> None:
    for result in samples.values():
        for option in result["options"]:
            for value in option.values():
                if isinstance(value, dict) and set(value) == {"p10", "p50", "p90"}:
                    if value["p50"] is None:
                        assert option["services"], "only what is paid by the item has no use"
                        continue
                    assert value["p10"] <= value["p50"] <= value["p90"]


def test_weights_and_values_are_shares(samples: dict[str, Json]) -> None:
    for result in samples.values():
        for option in result["options"]:
            criteria = option["criteria"].values()
            if criteria:
                assert sum(c["weight"] for c in criteria) == pytest.approx(1.0)
                assert all(0 <= c["value"] <= 1 for c in criteria if c["known"])
                assert all(c["words"] for c in criteria)


def test_versions_name_everything_the_result_rests_on(samples: dict[str, Json]) -> None:
    versions = samples["hospital_group"]["versions"]
    assert versions["worlds"] == 1_000
    assert versions["seed"] == 1
    assert versions["facts"] == f"sha256:{reference.load().facts.sha256}"
    assert set(versions) == {"engine", "question_set", "weight_set", "facts", "seed", "worlds"}


# ---- repeatable --------------------------------------------------------------------------------


def test_equal_inputs_give_equal_bytes() -> None:
    for document in (reference.sample("hospital_group"), a_decided_document(isolation=None)):
        first, again = (as_bytes(assessed(document, 100)) for _ in range(2))
        assert first == again


def test_the_order_of_the_answers_does_not_matter() -> None:
    document = reference.sample("contact_centre")
    turned = deepcopy(document)
    body = turned["answers"]
    assert isinstance(body, dict)
    turned["answers"] = dict(reversed(body.items()))
    assert as_bytes(assessed(turned, 100)) == as_bytes(assessed(document, 100))


def test_more_worlds_tell_the_same_story() -> None:
    document = a_large_document()
    few, many = (assessed(document, n) for n in (2_000, 4_000))
    for one, other in zip(few["options"], many["options"], strict=True):
        assert one["key"] == other["key"]
        assert one["feasible"] == other["feasible"]
        if one["tco_usd"] is not None:
            assert one["tco_usd"]["p50"] == pytest.approx(other["tco_usd"]["p50"], rel=0.05)


def test_a_result_is_plain_data_without_nan() -> None:
    modalities = {m: {"volume_per_day": 5_000} for m in EVERY_MODALITY}
    result = assessed(a_decided_document(modalities, gpu_owner=None), 50)
    text = json.dumps(result, allow_nan=False)
    assert json.loads(text) == result
    assert all(math.isfinite(number) for number in numbers(result))


# ---- extremes ----------------------------------------------------------------------------------

EXTREMES: dict[str, Document] = {
    "nothing but a volume": a_document(),
    "five modalities": a_decided_document({m: {"volume_per_day": 9_999} for m in EVERY_MODALITY}),
    "one request a day": a_decided_document({"text": {"volume_per_day": 1}}),
    "a billion requests a day": a_decided_document({"text": {"volume_per_day": 1e9}}),
    "ten billion images": a_decided_document({"image": {"volume_per_day": 1e10}}),
    "twelve months": a_decided_document(horizon_months=12),
    "thirteen months": a_decided_document(horizon_months=13),
    "sixty months": a_decided_document(horizon_months=60),
    "no discount": a_decided_document(discount_rate=0),
    "half a discount": a_decided_document(discount_rate="50 %"),
    "shrinking": a_decided_document(growth_per_year=-0.5),
    "exploding": a_decided_document(growth_per_year=5, horizon_months=60),
    "as low as nothing": a_decided_document(
        egress_tb_per_month={"low": 0, "likely": 1, "high": 10},
        workloads=["realtime_inference", "fine_tuning"],
        training={"runs_per_year": {"low": 0, "likely": 1, "high": 2}, "gpu_hours_per_run": 0},
    ),
    "nothing leaves": a_decided_document(egress_tb_per_month=0),
    "nothing is kept": a_decided_document({"image": {"volume_per_day": 1e6, "retention_days": 0}}),
    "a peak of fifty": a_decided_document(traffic={"shape": "spiky", "peak_to_average": 50}),
    "no peak": a_decided_document(traffic={"shape": "steady", "peak_to_average": 1}),
    "the largest model": a_decided_document(
        {"text": {"volume_per_day": 1e6, "size_class": "over_120b", "precision": "bf16"}}
    ),
    "an impossible limit": a_decided_document(
        {"text": {"volume_per_day": 1e6, "latency": {"p95_ms": 10, "hard": True}}}
    ),
    "a very long clip": a_decided_document(
        {"video": {"volume_per_day": 1e4, "clip_seconds": 86_400, "fps_sampled": 30}}
    ),
    **{
        f"{modality} alone": a_decided_document({modality: {"volume_per_day": 10_000}})
        for modality in EVERY_MODALITY
    },
    "nobody measured it": a_decided_document(
        {"sensor": {"volume_per_day": 10_000, "task": "detect_lidar"}}
    ),
    "one model for all, not tuned": a_decided_document(
        {m: {"volume_per_day": 10_000, "stack": "reference"} for m in ("text", "video", "audio")},
        fusion="shared",
    ),
    "training alone": a_decided_document(
        workloads=["pre_training"],
        training={"runs_per_year": 12, "gpu_hours_per_run": 100_000},
    ),
}


@pytest.mark.parametrize("document", EXTREMES.values(), ids=EXTREMES)
def test_extremes_end_in_a_result_without_a_negative_cost(document: Document) -> None:
    result = assessed(document, 50)
    as_bytes(result)
    for option in result["options"]:
        assert option["feasible"] or option["failed"], f"{option['key']} is out for no reason"
        if option["tco_usd"] is not None:
            assert option["tco_usd"]["p10"] > 0
            assert option["capex_usd"]["p10"] >= 0
            assert option["first_month_usd"] >= 0
            assert all((line["p10"] or 0) >= 0 for line in option["cost_lines"])
    for family in result["families"].values():
        assert 0 <= family["share_of_worlds"] <= 1


@pytest.mark.parametrize(
    "p95_ms",
    [
        400,
        800,
        1_200,
        1_600,
    ],
)
def test_an_option_is_never_out_without_a_reason(p95_ms: float) -> None:
    text = {"volume_per_day": 1e5, "latency": {"p95_ms": p95_ms}}
    document = a_decided_document({"text": text}, data_location={"scope": "region", "region": "eu"})
    for option in assessed(document, 20)["options"]:
        assert option["feasible"] or option["failed"], option["key"]


def test_a_soft_limit_rules_nothing_out() -> None:
    for p95_ms in (400, 1_200, 2_000, 5_000):
        text = {"volume_per_day": 1e5, "latency": {"p95_ms": p95_ms, "hard": False}}
        document = a_decided_document(
            {"text": text}, data_location={"scope": "region", "region": "eu"}
        )
        assert option_of(assessed(document, 20), "hyperscaler_on_demand")["feasible"], p95_ms


def test_memory_does_not_grow_with_the_options() -> None:
    # In a process of its own: the peak of this one belongs to all tests before.
    program = """
import resource, sys
from app import reference
from app.domain.assessment import assess
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Worlds
known = reference.load()
document = reference.sample("hospital_group")
document["answers"]["horizon_months"] = 60
answers = read_answers(document, known.questions)
assess(answers, known.facts, known.weights, known.cases, Worlds(20_000, 1))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True
    )
    kilobytes = int(run.stdout)
    print(f"peak of 20,000 worlds x 60 months: {kilobytes / 1e6:.2f} GB")  # noqa: T201
    assert kilobytes * 1024 < 1.5e9
    assert resource.RUSAGE_SELF == 0


# ---- must-haves --------------------------------------------------------------------------------


def test_where_every_option_is_out_nothing_is_recommended() -> None:
    document = a_decided_document(
        {"text": {"volume_per_day": 5_000, "model_source": "closed_api"}}, gpu_owner="nobody"
    )
    result = assessed(document)
    own = [o for o in result["options"] if o["fleet"] or o["purchase"]]
    assert all("V6" in {f["id"] for f in o["failed"]} for o in own)
    if not any(option["feasible"] for option in result["options"]):
        assert result["recommended"] is None
        assert result["why"] == []
        assert result["flips"] == []
        assert all(f["share_of_worlds"] == 0 for f in result["families"].values())


def test_nothing_is_recommended_where_nothing_may_run() -> None:
    document = a_decided_document(isolation="air_gapped", gpu_owner="nobody")
    result = assessed(document)
    assert result["recommended"] is None
    for option in result["options"]:
        assert not option["feasible"]
        assert option["score"] is None
        assert option["rank_shares"] == []
        assert option["failed"]
        assert all(f["message"] and f["smallest_change"] for f in option["failed"])


@pytest.mark.parametrize(
    ("cause", "lifted", "rule", "key"),
    [
        ({"isolation": "air_gapped"}, {"isolation": "none"}, "V2", "specialist_cloud"),
        ({"gpu_owner": "nobody"}, {"gpu_owner": "named"}, "V15", "own_site"),
        (
            {"site": {"type": "own_datacentre", "free_kw": 1}},
            {"site": {"type": "own_datacentre", "free_kw": 9_999}},
            "V11",
            "own_site",
        ),
        ({"ceilings": {"capex_usd": 1}}, {"ceilings": {"capex_usd": None}}, "V13", "own_site"),
        (
            {"ceilings": {"opex_usd_per_month": 1}},
            {"ceilings": None},
            "V14",
            "hyperscaler_on_demand",
        ),
        (
            {"data_location": {"scope": "country", "country": "NZ"}},
            {"data_location": {"scope": "anywhere"}},
            "V1",
            "hyperscaler_on_demand",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_lifting_a_must_have_brings_the_option_back(
    cause: Json, lifted: Json, rule: str, key: str
) -> None:
    out = option_of(assessed(a_large_document(**cause), 20), key)
    back = option_of(assessed(a_large_document(**lifted), 20), key)
    assert rule in {f["id"] for f in out["failed"]} or "V0" in {f["id"] for f in out["failed"]}
    assert not out["feasible"]
    assert rule not in {f["id"] for f in back["failed"]}


EUROPEAN = a_large_document(
    data_location={"scope": "region", "region": "eu"}, egress_tb_per_month=50
)


def test_a_missing_price_is_said_to_be_at_least() -> None:
    result = assessed(EUROPEAN)
    missing = [o for o in result["options"] if any(line["missing"] for line in o["cost_lines"])]
    specialist = option_of(result, "specialist_cloud")
    assert specialist in missing, "the cheapest one publishes no egress price"
    assert specialist["ranked_as_usd"] > specialist["tco_usd"]["p50"]
    for option in missing:
        assert option["at_least"]
        assert option["ranked_as_usd"] >= option["tco_usd"]["p50"]
        assert all((line["usd"] is None) == line["missing"] for line in option["cost_lines"])


def test_every_line_that_is_paid_is_shown() -> None:
    for option in assessed(EUROPEAN)["options"]:
        shown = any(line["missing"] for line in option["cost_lines"])
        assert option["at_least"] == shown, option["key"]


def test_a_profile_sets_the_weights() -> None:
    documents = a_large_document()
    by_profile = {
        profile: option_of(assessed(documents, 50, profile=profile), "own_site")["criteria"]
        for profile in ("cost_first", "speed_first")
    }
    assert by_profile["cost_first"]["cost"]["weight"] == pytest.approx(0.293, abs=5e-4)
    assert by_profile["speed_first"]["speed"]["weight"] == pytest.approx(0.293, abs=5e-4)


def test_the_asked_profile_goes_before_the_ranking_and_that_before_the_answered_one() -> None:
    def heaviest(profile: str = "", **answers: object) -> str:
        criteria = option_of(
            assessed(a_large_document(**answers), 20, profile=profile), "own_site"
        )["criteria"]
        return str(max(criteria, key=lambda key: criteria[key]["weight"]))

    assert heaviest(priorities={"profile": "speed_first"}) == "speed"
    assert heaviest(priorities=["latency"]) == "latency"
    assert heaviest("cost_first", priorities=["latency"]) == "cost"
