import itertools

import pytest

from app.domain.backtest import Band
from app.reports.calibration_chart import calibration_chart
from app.reports.cash_chart import BreakEven, CashCurve, cash_chart
from app.reports.cost_chart import COST_GROUPS, OptionCost, cost_chart
from app.reports.drawing import FONT, Chart, Drawing, Text
from app.reports.scales import text_width
from app.reports.tornado_chart import TornadoBar, tornado_chart
from app.reports.week_chart import Week, week_chart
from app.reports.why_chart import why_chart
from app.reports.words import money

RENTED = OptionCost("Specialist GPU cloud", {"compute": 3e6, "people": 1e6}, 2.9e6, 4.1e6, 6.2e6)
OWNED = OptionCost(
    "Own servers on your own site",
    {"compute": 2e6, "facility": 4e5, "people": 1.5e6, "other": -2e5},
    2.8e6,
    3.9e6,
    5.5e6,
    frozenset({"data", "compute"}),
)
COSTS = cost_chart([RENTED, OWNED], title="Owning costs a little less", months=36)
STEADY = CashCurve("Specialist GPU cloud", "cloud", [m * 1e5 for m in range(37)], first_month=0)
AHEAD = CashCurve(
    "Own servers on your own site", "on_premises", [1.5e6 + m * 4e4 for m in range(37)], 0
)
EVEN = BreakEven("Own servers on your own site", "Specialist GPU cloud", 20, 25, 33)
CASH = cash_chart([STEADY, AHEAD], EVEN, title="Owning pays off in month 25")
WHY = why_chart(
    [("Cost", 0.031), ("Speed", -0.054), ("Control", 0.08)],
    leader="Owning",
    rival="Renting",
    title="Control decides",
)
CALIBRATION = calibration_chart(
    [Band(0.4, 0.6, 10, 0.5, 0.4), Band(0.6, 0.8, 40, 0.7, 0.5), Band(0.8, 1.0, 30, 0.95, 0.9)],
    title="Sure of itself",
)
WEEK = week_chart(
    Week(
        [1.0 + (h % 24 == 12) for h in range(168)],
        [0.5 * (h % 24 < 6) for h in range(168)],
        4,
        "H100",
    )
)
IDLE = week_chart(Week([0.0] * 168, [0.0] * 168, 1, "L4"))
TORNADO = tornado_chart(
    [
        TornadoBar(
            "Price of electricity, commercial, of a place",
            "USD 0.10",
            "USD 0.30",
            -2.5,
            6.0,
            ("USD 1", "USD 2"),
            flips=True,
        ),
        TornadoBar(
            "Order to acceptance", "4 weeks", "40 weeks", 4.0, 1.0, ("USD 0", "USD 0"), flips=False
        ),
        TornadoBar("Nothing", "1", "2", 2.0, 2.0, ("USD 5", "USD 9"), flips=False),
    ],
    2.0,
    leader="owning",
    rival="renting",
    title="One input turns the lead",
    most=2,
)
CHARTS = [COSTS, CASH, WHY, CALIBRATION, WEEK, TORNADO]


def wide(chart: Chart) -> Drawing:
    return chart.drawings[0]


# ---- rules for every chart ---------------------------------------------------------------------


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_it_has_a_wide_and_a_narrow_drawing_and_a_table(chart: Chart) -> None:
    assert [drawing.layout for drawing in chart.drawings] == ["wide", "narrow"]
    assert [drawing.width for drawing in chart.drawings] == [720, 280]
    assert all(len(row) == len(chart.table.head) for row in chart.table.rows)
    assert chart.description.endswith(".")


DRAWINGS = [drawing for chart in CHARTS for drawing in chart.drawings]


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_no_two_texts_overlap(drawing: Drawing) -> None:
    for one, other in itertools.combinations(drawing.texts, 2):
        apart = abs(one.y - other.y) >= FONT - 2
        assert apart or _left(one) >= _right(other) or _left(other) >= _right(one), (one, other)


def _left(text: Text) -> float:
    width = text_width(text.text, FONT)
    return text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]


def _right(text: Text) -> float:
    return _left(text) + text_width(text.text, FONT)


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_every_mark_is_within_the_drawing(drawing: Drawing) -> None:
    for text in drawing.texts:
        assert _left(text) >= -1, text
        assert _right(text) <= drawing.width + 14, text
        assert text.y <= drawing.height
    for rect in drawing.rects:
        assert 0 <= rect.x <= rect.x + rect.width <= drawing.width
        assert rect.y + rect.height <= drawing.height
    for line in drawing.lines:
        assert all(0 <= x <= drawing.width for x in (line.x1, line.x2))
    for curve in drawing.curves:
        for point in curve.points.split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= drawing.width
            assert 0 <= y <= drawing.height


