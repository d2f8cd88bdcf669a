from dataclasses import replace

from app import reference
from app.domain.backtest import score
from app.domain.options import Family
from app.persistence import Session
from app.reference import backtests, case_file
from app.reference.situations import situations
from app.services import case_keeping
from app.web.pages.backtest import backtest_page
from tests.answering import the, words
from tests.builders import NOON, a_person
from tests.web_client import Client

CASES = reference.load().cases
KEPT = backtests.published()
TABLE = situations()


def test_the_figures_stand_in_one_honest_sentence(client: Client) -> None:
    page = client.page("/cases/backtest")
    found = score(KEPT.with_priorities)
    lead = words(page, ".lead")
    assert f"matches {round(found.accuracy * found.n)} of {len(CASES)}" in lead
    assert f"the opposite was said in {found.swaps}" in lead
    assert "One person coded all cases" in words(page)


def test_it_is_held_against_both_baselines(client: Client) -> None:
    page = client.page("/cases/backtest")
    heads = [th.get_text() for th in page.select("table.numbers tbody th")]
    assert "A logistic regression with the reasons, each case left out once" in heads
    assert "A logistic regression without the reasons, likewise" in heads
    assert "Always the commonest" in heads


def test_each_baseline_stands_against_what_was_given_as_much(client: Client) -> None:
    lead = words(client.page("/cases/backtest"), ".lead")
    decided = {case.id: case.decision for case in CASES}
    informed = sum(KEPT.logistic[key] == made for key, made in decided.items())
    alone = sum(KEPT.logistic_without[key] == made for key, made in decided.items())
    assert f"reasons included, matches {informed}." in lead
    assert lead.endswith(f"and {alone} for such a model.")


def test_a_back_test_kept_before_leaves_out_what_it_did_not_compute() -> None:
    older = replace(KEPT, logistic_without={}, guessed=())
    page = backtest_page(older, CASES, TABLE, is_current=False)
    assert page.headline.endswith("for always saying the commonest.")
    assert [line.name for line in page.ways if "likewise" in line.name] == []
    assert [line.name for line in page.ways if "guessed" in line.name] == []
    assert "guessed" not in page.headline


def test_what_all_computed_from_a_guess_would_say_stands_beside_it(client: Client) -> None:
    page = client.page("/cases/backtest")
    hits = sum(row.is_hit for row in KEPT.guessed)
    assert f"from a volume guessed by size, Footing matches {hits}." in words(page, ".lead")
    heads = [th.get_text() for th in page.select("table.numbers tbody th")]
    assert "Footing with the reasons, all computed from a volume guessed by size" in heads


def test_every_row_that_stands_in_is_shown_with_its_sentence(client: Client) -> None:
    shown = client.page("/cases/backtest").select("section[aria-labelledby=situations] tbody tr")
    assert len(shown) == len(TABLE.rows)
    for row, tr in zip(TABLE.rows, shown, strict=True):
        assert row.why in tr.get_text()
        assert f"{abs(row.places['hybrid']):.2f}".removesuffix(".00") in tr.get_text()


def test_chance_moves_the_count_as_the_binomial_says() -> None:
    # 59 of 85: 1.96 times the root of 85 x 0.694 x 0.306 is 8.33.
    assert backtest_page(KEPT, CASES, TABLE, is_current=True).chance == 8


def test_calibration_is_a_chart_with_a_table(client: Client) -> None:
    page = client.page("/cases/backtest")
    assert the(page, "#chart-calibration svg.wide circle")
    assert the(page, "#chart-calibration details table")


def test_every_case_is_listed_with_what_was_said(client: Client) -> None:
    page = client.page("/cases/backtest")
    links = [str(a["href"]) for a in page.select("section[aria-labelledby=every] a")]
    assert links == [f"/cases/{row.id}" for row in KEPT.with_priorities]


def test_groups_add_up_to_all() -> None:
    page = backtest_page(KEPT, CASES, TABLE, is_current=True)
    assert [name for name, _ in page.groups] == [
        "By evidence",
        "By how much of it is AI",
        "By who tells it",
    ]
    for _, lines in page.groups:
        assert sum(int(line.n) for line in lines) == len(CASES)
        hits = sum(int(line.hits) for line in lines)
        assert hits == sum(row.is_hit for row in KEPT.with_priorities)


def test_a_case_that_is_no_longer_there_is_left_out() -> None:
    page = backtest_page(KEPT, CASES[1:], TABLE, is_current=False)
    assert len(page.rows) == len(CASES) - 1


def test_the_history_says_what_a_change_of_weights_did() -> None:
    first, *others = KEPT.with_priorities
    other: Family = "cloud" if first.predicted != "cloud" else "hybrid"
    moved = replace(first, ranking=(other,), shares={**first.shares, other: 0.9})
    later = replace(KEPT, weight_set=2, as_of="2031-01-01", with_priorities=(moved, *others))
    page = backtest_page(later, CASES, TABLE, is_current=True, history=(later, KEPT))
    assert [(past.weights, past.changed, past.is_shown) for past in page.history] == [
        ("2", "1 with reasons, 0 without", True),
        ("1", "", False),
    ]
    assert page.history[1].named == str(sum(row.is_hit for row in KEPT.with_priorities))


def test_what_is_in_force_is_shown_and_else_said_not_to_be(client: Client, db: Session) -> None:
    assert client.page("/cases/backtest").select(".note.warn") == []
    ada = a_person(db, "Ada", is_administrator=True)
    text = case_file.written([replace(CASES[0], load_profile="bursty")])
    case_keeping.keep(db, reference.load(), ada, text, reason="A test.", now=NOON)
    db.flush()
    page = client.page("/cases/backtest")
    assert "have changed since" in words(page, ".note.warn")
