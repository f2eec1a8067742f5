from datetime import UTC, datetime

import pytest

from storage.errors import QueryError
from storage.queries import (
    MAX_DEPTH,
    MAX_QUERY,
    MAX_TERMS,
    Either,
    Every,
    Not,
    Since,
    Tag,
    Words,
    parse,
)

A, B, C = Words("a"), Words("b"), Words("c")


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        pytest.param("", None, id="empty"),
        pytest.param("  \n ", None, id="blank"),
        pytest.param("Chuyển", Words("chuyen"), id="word"),
        pytest.param("chuyển", Words("chuyen"), id="decomposed"),
        pytest.param("a b", Every((A, B)), id="words-beside-each-other"),
        pytest.param("a AND b", Every((A, B)), id="and"),
        pytest.param("a OR b", Either((A, B)), id="or"),
        pytest.param("NOT a", Not(A), id="not"),
        pytest.param("NOT NOT a", A, id="not-twice"),
        pytest.param("a b OR c", Either((Every((A, B)), C)), id="and-binds-closer-than-or"),
        pytest.param("a (b OR c)", Every((A, Either((B, C)))), id="parentheses"),
        pytest.param("NOT a b", Every((Not(A), B)), id="not-binds-closest"),
        pytest.param("NOT(a b)", Not(Every((A, B))), id="not-before-a-parenthesis"),
        pytest.param("and Or not", Every((Words("and"), Words("or"), Words("not"))), id="lower"),
        pytest.param('"AND" ORANGE', Every((Words("and"), Words("orange"))), id="no-operators"),
        pytest.param('"Chuyển  đổi số"', Words("chuyen doi so"), id="phrase"),
        pytest.param("“chuyển đổi”", Words("chuyen doi"), id="typographic-quotes"),
        pytest.param("57-NQ/TW", Words("57 nq tw"), id="number-of-a-document-is-a-phrase"),
        pytest.param("TP.HCM", Words("tp hcm"), id="abbreviation-is-a-phrase"),
        pytest.param("title:số", Words("so", in_title=True), id="title"),
        pytest.param('TITLE:"trợ lý ảo"', Words("tro ly ao", in_title=True), id="title-phrase"),
        pytest.param("topic:ai", Tag("topic", "ai"), id="topic"),
        pytest.param('topic:"Y tế số"', Tag("topic", "y-te-so"), id="topic-by-its-name"),
        pytest.param('topic:"digital health"', Tag("topic", "y-te-so"), id="topic-in-english"),
        pytest.param('entity:"Sở Y tế"', Tag("entity", "Sở Y tế"), id="entity"),
        pytest.param("source:SGGP", Tag("source", "sggp"), id="source"),
        pytest.param("kind:official", Tag("kind", "official"), id="kind"),
        pytest.param(
            "after:2025-11-28", Since(datetime(2025, 11, 27, 17, tzinfo=UTC)), id="day-in-vietnam"
        ),
        pytest.param(
            "before:28/11/2025",
            Since(datetime(2025, 11, 27, 17, tzinfo=UTC), before=True),
            id="day-as-written-in-vietnam",
        ),
        pytest.param(
            "before:2025-11-28T10:00:00Z",
            Since(datetime(2025, 11, 28, 10, tzinfo=UTC), before=True),
            id="moment",
        ),
        pytest.param("a – b", Every((A, B)), id="dash-between-words"),
        pytest.param("10:30", Words("10 30"), id="time-of-day-is-no-field"),
    ],
)
def test_query_is_understood(query, meant):
    assert parse(query) == meant


@pytest.mark.parametrize(
    ("query", "reason", "position"),
    [
        pytest.param('số "chuyển đổi', "not closed", 4, id="quotation-mark"),
        pytest.param('"a" "b', "not closed", 5, id="second-quotation-mark"),
        pytest.param("a (b OR (c)", "not closed", 3, id="parenthesis"),
        pytest.param("a)", "out of place", 2, id="parenthesis-too-many"),
        pytest.param("a AND", "unfinished", 6, id="nothing-after-and"),
        pytest.param("NOT", "unfinished", 4, id="nothing-after-not"),
        pytest.param("OR a", "out of place", 1, id="nothing-before-or"),
        pytest.param("a AND OR b", "out of place", 7, id="two-operators"),
        pytest.param("()", "out of place", 2, id="nothing-in-parentheses"),
        pytest.param("%", "unfinished", 2, id="nothing-but-a-sign"),
        pytest.param('a ""', "no word in it", 3, id="empty-phrase"),
        pytest.param("title:%", "no word in it", 7, id="no-word-in-a-field"),
        pytest.param("a tiêu:b", "no such field", 3, id="field"),
        pytest.param("topic:bóng-đá", "no such topic", 7, id="topic"),
        pytest.param("a before:hôm-qua", "no date", 10, id="date"),
        pytest.param("after:31/02/2025", "no date", 7, id="day-that-never-was"),
        pytest.param("after:0001-01-01", "no date", 7, id="day-before-all-time"),
        pytest.param("số\0hóa", "no character", 3, id="nul"),
        pytest.param("s" * (MAX_QUERY + 1), "too long", MAX_QUERY + 1, id="length"),
        pytest.param("a " * (2 * MAX_TERMS + 1), "too many words", 4 * MAX_TERMS + 1, id="words"),
        pytest.param("(" * 400, "too deep", MAX_DEPTH + 1, id="depth"),
    ],
)
def test_fault_of_a_query_is_named_with_its_place(query, reason, position):
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert (caught.value.reason, caught.value.position) == (reason, position)