# ---- cost --------------------------------------------------------------------------------------


def test_segments_stand_end_to_end_in_the_order_of_the_groups() -> None:
    parts = [rect for rect in wide(COSTS).rects if rect.title.startswith("Specialist")]
    assert [rect.kind for rect in parts] == ["group-compute", "group-people"]
    assert parts[1].x == pytest.approx(parts[0].x + parts[0].width, abs=0.2)
    assert parts[0].width == pytest.approx(3 * parts[1].width, abs=0.3)


def test_what_comes_back_stands_left_of_zero() -> None:
    returned = next(rect for rect in wide(COSTS).rects if rect.kind == "group-other")
    first = next(rect for rect in wide(COSTS).rects if rect.kind == "group-compute")
    assert returned.x + returned.width == pytest.approx(first.x, abs=0.2)


def test_the_whisker_runs_from_the_tenth_to_the_ninetieth_percentile() -> None:
    axis = next(line for line in wide(COSTS).lines if line.kind == "axis")
    whisker = next(line for line in wide(COSTS).lines if line.kind == "whisker")
    units_per_usd = (whisker.x2 - whisker.x1) / (RENTED.high - RENTED.low)
    assert whisker.x1 - axis.x1 == pytest.approx(RENTED.low * units_per_usd, abs=0.5)


def test_a_total_with_a_missing_price_is_at_least() -> None:
    texts = [text.text for text in wide(COSTS).texts]
    assert "USD 4.10 million" in texts
    assert "at least USD 3.90 million" in texts


def test_only_groups_that_cost_something_are_in_the_key() -> None:
    assert [entry.text for entry in COSTS.legend] == [
        COST_GROUPS[key] for key in ("compute", "facility", "people", "other")
    ]


def test_a_single_option_without_costs_is_drawn() -> None:
    nothing = OptionCost("Nothing", {}, 0, 0, 0)
    assert wide(cost_chart([nothing], title="Nothing", months=12)).rects == ()


# ---- cash --------------------------------------------------------------------------------------


def test_each_option_has_its_own_dash_and_its_familys_colour() -> None:
    assert [curve.kind for curve in wide(CASH).curves] == [
        "line-cloud dash-0",
        "line-on_premises dash-1",
    ]


def test_the_break_even_stands_on_the_line_of_its_option() -> None:
    dot = wide(CASH).dots[0]
    points = dict[float, float]()
    for point in wide(CASH).curves[1].points.split():
        x, y = map(float, point.split(","))
        points[x] = y
    assert points[dot.x] == pytest.approx(dot.y, abs=0.2)
    assert any(text.text == "break-even month 25 (20 to 33)" for text in wide(CASH).texts)


def test_without_a_break_even_there_is_no_dot_and_the_note_says_so() -> None:
    chart = cash_chart([STEADY], None, title="Renting only", notes=["No break-even."])
    assert all(drawing.dots == () for drawing in chart.drawings)
    assert chart.notes == ("No break-even.",)


def test_a_break_even_beyond_the_horizon_is_not_drawn() -> None:
    late = BreakEven(EVEN.title, EVEN.against, 40, 50, 60)
    assert wide(cash_chart([STEADY, AHEAD], late, title="Late")).dots == ()


def test_the_table_has_the_sums_by_year() -> None:
    assert CASH.table.head == ("Option", "By month 12", "By month 24", "By month 36")
    assert CASH.table.rows[0][1:] == ("USD 1.20 million", "USD 2.40 million", "USD 3.60 million")


# ---- why ---------------------------------------------------------------------------------------


def test_the_largest_difference_comes_first_whichever_way_it_points() -> None:
    assert WHY.table.rows == (("Control", "+8.0"), ("Speed", "−5.4"), ("Cost", "+3.1"))


def test_bars_point_to_whom_they_favour() -> None:
    zero = wide(WHY).lines[0].x1
    kinds = {rect.kind: (rect.x, rect.x + rect.width) for rect in wide(WHY).rects}
    assert kinds["for"][0] == zero
    assert kinds["against"][1] == zero


