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
