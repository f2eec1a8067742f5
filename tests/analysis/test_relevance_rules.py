import pytest

from analysis.errors import VocabularyError
from analysis.relevance_rules import FILE, rules


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        pytest.param("merged_from = 2025-07-01", "", "merged_from", id="no day"),
        pytest.param("factor = 0.35", "factor = 35", "factor", id="not a share"),
        pytest.param('zones = ["title"]', 'zones = ["footer"]', "zones", id="no such zone"),
        pytest.param("[rivals]", "[rival]", "rivals", id="table missing"),
        pytest.param("[city.heads]", "[city.heads", "relevance.toml", id="no TOML"),
        pytest.param("slope = ", "steep = ", "slope", id="no scale"),
        pytest.param('name = "broad"', 'name = "wide"', "broad", id="no such theme"),
    ],
)
def test_bad_rule_is_named(tmp_path, old, new, named):
    bad = tmp_path / "relevance.toml"
    bad.write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(VocabularyError, match=named):
        rules(bad)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(VocabularyError, match=r"gone\.toml"):
        rules(tmp_path / "gone.toml")


def test_phrases_of_the_theme_come_from_the_topics_too_each_once():
    phrases = [t.phrase for t in rules().terms if t.owner.startswith("theme:")]
    assert phrases.count("hội chẩn từ xa") == 1


def test_bodies_of_the_city_are_known_without_those_of_former_provinces():
    assert "so-y-te-tphcm" in rules().bodies
    assert "ubnd-tinh-binh-duong" not in rules().bodies
