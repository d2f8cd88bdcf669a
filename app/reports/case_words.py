"""The words of the case library: what the keys of a case are called on a page and in a search."""

from app.domain.cases import MOVED_BACK
from app.domain.options import FAMILY_TITLES

TOLD_BY = {
    "company_own": "the organisation itself",
    "press": "the press",
    "vendor_marketing": "a vendor's marketing",
    "academic": "an academic publication",
    "aggregator": "somebody else's digest",
}
# Key → words, where a key is not its own words.
_VALUES = {
    **FAMILY_TITLES,
    **TOLD_BY,
    MOVED_BACK: "Moved back from a cloud",
    "since_2024": "2024 or later",
    "2020_to_2023": "2020 to 2023",
    "2015_to_2019": "2015 to 2019",
    "before_2015": "before 2015",
    "ai_core": "AI is the heart of it",
    "ai_partly": "AI is part of it",
    "data_heavy": "Much data, little AI",
    "ai_lab": "AI laboratories",
    "automotive_av": "Cars and self-driving",
    "finance_banking": "Banking",
    "government_defence": "Defence",
    "government_public": "Public bodies",
    "healthcare_provider": "Health care",
    "healthcare_research": "Health research",
    "media_entertainment": "Media",
    "pharma_biotech": "Pharmacy and biotechnology",
    "research_science": "Science",
    "software_saas": "Software",
    "transport_mobility": "Transport",
    "weather_climate": "Weather and climate",
}
DIRECTIONS = {
    "migrated_to_cloud": "a move into a cloud",
    "expanded_hybrid": "an extension to both",
    "repatriated": "a move back from a cloud",
}


def value_in_words(value: str) -> str:
    """A value of a closed column as a page says it."""
    return _VALUES.get(value, words_of(value).capitalize())


def words_of(value: str | tuple[str, ...]) -> str:
    """A key, or several, without what only machines need."""
    text = value if isinstance(value, str) else ", ".join(value)
    return text.replace("_", " ")