# ---- calibration -------------------------------------------------------------------------------


def test_a_dot_stands_where_stated_meets_found() -> None:
    drawing = wide(CALIBRATION)
    diagonal = next(line for line in drawing.lines if line.kind == "leader")
    for dot, band in zip(drawing.dots, (0.5, 0.7, 0.95), strict=True):
        across = (dot.x - diagonal.x1) / (diagonal.x2 - diagonal.x1)
        assert across == pytest.approx(band, abs=1e-3)
    assert CALIBRATION.table.rows[1] == ("60% to 80%", "40", "70%", "50%")


def test_a_price_that_is_not_known_does_not_read_as_nothing() -> None:
    head, rows = COSTS.table.head, COSTS.table.rows
    owned = dict(zip(head, rows[1], strict=True))
    assert owned["Data and network, likely"] == "not known"
    assert owned["Compute, likely"] == "at least USD 2.00 million"
    assert owned["Facility and energy, likely"] == "USD 400,000"
    assert owned["Total, middle of the variations"] == "at least USD 3.90 million"
    rented = dict(zip(head, rows[0], strict=True))
    assert rented["Data and network, likely"] == "USD 0", "it has none"


def test_the_columns_of_the_cost_table_add_up_to_the_sum_beside_them() -> None:
    for row, option in zip(COSTS.table.rows, [RENTED, OWNED], strict=True):
        cells = dict(zip(COSTS.table.head, row, strict=True))
        assert cells["Sum of the likely case"] == option.likely
        assert option.likely.endswith(money(sum(option.groups.values())))


def test_what_is_spent_is_a_lower_bound_where_a_price_is_missing() -> None:
    curve = CashCurve("A", "cloud", [0.0, 1e6], 0, at_least=True)
    chart = cash_chart([curve], None, title="A")
    assert chart.table.rows[0][1] == "at least USD 1.00 million"
    assert "at least USD 1.00 million by month 1" in chart.description


def test_a_part_of_nothing_has_no_bar_but_stands_in_the_table() -> None:
    chart = why_chart([("Cost", 0.2), ("Speed", 0.0001)], leader="A", rival="B", title="Why")
    for drawing in chart.drawings:
        assert "0.0" not in [text.text for text in drawing.texts]
        assert "Speed" not in [text.text for text in drawing.texts]
    assert [row[0] for row in chart.table.rows] == ["Cost", "Speed"]


# ---- week ----------------------------------------------------------------------------------------


def test_every_hour_has_a_column_and_what_can_wait_stands_on_top() -> None:
    waiting = [rect for rect in wide(WEEK).rects if rect.kind == "hour group-data"]
    deferred = [rect for rect in wide(WEEK).rects if rect.kind == "hour group-facility"]
    assert (len(waiting), len(deferred)) == (168, 42)
    assert waiting[12].height == pytest.approx(2 * waiting[11].height, abs=0.2)
    assert deferred[0].y + deferred[0].height == pytest.approx(waiting[0].y, abs=0.2)


def test_the_title_says_peak_mean_and_plan() -> None:
    assert WEEK.title == "At most 2 busy in a usual week, 1.2 on average, of 4 planned"
    assert WEEK.table.rows[0] == ("Monday", "1", "1.2", "2", "0.12")
    assert [entry.text for entry in WEEK.legend] == [
        "Somebody waits",
        "Can wait, put into quiet hours",
    ]
    assert IDLE.legend == ()


# ---- tornado -----------------------------------------------------------------------------------


def test_a_bar_changes_colour_at_the_tie_line() -> None:
    tie = next(line for line in wide(TORNADO).lines if line.kind == "axis")
    ahead, behind, steady = wide(TORNADO).rects
    assert (ahead.kind, behind.kind, steady.kind) == ("for", "against", "for")
    assert ahead.x == pytest.approx(tie.x1)
    assert behind.x + behind.width == pytest.approx(tie.x1, abs=0.2)
    assert ahead.width / behind.width == pytest.approx(6.0 / 2.5, rel=0.01)


def test_what_flips_says_so_and_what_is_not_drawn_is_in_the_table() -> None:
    texts = [text.text for text in wide(TORNADO).texts]
    assert any("flips" in text for text in texts)
    assert not any("Nothing" in text for text in texts)
    assert [row[0] for row in TORNADO.table.rows][-1] == "Nothing"
    assert [row[-1] for row in TORNADO.table.rows] == ["yes", "no", "no"]
