import pytest

from analysis.relevance_rules import rules
from diembao.verdict_words import told


@pytest.mark.parametrize("group", sorted(rules().against))
def test_every_group_of_rules_that_speaks_against_has_words(group):
    assert told([{"text": "x", "says": f"against:{group}"}])


def test_evidence_is_told_by_what_it_speaks_for_with_its_place():
    evidence = [
        {"text": "dữ liệu", "says": "theme"},
        {"text": "UBND TP.HCM", "says": "city", "field": "title"},
        {"text": "dữ liệu", "says": "theme"},
    ]
    assert told(evidence) == [
        "nói về thành phố: “UBND TP.HCM” (tiêu đề)",
        "nói về chuyển đổi số: “dữ liệu” (nội dung)",
    ]


def test_evidence_of_older_rules_tells_nothing():
    assert told([{"text": "dữ liệu"}]) == []
