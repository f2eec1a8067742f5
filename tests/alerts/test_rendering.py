import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html as lxml_html

from alerts.digest import compose
from alerts.envelopes import OutgoingMail, write
from alerts.rendering import (
    WIDTH,
    Confirmation,
    _common,
    digest_subject,
    render_confirmation,
    render_digest,
)
from tests.alerts.sample import ARTICLES, FOOTING, TO, TRAFFIC, article, empty_digest, sample_digest

GOLDEN = Path(__file__).parent.parent / "golden"
# DIEMBAO_REWRITE_GOLDEN=1 takes today's look as approved; read here, as tests run without any of
# the program's environment variables.
REWRITE = bool(os.environ.get("DIEMBAO_REWRITE_GOLDEN"))
QUESTION = Confirmation(
    language="vi",
    recipient="ban.doc@example.org",
    public_url="https://diembao.example.org",
    confirm_url="https://diembao.example.org/confirm/token",
    schedule="hằng ngày lúc 07:00",
    filters="mọi tin về chuyển đổi số TP.HCM",
)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=y>{{ 7 * 7 }}{% raw %}%(count)s"


def eml():
    rendered = render_digest(sample_digest(), FOOTING)
    mail = OutgoingMail(
        delivery_id="dlv-golden",
        sender="Điểm Báo <diembao@example.org>",
        recipient="ban.doc@example.org",
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        date=TO,
        unsubscribe_url=FOOTING.unsubscribe_url,
    )
    return write(mail).content


def golden():
    digest, question = render_digest(sample_digest(), FOOTING), render_confirmation(QUESTION)
    english = render_digest(
        sample_digest(language="en"),
        replace(FOOTING, schedule="every day at 07:00", filters="topics: Data"),
    )
    return {
        "digest.html": digest.html.encode(),
        "digest.txt": digest.text.encode(),
        "digest.eml": eml(),
        "digest.en.txt": english.text.encode(),
        "confirm.html": question.html.encode(),
        "confirm.txt": question.text.encode(),
    }


def tree(rendered):
    return lxml_html.fromstring(rendered.html)


def only(*articles, **changes):
    return compose(articles, empty_digest(**changes))


@pytest.mark.parametrize(
    "name",
    ["digest.html", "digest.txt", "digest.eml", "digest.en.txt", "confirm.html", "confirm.txt"],
)
def test_mail_looks_as_it_was_approved(name):
    if REWRITE:
        (GOLDEN / name).write_bytes(golden()[name])
    assert golden()[name] == (GOLDEN / name).read_bytes()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("vi", "Điểm Báo: 3 tin mới về chuyển đổi số TP.HCM – 28/11/2025"),
        ("en", "Điểm Báo: 3 new stories on the city's digital transformation – 2025-11-28"),
    ],
)
def test_subject_counts_the_stories_and_names_the_day(language, expected):
    assert digest_subject(sample_digest(language=language)) == expected


def test_subject_of_a_single_story_is_its_title():
    assert digest_subject(only(*ARTICLES[:3])) == f"Điểm Báo: {ARTICLES[0].title}"


def test_subject_of_a_single_revised_story_says_so():
    assert digest_subject(only(ARTICLES[3])) == f"Cập nhật: {ARTICLES[3].title}"


def test_subject_counts_stories_that_are_left_out():
    digest = compose([article(number) for number in range(12)], empty_digest(), limit=1)
    assert digest_subject(digest).startswith("Điểm Báo: 12 tin mới")


def test_day_of_the_subject_is_the_readers():
    digest = replace(sample_digest(), timezone="America/New_York")
    assert digest_subject(digest).endswith("27/11/2025")


def test_empty_digest_says_that_nothing_is_new():
    rendered = render_digest(empty_digest(), FOOTING)
    assert "chưa có tin mới" in rendered.subject
    assert "Chưa có tin mới" in rendered.html


def test_hostile_words_are_shown_and_do_nothing():
    rendered = render_digest(only(article(1, title=HOSTILE, lead=HOSTILE)), FOOTING)
    page = tree(rendered)
    assert page.xpath("//script | //img") == []
    assert page.xpath("string(//h2)") == HOSTILE
    assert HOSTILE in rendered.subject


def test_title_cannot_add_a_line_to_the_text_part():
    rendered = render_digest(only(article(1, title="a\r\n\r\nHủy đăng ký: x\u2028b")), FOOTING)
    assert "1. a Hủy đăng ký: x b\n" in rendered.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://a.vn/ b", ""])
def test_address_that_does_not_lead_to_the_web_is_no_link(url):
    rendered = render_digest(only(article(1, url=url)), FOOTING)
    assert tree(rendered).xpath("//h2/a") == []
    assert f"   {url}\n" not in rendered.text or not url


