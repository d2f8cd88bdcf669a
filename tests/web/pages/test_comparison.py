"""What the table beside the verdict says of machines, from results as they are saved."""

from app.web.pages.comparison import Cell, comparison
from app.web.pages.verdict import Json
from tests.domain.builders import a_large_document, assessed

STEADY = {"traffic": {"shape": "steady", "peak_to_average": 1.1}, "growth_per_year": 0.0}


def rented(result: Json, key: str) -> Cell:
    """What the option with `key` rents."""
    found = comparison(result)
    assert found is not None
    at = [column.key for column in found.columns].index(key)
    (row,) = (row for row in found.facts if row.title == "Rented or bought")
    return row.cells[at]


def test_a_contract_says_whose_price_it_is_and_how_much_of_the_fleet_it_holds() -> None:
    result = assessed(a_large_document(**STEADY), 50)
    said = rented(result, "specialist_cloud")
    assert "a price of the market, up to 32 of them paid around the clock for 1 year" in said.text
    committed = rented(result, "hyperscaler_committed")
    assert "a price of" not in committed.text
