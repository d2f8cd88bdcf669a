"""Boxes at the devices: how many, what they keep from being sent, and what they cost."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.domain.assessment.candidates import candidate
from app.domain.cost.edge import (
    EdgePlan,
    edge_plan,
    kept_back_share,
    sent_share,
    stranded_boxes_usd,
)
from app.domain.cost.plan import Plan, costing
from app.domain.cost.setting import Setting
from app.domain.decision import measures
from app.domain.options import OPTIONS
from tests.domain.builders import a_decided_document, a_setting, assessed, option_of

(EDGE,) = (option for option in OPTIONS if option.key == "hybrid_edge")
CAMERAS: dict[str, Any] = {
    "volume_per_day": 144_000,  # minutes: a hundred cameras around the clock
    "fps_sampled": 1,
    "height": 1080,
    "born": "edge",
    "places": 25,
    "retention_days": 30,
}


def cameras(worlds: int = 40, others: dict[str, Any] | None = None, **video: object) -> Setting:
    document = a_decided_document(
        {"video": {**CAMERAS, **video}, **(others or {})},
        growth_per_year=0.0,
        traffic={"shape": "steady", "peak_to_average": 1.0},
    )
    return a_setting(document, worlds)


def the_plan(setting: Setting) -> Plan:
    plan = candidate(EDGE, setting).plan
    assert plan is not None
    return plan


def edge_of(setting: Setting) -> EdgePlan | None:
    likely = setting.likely
    return edge_plan(likely.workload, likely.answers, likely.known)


def shares(setting: Setting) -> dict[str, float]:
    likely = setting.likely
    return {
        m.modality: float(sent_share(m, likely.answers, likely.known)[0])
        for m in likely.workload.modalities
    }


# ---- what is sent --------------------------------------------------------------------------------


def test_of_video_the_frames_that_the_model_reads_are_sent() -> None:
    # One frame of 1,920 x 1,080 = 2.0736 megapixels a second. With b bits a pixel that is
    # 2.0736 b Mbit/s, of the r Mbit/s that a camera records.
    known = cameras().likely.known
    bits, recorded = known.value("storage.bits_per_pixel"), known.value("storage.video_mbps_1080")
    by_hand = 2.0736 * bits / recorded
    assert 0 < by_hand < 1
    assert shares(cameras())["video"] == pytest.approx(by_hand, rel=1e-6)
    assert shares(cameras(fps_sampled=0.5))["video"] == pytest.approx(by_hand / 2, rel=1e-6)


def test_more_frames_than_were_recorded_are_never_sent() -> None:
    assert shares(cameras(fps_sampled=30))["video"] == 1.0
    assert edge_of(cameras(fps_sampled=30)) is None


def test_pictures_are_sent_as_large_as_the_model_reads_them() -> None:
    setting = cameras(others={"image": {"volume_per_day": 1_000, "megapixels": 12}})
    known = setting.likely.known
    read = known.value("tokens.image_cap") * known.value("tokens.pixels_per_token") / 1e6
    assert shares(setting)["image"] == pytest.approx(read / 12, rel=1e-6)
    small = cameras(others={"image": {"volume_per_day": 1_000, "megapixels": 0.1}})
    assert shares(small)["image"] == 1.0


def test_other_models_read_all_that_arises() -> None:
    others = {"audio": {"volume_per_day": 1_000, "born": "edge"}, "text": {"volume_per_day": 9}}
    assert shares(cameras(others=others)) | {"video": 1.0} == {
        "video": 1.0,
        "audio": 1.0,
        "text": 1.0,
    }
    found = edge_of(cameras(others=others))
    assert found is not None
    assert found.modalities == ("video",)


def test_what_is_kept_back_is_counted_over_all_bytes() -> None:
    setting = cameras().likely
    found = edge_of(setting)
    assert found is not None
    kept = kept_back_share(found, setting.workload, setting.answers, setting.known)
    assert kept[0] == pytest.approx(1 - shares(setting)["video"])


# ---- boxes ---------------------------------------------------------------------------------------


def test_boxes_by_hand() -> None:
    # 144,000 minutes a day x 60 s x 30 frames x 2.0736 MP / 220 MP/s = 2,443,000 processor-seconds
    # a day: 28.3 processors busy. In 25 places 1.13 each; a box has 12, of which 60 % are
    # planned to be busy, 7.2: one box in each place.
    found = edge_of(cameras())
    assert found is not None
    assert (found.places, found.boxes_by_year) == (25, (25, 25, 25))
    # In two places 14.1 processors each: two boxes in each.
    few = edge_of(cameras(places=2))
    assert few is not None
    assert few.boxes_by_year == (4, 4, 4)


def test_where_nobody_said_how_many_places_the_figure_stands_in() -> None:
    document = a_decided_document({"video": {k: v for k, v in CAMERAS.items() if k != "places"}})
    setting = a_setting(document, 5)
    found = edge_of(setting)
    assert found is not None
    assert found.places == setting.known.value("edge.places")


def test_boxes_grow_with_the_volume_and_are_never_sold_again() -> None:
    document = a_decided_document({"video": {**CAMERAS, "places": 2}}, growth_per_year=2.0)
    found = edge_of(a_setting(document, 5))
    assert found is not None
    assert list(found.boxes_by_year) == sorted(found.boxes_by_year)
    assert found.boxes_by_year[-1] > found.boxes_by_year[0]
    assert sum(found.bought()) == found.boxes_by_year[-1]


def test_end_users_prepare_on_devices_of_their_own() -> None:
    found = edge_of(cameras(born="end_users"))
    assert found is not None
    assert found.at_places == ()
    assert not any(found.boxes_by_year)
    lines = costing(cameras().likely, replace(the_plan(cameras()), edge=found)).ledger.lines
    assert "edge" not in lines


# ---- money ---------------------------------------------------------------------------------------


def test_the_line_of_the_boxes_by_hand() -> None:
    setting = cameras().likely
    ledger = costing(setting, the_plan(cameras())).ledger
    line, known = ledger.lines["edge"], setting.known
    box, kw = known.value("edge.box_usd"), known.value("edge.box_kw")
    tariff = known.value("electricity.elsewhere")
    bought = 25 * box * (1 + known.value("install.share_of_capex"))
    month = 25 * (box * known.value("maintenance.share_per_year") / 12 + kw * 730 * tariff)
    assert line.undiscounted[0] == pytest.approx(bought + 36 * month)
    assert ledger.capex[0] == pytest.approx(bought + _disks(setting), rel=1e-6)
    assert sum(p.usd for p in line.products) == pytest.approx(line.npv[0])


def _disks(setting: Setting) -> float:
    """Disks for the largest stock, as `charge_disks` says."""
    known = setting.known
    usd = known.value("disk.hdd_usd_per_tb_raw") * known.value("disk.system_multiple")
    usd *= known.value("disk.copies") / known.value("disk.usable_share")
    return float(setting.stored_gb.max()) / 1e3 * usd


def test_what_arises_in_the_field_is_kept_there_and_not_in_the_cloud() -> None:
    setting = cameras().likely
    plan = the_plan(cameras())
    rented = costing(setting, replace(plan, edge=None, is_hybrid=False)).ledger.lines
    prepared = costing(setting, plan).ledger.lines
    assert prepared["cloud_compute"].npv == pytest.approx(rented["cloud_compute"].npv), "same work"
    cloud = rented["storage"].npv[0] + rented["storage"].stand_in[0]
    assert 0 < prepared["storage"].npv[0] < cloud, "disks are cheaper than what a cloud asks"
    assert prepared["second_platform"].npv[0] > 0


def test_of_what_end_users_prepare_the_cloud_keeps_what_they_send() -> None:
    document = cameras(born="end_users")
    plan = the_plan(document)
    setting = document.likely
    rented = costing(setting, replace(plan, edge=None, is_hybrid=False)).ledger.lines
    prepared = costing(setting, plan).ledger.lines
    before, after = (r["storage"].npv + r["storage"].stand_in for r in (rented, prepared))
    ratio = after[0] / before[0]
    assert ratio == pytest.approx(shares(setting)["video"], rel=1e-6)


# ---- rules and criteria --------------------------------------------------------------------------


def test_without_data_that_arises_on_devices_it_is_ruled_out_and_the_answer_named() -> None:
    found = candidate(EDGE, cameras(born="cloud"))
    assert found.plan is None
    (verdict,) = found.verdicts
    assert (verdict.rule, verdict.outcome) == ("H3", "fail")
    assert verdict.because == ("modalities.video.born",)
    lifted = cameras(born="cloud").answers.changed(verdict.changes)
    assert lifted.choice("modalities.video.born") == "edge"
    again = candidate(EDGE, Setting(lifted, cameras().facts, cameras().worlds))
    assert again.plan is not None
    assert {v.outcome for v in again.verdicts if v.rule == "H3"} == {"pass"}


def test_where_models_read_all_that_arises_no_answer_would_help() -> None:
    text = a_setting(a_decided_document({"text": {"volume_per_day": 10_000, "born": "edge"}}), 5)
    (verdict,) = candidate(EDGE, text).verdicts
    assert (verdict.rule, verdict.outcome, verdict.changes) == ("H3", "fail", ())


def test_less_must_cross_and_the_rest_is_that_of_the_rented_part() -> None:
    setting, plan = cameras(), the_plan(cameras())
    prepared = costing(setting, plan)
    rented = costing(setting, replace(plan, edge=None, is_hybrid=False))
    crossing = measures.integration(prepared, setting).value
    share = sent_share(setting.workload.modalities[0], setting.answers, setting.known)
    assert crossing == pytest.approx(measures.integration(rented, setting).value * share)
    for name in ("security", "latency", "scalability", "speed", "control"):
        measure = getattr(measures, name)
        assert measure(prepared, setting).value == pytest.approx(measure(rented, setting).value)
    more = measures._demanded(prepared, setting)  # noqa: SLF001
    assert (more > measures._demanded(rented, setting)).all()  # noqa: SLF001


def test_stopping_half_way_wastes_half_of_the_boxes() -> None:
    setting = cameras().likely
    wasted = stranded_boxes_usd(
        EdgePlan(("video",), ("video",), 25, (25, 25, 25)), 36, setting.known, 18
    )
    assert wasted == pytest.approx(np.array([25 * setting.known.value("edge.box_usd") / 2]))


def test_the_result_says_where_and_how_many() -> None:
    result = assessed(a_decided_document({"video": CAMERAS}), 40)
    option = option_of(result, "hybrid_edge")
    assert option["placement"]["video"].startswith("devices+")
    assert option["boxes"] == {
        "modalities": ["video"],
        "places": 25,
        "boxes": option["boxes"]["boxes_by_year"][-1],
        "boxes_by_year": option["boxes"]["boxes_by_year"],
    }
    assert option["purchase"]["role"] == "the models"
    assert option["capacity"]["rented_most"] > 0
