"""The boxes of the places: readable on a phone, and the same as a table."""

from app.reports.drawing import FONT
from app.reports.places_diagram import Box, places_diagram

HOME = Box("Your site, 10.20.0.0/16", ("3 control machines", "12 x 4 x L40S server, 1 spare"))
AWAY = Box(
    "Amazon Web Services, eu-north-1, 10.40.0.0/16",
    ("0 to 2 x p5.48xlarge", "buckets, registry, key, audit trail, budget alert"),
)


def test_every_line_is_drawn_and_told() -> None:
    chart = places_diagram([HOME, AWAY], link="An encrypted link joins them.")
    for drawing in chart.drawings:
        drawn = " ".join(text.text for text in drawing.texts)
        for box in (HOME, AWAY):
            assert all(word in drawn for line in (box.title, *box.lines) for word in line.split())
    assert [row[1] for row in chart.table.rows] == [*HOME.lines, *AWAY.lines]
    assert HOME.title in chart.description
    assert chart.notes == ("An encrypted link joins them.",)


def test_nothing_is_wider_than_its_box() -> None:
    for drawing in places_diagram([HOME, AWAY], link="x").drawings:
        for text in drawing.texts:
            assert text.x + len(text.text) * FONT / 2 <= drawing.width


def test_every_text_stands_in_a_box_and_the_boxes_apart() -> None:
    for drawing in places_diagram([HOME, AWAY], link="x").drawings:
        first, second = drawing.rects
        assert first.y + first.height < second.y
        for text in drawing.texts:
            assert any(r.y < text.y < r.y + r.height for r in drawing.rects)
        assert second.y + second.height <= drawing.height


def test_one_place_needs_no_link() -> None:
    chart = places_diagram([HOME], link="x")
    assert chart.notes == ()
    assert all(not drawing.lines for drawing in chart.drawings)
