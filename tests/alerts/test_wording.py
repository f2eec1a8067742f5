from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.schedules import parse
from alerts.wording import (
    date_in_words,
    fault_in_words,
    filter_in_words,
    moment_in_words,
    schedule_in_words,
)
from storage.errors import QueryError
from storage.filters import Filter
from storage.queries import FIELDS
from storage.queries import parse as parse_query

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
MOMENT = datetime(2025, 11, 28, 2, 15, tzinfo=UTC)
NAMES = {"du-lieu": "Dữ liệu", "ai": "Trí tuệ nhân tạo", "baomau": "Báo Mẫu"}


@pytest.mark.parametrize(
    ("schedule", "vietnamese", "english"),
    [
        ("instant", "ngay khi có tin mới", "as soon as something is new"),
        ("hourly", "mỗi giờ", "every hour"),
        ("daily@07:00", "hằng ngày lúc 07:00", "every day at 07:00"),
        ("weekly@sun@18:30", "chủ nhật hằng tuần lúc 18:30", "every Sunday at 18:30"),
        ("cron:0 7 * * 1-5", "theo lịch cron 0 7 * * 1-5", "by the cron schedule 0 7 * * 1-5"),
    ],
)
def test_schedule_is_said_in_both_languages(schedule, vietnamese, english):
    assert schedule_in_words(parse(schedule), "vi") == vietnamese
    assert schedule_in_words(parse(schedule), "en") == english


@pytest.mark.parametrize(
    ("wanted", "vietnamese", "english"),
    [
        pytest.param(
            Filter(),
            "mọi tin về chuyển đổi số TP.HCM",
            "everything on the city's digital transformation",
            id="everything",
        ),
        pytest.param(
            Filter(topics=("ai", "du-lieu"), sources=("baomau", "khac")),
            "chủ đề: Trí tuệ nhân tạo, Dữ liệu; báo: Báo Mẫu, khac",
            "topics: Trí tuệ nhân tạo, Dữ liệu; outlets: Báo Mẫu, khac",
            id="topics-and-outlets",
        ),
        pytest.param(
            Filter(entities=("Phường Mẫu",), min_relevance=0.75, query='"kho dữ liệu"'),
            'tên riêng: Phường Mẫu; độ liên quan từ 0.75; từ khóa: "kho dữ liệu"',
            'names: Phường Mẫu; relevance from 0.75; words: "kho dữ liệu"',
            id="the-rest",
        ),
        pytest.param(
            Filter(query="{0.__class__}"),
            "từ khóa: {0.__class__}",
            "words: {0.__class__}",
            id="braces",
        ),
    ],
)
def test_filter_is_said_in_both_languages(wanted, vietnamese, english):
    assert filter_in_words(wanted, NAMES, "vi") == vietnamese
    assert filter_in_words(wanted, NAMES, "en") == english


def test_moment_is_said_where_the_reader_is():
    assert moment_in_words(MOMENT, SAIGON, "vi") == "09:15, thứ sáu 28/11/2025"
    assert moment_in_words(MOMENT, SAIGON, "en") == "09:15, Friday 2025-11-28"


def test_date_is_the_readers_date():
    evening = datetime(2025, 11, 28, 18, 0, tzinfo=UTC)
    assert date_in_words(evening, SAIGON, "vi") == "29/11/2025"
    assert date_in_words(evening, UTC, "vi") == "28/11/2025"


@pytest.mark.parametrize(
    ("query", "vietnamese", "english"),
    [
        (
            "a (b OR c",
            "ký tự thứ 3: ( mở ở đây nhưng chưa đóng",
            "character 3: ( is opened here and never closed",
        ),
        (
            "chủ:ai",
            f"ký tự thứ 1: không có trường chủ; các trường: {', '.join(FIELDS)}",
            f"character 1: there is no field chủ; fields are {', '.join(FIELDS)}",
        ),
    ],
    ids=["parenthesis", "field"],
)
def test_fault_of_a_query_in_words(query, vietnamese, english):
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert fault_in_words(caught.value, "vi") == vietnamese
    assert fault_in_words(caught.value, "en") == english
