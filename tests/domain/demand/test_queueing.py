"""Erlang C: against its published table, its defining sum, and common sense."""

from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.demand.queueing import (
    copies_needed,
    greatest_utilisation,
    servers_needed,
    utilisation_allowed,
    waiting_probability,
)


@pytest.mark.parametrize(
    ("servers", "utilisation"),
    # Greatest utilisation at which at most one request in ten waits: any Erlang C table, here
    # from the sizing study of 2026-11-24, section 6.
    [(1, 0.10), (2, 0.25), (4, 0.41), (8, 0.56), (16, 0.67), (32, 0.76), (64, 0.83), (128, 0.88)],
)
def test_the_published_utilisation_is_reached(servers: int, utilisation: float) -> None:
    assert greatest_utilisation(servers, 0.1, cap=1.0) == pytest.approx(utilisation, abs=0.005)


@pytest.mark.parametrize(
    ("servers", "erlangs", "probability"),
    # Textbook values of C(c, a): M/M/1 waits with probability a; C(2, 1) is 1/3; ten servers
    # with eight erlang, 0.4092 (Cooper, Introduction to Queueing Theory, figure of Erlang C).
    [(1, 0.3, 0.3), (2, 1.0, 1 / 3), (10, 8.0, 0.4092)],
)
def test_textbook_probabilities(servers: int, erlangs: float, probability: float) -> None:
    assert waiting_probability(servers, erlangs) == pytest.approx(probability, abs=5e-5)


@given(servers=st.integers(1, 60), utilisation=st.floats(0.01, 0.99))
def test_the_recursion_is_the_defining_sum(servers: int, utilisation: float) -> None:
    load = servers * utilisation
    all_busy = load**servers / factorial(servers) / (1 - utilisation)
    fewer = sum(load**n / factorial(n) for n in range(servers))
    assert waiting_probability(servers, load) == pytest.approx(all_busy / (all_busy + fewer))


@given(servers=st.integers(1, 60), excess=st.floats(0, 100))
def test_everybody_waits_where_the_load_is_too_much(servers: int, excess: float) -> None:
    assert waiting_probability(servers, servers + excess) == 1.0


@given(servers=st.integers(1, 100))
def test_pooling_allows_more_utilisation(servers: int) -> None:
    few, more = (greatest_utilisation(s, 0.1, cap=1.0) for s in (servers, servers + 1))
    assert few <= more


def test_utilisation_is_capped() -> None:
    assert greatest_utilisation(128, 0.1, cap=0.85) == 0.85


@given(
    load=st.floats(0.001, 500),
    slots=st.integers(1, 512),
    wait=st.floats(0.02, 0.5),
    cap=st.floats(0.5, 0.95),
)
def test_the_servers_carry_the_load_and_one_fewer_would_not(
    load: float, slots: int, wait: float, cap: float
) -> None:
    count = servers_needed(load, slots, wait, cap)

    def carries(servers: int) -> bool:
        if load > cap * servers + 1e-9:
            return False
        if servers * slots >= 256:
            return True
        allowed = greatest_utilisation(servers * slots, wait, cap)
        return load <= allowed * servers + 1e-9

    assert carries(count)
    assert count == 1 or not carries(count - 1) or load > cap * (count - 1)


@given(one=st.floats(0, 300), other=st.floats(0, 300), slots=st.integers(1, 64))
def test_more_load_never_needs_fewer_servers(one: float, other: float, slots: int) -> None:
    low, high = sorted((one, other))
    assert servers_needed(low, slots, 0.1, 0.85) <= servers_needed(high, slots, 0.1, 0.85)


def test_there_is_always_one_server() -> None:
    assert servers_needed(0.0, 8, 0.1, 0.85) == 1


@given(
    loads=st.lists(st.floats(0.001, 600), min_size=1, max_size=5),
    slots=st.sampled_from([1, 2, 24, 100, 300]),
)
def test_every_world_needs_what_it_needs_alone(loads: list[float], slots: int) -> None:
    needed = copies_needed(np.array(loads), slots, 0.1, 0.85)
    assert needed.tolist() == [servers_needed(load, slots, 0.1, 0.85) for load in loads]
    allowed = utilisation_allowed(needed, slots, 0.1, 0.85)
    for count, share in zip(needed, allowed, strict=True):
        assert share == pytest.approx(greatest_utilisation(int(count) * slots, 0.1, 0.85))


@given(load=st.floats(0.001, 600), more=st.floats(1, 10), slots=st.sampled_from([1, 2, 24, 300]))
def test_more_load_never_needs_fewer_copies(load: float, more: float, slots: int) -> None:
    few, many = copies_needed(np.array([load, load * more]), slots, 0.1, 0.85)
    assert few <= many
