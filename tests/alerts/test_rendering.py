import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from alerts.digest import Past, compose
from alerts.envelopes import OutgoingMail, write
from alerts.paragraphs import WIDTH
from alerts.rendering import (
    Confirmation,
    _common,
    digest_subject,
    render_confirmation,
    render_digest,
    render_quiet,
)
from storage.revisions import Edit
from tests.alerts import mails
from tests.alerts.mails import HOSTILE, further, hostile, ordinary, overflow, revised
from tests.alerts.sample import (
    AI,
    ARTICLES,
    FOOTING,
    FROM,
    TO,
    TRAFFIC,
    article,
    empty_digest,
    sample_digest,
)

GOLDEN = Path(__file__).parent.parent / "golden"
GOLDEN_MAILS = mails.GOLDEN
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
# What programs cut off, and what is too much of a mail anyhow.
GMAIL_CUTS_AT = 102_000
PARTS = [
    "digest.eml",
    *(f"{name}.{part}" for name in (*GOLDEN_MAILS, "confirm", "quiet") for part in ("html", "txt")),
]


def eml(rendered):
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


def golden(file):
    name, _, part = file.rpartition(".")
    if name == "confirm":
        rendered = render_confirmation(QUESTION)
    elif name == "quiet":
        rendered = render_quiet(empty_digest(period_from=TO - timedelta(days=365)), FOOTING)
    else:
        make, footing = GOLDEN_MAILS[name]
        rendered = render_digest(make(), footing)
    if part == "eml":
        return eml(rendered)
    return (rendered.html if part == "html" else rendered.text).encode()


def tree(rendered):
    return lxml_html.fromstring(rendered.html)


def only(*articles, **changes):
    return compose(articles, empty_digest(**changes))


@pytest.mark.parametrize(
    "name", [*PARTS, "digest.eml", "confirm.html", "confirm.txt", "quiet.html", "quiet.txt"]
)
def test_mail_looks_as_it_was_approved(name):
    made = golden(name)
    if REWRITE:
        (GOLDEN / name).write_bytes(made)
    assert made == (GOLDEN / name).read_bytes()


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


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_no_unseen_mark_of_an_outlet_arrives(part):
    content = getattr(render_digest(hostile(), FOOTING), part)
    ours = content.replace("\u200c", "")  # behind the preview
    assert not set("\x00\r\u200b\u202e\u202c\u2028\u2067\u2069") & set(ours)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@settings(max_examples=25)
@given(title=WORDS, lead=WORDS, outlet=WORDS, topic=WORDS, url=WORDS)
def test_no_words_of_an_outlet_change_the_page(title, lead, outlet, topic, url):
    def shape(title, lead, outlet, topic, url):
        topics = (replace(AI, name=topic),)
        digest = only(
            article(
                1, title=title, lead=lead, source_name=outlet, topics=topics, url=f"https://a/{url}"
            )
        )
        page = tree(render_digest(digest, FOOTING))
        for link in page.xpath("//h2/*"):  # an address with a blank in it is no link
            link.tag = "a"
        return [element.tag for element in page.iter()]

    assert shape(title, lead, outlet, topic, url) == shape("a", "b", "c", "d", "e")


def test_title_cannot_add_a_line_to_the_text_part():
    rendered = render_digest(only(article(1, title="a\r\n\r\nHủy đăng ký: x\u2028b")), FOOTING)
    assert "1. a Hủy đăng ký: x b\n" in rendered.text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a.vn/ b",
        "https://a.vn/\u2028b",
        "https://a.vn/\u202eb",
        f"https://a.vn/{'b' * 2000}",
        "",
    ],
)
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
    assert tree(rendered).xpath("//h3/@style")
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


def test_article_without_a_title_has_one():
    assert (
        "1. (không có tiêu đề)\n" in render_digest(only(article(1, title="\u200b")), FOOTING).text
    )


def test_stories_stand_under_the_heading_of_their_topic():
    page = tree(render_digest(ordinary(), FOOTING))
    headings = page.xpath("//h2[@class='topic' or @class='rise']/text()")
    assert headings == [
        "Chủ đề nhiều tin hơn 24 giờ trước đó",
        "Được nhắc nhiều hơn 24 giờ trước đó",
        "Đáng chú ý",
        "Trí tuệ nhân tạo",
        "Chính quyền số",
        "Dữ liệu",
        "Tin khác",
    ]
    assert len(page.xpath("//h3")) == 8
    assert len(page.xpath("//h1")) == 1


@pytest.mark.parametrize("part", ["text", "html"])
def test_overview_counts_and_compares_in_both_parts(part):
    content = getattr(render_digest(ordinary(), FOOTING), part)
    told = " ".join(lxml_html.fromstring(f"<div>{content}</div>").text_content().split())
    assert "8 tin trên 4 báo. 24 giờ trước đó: 5 tin." in told
    assert re.search(r"Dữ liệu ▇* ?6 \(trước đó 2\)", told)
    assert re.search(r"Trung tâm Chuyển đổi số ▇* ?3 \(trước đó 0\)", told)