def test_address_with_an_ampersand_arrives_whole():
    digest = only(article(1, url="https://a.vn/x?a=1&b=2&copy=3"))
    assert tree(render_digest(digest, FOOTING)).xpath("//h2/a/@href") == [
        "https://a.vn/x?a=1&b=2&copy=3"
    ]


def test_mail_loads_nothing_from_the_net():
    page = tree(render_digest(sample_digest(), FOOTING))
    assert page.xpath("//img | //link | //script | //iframe | //@background") == []
    assert "url(" not in render_digest(sample_digest(), FOOTING).html


def test_styles_are_inline_and_phone_and_dark_rules_stay():
    rendered = render_digest(sample_digest(), FOOTING)
    assert tree(rendered).xpath("//h2/@style")
    assert "max-width: 480px" in rendered.html
    assert "prefers-color-scheme: dark" in rendered.html


def test_best_topics_come_first_and_the_weakest_are_left_out():
    page = tree(render_digest(only(ARTICLES[4]), FOOTING))
    chips = page.xpath("//*[@class='chip']/text()")
    assert chips == ["Trí tuệ nhân tạo", "Dữ liệu", "Chính quyền số", "Đô thị thông minh"]
    assert TRAFFIC.name not in chips


@pytest.mark.parametrize("part", ["text", "html"])
def test_both_parts_tell_the_same(part):
    content = getattr(render_digest(sample_digest(), FOOTING), part)
    flat = " ".join(content.split())
    for piece in ("Tổng đài 1022", "Nhật Báo Ví Dụ, Tin Thử", "06:20, thứ sáu 28/11/2025"):
        assert piece in flat
    assert FOOTING.manage_url in content
    assert FOOTING.unsubscribe_url in content


def test_text_lines_are_short_and_none_ends_in_space():
    words = " ".join(f"chữ{number}" for number in range(300))
    text = render_digest(only(article(1, title=words, lead=words)), FOOTING).text
    assert max(map(len, text.splitlines())) <= WIDTH
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_link_in_the_text_part_is_never_broken():
    url = "https://a.vn/" + "x" * 300
    assert f"   {url}\n" in render_digest(only(article(1, url=url)), FOOTING).text


def test_stories_left_out_are_counted_with_a_link_to_them():
    digest = compose([article(number) for number in range(9)], empty_digest(), limit=4)
    rendered = render_digest(digest, FOOTING)
    assert "và 5 tin khác" in rendered.text
    assert tree(rendered).xpath("//*[@class='rest']/a/@href") == [FOOTING.public_url]


def test_long_title_is_cut():
    page = tree(render_digest(only(article(1, title="dài " * 1000)), FOOTING))
    assert len(page.xpath("string(//h2)")) <= 300


@pytest.mark.parametrize("language", ["vi", "en"])
def test_confirmation_names_the_address_the_plan_and_the_link(language):
    rendered = render_confirmation(replace(QUESTION, language=language))
    for part in (rendered.html, " ".join(rendered.text.split())):
        assert QUESTION.recipient in part
        assert QUESTION.confirm_url in part
        assert QUESTION.schedule in part
    assert tree(rendered).get("lang") == language


def test_english_mail_has_no_vietnamese_wording_but_the_name():
    rendered = render_confirmation(replace(QUESTION, language="en"))
    assert "đăng ký" not in rendered.html
    assert rendered.subject == "Điểm Báo: please confirm"


def test_equal_digests_are_set_once_and_differ_in_their_links_only():
    theirs = replace(FOOTING, manage_url="https://a.vn/m?x=1&y=2", unsubscribe_url="https://a.vn/u")
    ours = render_digest(sample_digest(), FOOTING)
    before = _common.cache_info()
    other = render_digest(
        sample_digest(subscription="sub-2", period_to=TO + timedelta(seconds=30)), theirs
    )
    assert _common.cache_info().misses == before.misses
    for mine, yours in (
        (FOOTING.manage_url, theirs.manage_url),
        (FOOTING.unsubscribe_url, theirs.unsubscribe_url),
    ):
        assert mine in ours.text
        assert mine in ours.html
        ours = replace(
            ours,
            text=ours.text.replace(mine, yours),
            html=ours.html.replace(mine, yours.replace("&", "&amp;")),
        )
    assert other == ours


def test_digest_with_another_word_is_set_by_itself():
    first = render_digest(only(article(1, title="Một tin")), FOOTING)
    second = render_digest(only(article(1, title="Tin khác")), FOOTING)
    assert "Một tin" in first.html
    assert "Tin khác" in second.html
