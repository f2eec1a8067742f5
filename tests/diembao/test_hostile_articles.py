"""Articles that try to be more than text, on the way to readers."""

import csv
import email
import io
from email.policy import default

import pytest

from tests.diembao.press import filler, new_press, write_article
from tests.diembao.program import new_program
from tests.servers import background

TITLES = {
    "formula": '=HYPERLINK("https://example.org/","TP.HCM chuyển đổi số")',
    "plus": "+1 tỉ đồng cho chuyển đổi số ở TP.HCM",
    "minus": "-20% hồ sơ giấy ở TP.HCM nhờ chuyển đổi số",
    "at": "@Sở Khoa học và Công nghệ TP.HCM: chuyển đổi số",
    "markup": "<script>alert(1)</script> TP.HCM & chuyển đổi số </body>",
    "header": "TP.HCM chuyển đổi số\u2028Bcc: ai-do@example.org",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The program with an archive of such articles."""
    folder = tmp_path_factory.mktemp("hostile")
    press = new_press(folder / "newsroom", ["bennghemoi"])
    for number, (kind, title) in enumerate(TITLES.items()):
        name = f"bennghemoi/bai-{kind}-1000{number}"
        write_article(press, name, title=title, lead=f"{title}.", body=filler(number))
    with background.newsroom(press) as newsroom:
        program = new_program(folder, newsroom)
        program.ok("crawl")
    return program


@pytest.fixture(scope="module")
def mail(hostile):
    """The digest mail about them, as a mail program reads it."""
    hostile.ok("subscribe", "ban.doc@example.org", "--confirmed", "--since", "2020-01-01")
    hostile.ok("digest", "send")
    written = next((hostile.data / "outbox").glob("*.eml"))
    return email.message_from_bytes(written.read_bytes(), policy=default)


@pytest.mark.parametrize("kind", ["formula", "plus", "minus", "at"])
def test_formula_is_defused_in_csv(hostile, kind):
    out = hostile.ok("articles", "export", "--all", "--format", "csv").out
    titles = [row["title"] for row in csv.DictReader(io.StringIO(out))]
    assert f"'{TITLES[kind]}" in titles
    assert not [title for title in titles if title.startswith(("=", "+", "-", "@"))]


def test_title_is_kept_as_it_is_in_json(hostile):
    titles = {row["title"] for row in hostile.ok("articles", "list", "--all").rows}
    assert titles >= {TITLES[kind] for kind in ("formula", "plus", "minus", "at")}


def test_markup_of_a_title_is_text_in_the_mail(mail):
    html = mail.get_body(("html",)).get_content()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script" not in html


def test_title_adds_no_header_to_the_mail(mail):
    assert mail["Bcc"] is None
    assert mail["To"] == "ban.doc@example.org"