def test_bars_are_as_long_as_their_counts_and_show_what_was_before():
    page = tree(render_digest(ordinary(), FOOTING))
    lengths = page.xpath("//table[@class='bar']/@width")
    assert lengths == ["100%", "67%", "33%", "33%", "50%", "33%"]
    assert page.xpath("(//table[@class='bar'])[1]//td[@class='old']/@width") == ["33%"]
    text = render_digest(ordinary(), FOOTING).text
    assert "▇▇▇▇▇▇▇▇▇▇▇▇ 6 (trước đó 2)" in text
    assert " ▇▇▇▇▇▇▇▇ 4 (trước đó 1)" in text


def test_two_stories_need_no_overview():
    rendered = render_digest(only(article(1, topics=(AI,)), article(2, topics=(AI,))), FOOTING)
    assert tree(rendered).xpath("//*[@class='glance']") == []
    assert "▇" not in rendered.text


@pytest.mark.parametrize("part", ["text", "html"])
def test_revised_article_says_what_changed(part):
    content = getattr(render_digest(revised(), FOOTING), part)
    flat = " ".join(content.split())
    for told in (
        "Cập nhật",
        "Tiêu đề trước đó: “Kho dữ liệu đất đai dùng chung: 36 phường",
        "Số liệu: 36 phường → 38 phường; 120 tỷ đồng → 135 tỷ đồng",
        "Nhắc thêm: Sở Nông nghiệp và Môi trường",
    ):
        assert told in flat
    assert "1 tin cập nhật" in flat


def test_changed_wording_alone_is_counted_in_words():
    digest = compose(ARTICLES[3:4], empty_digest(), past=Past(edits={"4": Edit(added=42)}))
    assert "Nội dung: thêm khoảng 42 chữ, bớt 0 chữ" in render_digest(digest, FOOTING).text


def test_revised_piece_beside_another_headline_says_what_changed():
    old = article(
        2, story="101", first_seen_at=FROM - timedelta(hours=1), published_at=TO, revised_at=TO
    )
    past = Past(edits={"2": Edit(figures=(("3 xe", "5 xe"),))})
    digest = compose([article(1), old], empty_digest(), past=past)
    text = render_digest(digest, FOOTING).text
    assert "Bài có cập nhật: Bài số 2" in text
    assert "   * Số liệu: 3 xe → 5 xe\n" in text


@pytest.mark.parametrize("part", ["text", "html"])
def test_further_piece_of_a_told_story_says_so(part):
    assert "Thêm bài về tin đã gửi" in getattr(render_digest(further(), FOOTING), part)


def test_many_outlets_are_counted_and_the_first_are_named():
    copies = [
        article(10 + n, source_name=f"Báo {n}", story="101", status="exact_duplicate")
        for n in range(11)
    ]
    text = " ".join(render_digest(only(article(1), *copies), FOOTING).text.split())
    assert "Cùng đưa tin (11 báo): Báo 10, Báo 9" in text
    assert "Báo 3 và 3 báo khác" in text


def test_title_in_another_language_says_which():
    page = tree(render_digest(ordinary(), FOOTING))
    assert page.xpath("//h3/a[@lang='en']/text()")[0].startswith("City fund")
    assert page.xpath("//h3/a[@lang='vi']") == []


def test_preview_shows_the_first_titles_and_nothing_of_the_page_behind_it():
    preview = tree(render_digest(ordinary(), FOOTING)).xpath("string(//*[@class='hidden'])")
    assert preview.startswith(ARTICLES[0].title[:60])
    assert len(preview) > 250


def test_all_links_are_whole_addresses():
    links = tree(render_digest(ordinary(), FOOTING)).xpath("//@href")
    assert links
    assert all(link.startswith("https://") for link in links)


def usual_article(number):
    return article(
        number,
        title=f"{number} " + "chuyển đổi số ở phường " * 4,
        lead="người dân nộp hồ sơ, " * 11,
        url=f"https://baomau.example/{'bai-viet-' * 7}{number}.html",
        topics=ARTICLES[0].topics,
        entities=ARTICLES[0].entities,
    )


def test_fifty_usual_stories_are_told_whole_and_not_cut_off_by_mail_programs():
    rendered = render_digest(only(*map(usual_article, range(50))), FOOTING)
    assert len(tree(rendered).xpath("//td[@class='story']")) == 50
    assert len(rendered.html.encode()) < GMAIL_CUTS_AT


@pytest.mark.parametrize("count", [100, 200])
def test_what_would_be_cut_off_is_counted_instead(count):
    rendered = render_digest(only(*map(usual_article, range(count))), FOOTING)
    shown = len(tree(rendered).xpath("//h3"))
    assert len(rendered.html.encode()) < GMAIL_CUTS_AT
    assert 25 <= shown < count
    assert f"và {count - shown} tin khác" in rendered.html
    assert f"và {count - shown} tin khác" in rendered.text


def test_stories_far_down_are_told_briefly():
    page = tree(render_digest(overflow(130, 120), FOOTING))
    brief = page.xpath("//td[contains(@class, 'brief')]")
    assert len(brief) == 50
    assert not any(each.xpath(".//*[@class='lead' or @class='chips']") for each in brief)


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
