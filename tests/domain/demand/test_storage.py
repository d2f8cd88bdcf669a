"""What is kept, and what leaves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.demand.storage import arriving_gb, kept, leaving_gb, served_gb, stored_gb
from app.domain.demand.workload import DAYS_PER_MONTH
from app.domain.worlds import Array
from tests.domain.builders import a_document, a_setting


def for_months(months: float) -> Array:
    return np.array([months])


arrivals = st.lists(st.floats(0, 1e6), min_size=1, max_size=60).map(lambda x: np.array([x]))


def test_an_even_flow_levels_off_at_flow_times_retention() -> None:
    stock = kept(np.full((1, 36), 10.0), for_months(3))[0]
    assert stock[:3] == pytest.approx([10, 20, 30])
    assert stock[3:] == pytest.approx(np.full(33, 30.0))


def test_a_part_of_a_month_is_kept_for_a_part() -> None:
    assert kept(np.full((1, 6), 10.0), for_months(0.5))[0] == pytest.approx(np.full(6, 5.0))
    assert kept(np.full((1, 6), 10.0), for_months(2.5))[0, -1] == pytest.approx(25.0)


@given(arriving=arrivals)
def test_what_is_kept_for_ever_adds_up(arriving: Array) -> None:
    np.testing.assert_allclose(kept(arriving, for_months(1e6)), np.cumsum(arriving, axis=1))


@given(arriving=arrivals)
def test_what_is_kept_for_no_time_is_not_there(arriving: Array) -> None:
    np.testing.assert_allclose(kept(arriving, for_months(0)), np.zeros_like(arriving), atol=1e-6)


@given(arriving=arrivals, one=st.floats(0, 80), other=st.floats(0, 80))
def test_keeping_longer_never_keeps_less(arriving: Array, one: float, other: float) -> None:
    short, long = sorted((one, other))
    assert (kept(arriving, for_months(short)) <= kept(arriving, for_months(long)) + 1e-6).all()


@given(arriving=arrivals, retention=st.floats(0, 80))
def test_no_more_is_kept_than_came_and_never_less_than_nothing(
    arriving: Array, retention: float
) -> None:
    stock = kept(arriving, for_months(retention))
    assert (stock >= -1e-6).all()
    assert (stock <= np.cumsum(arriving, axis=1) + 1e-6).all()


def test_a_project_keeps_what_each_modality_keeps() -> None:
    image = {"volume_per_day": 1_000, "megapixels": 1, "retention_days": 73}
    likely = a_setting(a_document({"image": image}, growth_per_year=0)).likely
    arriving = arriving_gb(likely.workload)
    # 1 MP at 2 bit per pixel is 0.25 MB
    assert arriving[0] == pytest.approx(np.full(36, 1_000 * 0.25e-3 * DAYS_PER_MONTH))
    derived = likely.known.value("storage.derived_factor")
    stock = stored_gb(likely.workload, likely.known)[0, -1]
    assert stock == pytest.approx(derived * 1_000 * 0.25e-3 * 73)


def test_what_leaves_grows_with_the_volume() -> None:
    document = a_document(egress_tb_per_month=2, growth_per_year=0.5)
    likely = a_setting(document).likely
    leaving = leaving_gb(likely.answers, likely.workload, likely.worlds)[0]
    assert leaving[0] == pytest.approx(2_000 * 1.5 ** (0.5 / 12))
    assert leaving[-1] == pytest.approx(2_000 * 1.5 ** (35.5 / 12))


def test_only_what_somebody_waits_for_is_served_over_zones() -> None:
    waited = a_setting(a_document({"image": {"volume_per_day": 1_000, "latency": {"p95_ms": 500}}}))
    batch = a_setting(
        a_document({"image": {"volume_per_day": 1_000}}, workloads=["batch_inference"])
    )
    (image,) = waited.workload.modalities
    each = image.received_gb_per_item + image.returned_gb_per_item
    assert image.latency != "batch"
    np.testing.assert_allclose(
        served_gb(waited.workload)[:, 0],
        image.items_per_day * each * DAYS_PER_MONTH * waited.workload.growth[:, 0],
    )
    assert not served_gb(batch.workload).any()
