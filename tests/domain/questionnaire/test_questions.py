import pytest

from app.domain.errors import NotFound
from tests.domain.builders import EVERY_MODALITY, QUESTIONS


def test_a_template_is_asked_once_per_chosen_modality_in_order() -> None:
    keys = [q.key for q in QUESTIONS.asked({"video", "text"})]
    assert "text.volume_text" in keys
    assert "video.volume_video" in keys
    assert keys.index("text.data_class") < keys.index("video.data_class")
    assert not any(key.startswith(("image.", "audio.", "document.")) for key in keys)
    assert len(set(keys)) == len(keys)


def test_a_template_may_apply_to_some_modalities_only() -> None:
    template = next(q for q in QUESTIONS.questions if q.key == "volume_image")
    assert template.applies_to("image")
    assert not template.applies_to("text")
    everyone = next(q for q in QUESTIONS.questions if q.key == "born")
    assert all(everyone.applies_to(m) for m in EVERY_MODALITY)


def test_fields_are_named_by_their_place_in_the_answers_file() -> None:
    fields = QUESTIONS.fields(["image"])
    assert fields["modalities.image.megapixels"].unit == "MP"
    assert "modalities.text.tokens_in" not in fields
    assert QUESTIONS.field("modalities.text.tokens_in").path == "modalities.text.tokens_in"


def test_no_field_has_the_place_of_another() -> None:
    asked = [f.path for q in QUESTIONS.asked(EVERY_MODALITY) for f in q.fields]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("path", ["colour", "modalities.smell.volume_per_day", ""])
def test_an_unknown_field_is_named(path: str) -> None:
    with pytest.raises(NotFound, match="No question has a field"):
        QUESTIONS.field(path)


def test_a_section_is_found_by_its_key() -> None:
    assert QUESTIONS.section("team").title == "Team"
    with pytest.raises(NotFound, match="no section named 'cellar'"):
        QUESTIONS.section("cellar")


def test_every_field_has_a_section() -> None:
    sections = {section.key for section in QUESTIONS.sections}
    assert set(QUESTIONS.section_keys.values()) == sections
    for question in QUESTIONS.asked(EVERY_MODALITY):
        for field in question.fields:
            assert QUESTIONS.section_keys[field.path] == question.section


def test_a_choice_has_keys_and_labels() -> None:
    assert QUESTIONS.field("isolation").option_keys == ("none", "egress_filtered", "air_gapped")
    assert [m.key for m in QUESTIONS.modality_options] == list(EVERY_MODALITY)
