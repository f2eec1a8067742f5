import email
import email.charset
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.policy import SMTP

import pytest

from alerts.envelopes import OutgoingMail, _subject_line, mail_address, mail_sender, write
from alerts.errors import AddressError

MAIL = OutgoingMail(
    delivery_id="dlv-0123456789abcdef",
    sender="Điểm Báo <diembao@example.org>",
    recipient="ban.doc@example.vn",
    subject="Điểm Báo: 5 tin mới về chuyển đổi số TP.HCM – 28/11/2025",
    text="Xin chào\n",
    html="<p>Xin chào</p>\n",
    date=datetime(2025, 11, 28, 0, 0, tzinfo=UTC),
    unsubscribe_url="https://diembao.example.org/unsubscribe/" + "Ab3-_." * 20,
)

# Accents, plain words and marks that headers know, mixed.
SUBJECT = 'Điểm Báo: 5 tin mới về chuyển đổi số TP.HCM – 28/11 rất dài Smart City, (AI) "5G" <b>'


def head(mail):
    return write(mail).content.split(b"\r\n\r\n")[0].decode("ascii")


def read(mail):
    return email.message_from_bytes(write(mail).content, policy=SMTP)


def raw(mail, name):
    """The header as it travels, unfolded."""
    lines = head(mail).replace("\r\n ", " ").split("\r\n")
    return next(line.partition(": ")[2] for line in lines if line.startswith(f"{name}: "))


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("a@example.org", "a@example.org"),
        ("First.Last+tag@EXAMPLE.org", "First.Last+tag@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("a@báo.vn", "a@xn--bo-mia.vn"),
        ("reader@localhost", "reader@localhost"),
        ("a@" + "b" * 63 + ".org", "a@" + "b" * 63 + ".org"),
    ],
)
def test_mail_address_is_taken_in_its_normal_form(text, normal):
    assert mail_address(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("example.org", id="no-at"),
        pytest.param("@example.org", id="no-name"),
        pytest.param("a@", id="no-domain"),
        pytest.param("a@b@example.org", id="two-ats"),
        pytest.param("a@example", id="one-label"),
        pytest.param("a@example..org", id="empty-label"),
        pytest.param("a@-example.org", id="leading-hyphen"),
        pytest.param("a@[127.0.0.1]", id="literal"),
        pytest.param("a@127.0.0.1", id="number"),
        pytest.param("a..b@example.org", id="two-dots"),
        pytest.param(".a@example.org", id="leading-dot"),
        pytest.param('"a b"@example.org', id="quoted"),
        pytest.param("a b@example.org", id="space"),
        pytest.param("ă@example.org", id="accent-in-the-name"),
        pytest.param("a@example.org\n", id="line-break"),
        pytest.param("a@example.org\r\nBcc: b@example.org", id="header"),
        pytest.param("a@exam\x00ple.org", id="null"),
        pytest.param("a,b@example.org", id="comma"),
        pytest.param("a@example.org>", id="bracket"),
        pytest.param("<a@example.org>", id="brackets"),
        pytest.param("a" * 65 + "@example.org", id="long-name"),
        pytest.param("a@" + "b" * 64 + ".org", id="long-label"),
        pytest.param("a@" + "b." * 130 + "org", id="long-domain"),
        pytest.param("a@" + "b" * 1_000_000, id="huge"),
    ],
)
def test_mail_address_that_cannot_be_is_refused_in_one_short_line(text):
    with pytest.raises(AddressError) as caught:
        mail_address(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Điểm Báo <diembao@localhost>", "Điểm Báo", "diembao@localhost"),
        ('"Điểm Báo, bản tin" <a@b.vn>', "Điểm Báo, bản tin", "a@b.vn"),
        ("a@b.vn", "", "a@b.vn"),
        ("  <a@b.vn> ", "", "a@b.vn"),
    ],
)
def test_sender_is_understood(text, name, address):
    found = mail_sender(text)
    assert (found.display_name, found.addr_spec) == (name, address)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Điểm Báo", id="no-address"),
        pytest.param("A <a@b.vn> <c@d.vn>", id="two-addresses"),
        pytest.param("A\r\nBcc: x@y.vn <a@b.vn>", id="header"),
        pytest.param("A\u202eB <a@b.vn>", id="right-to-left"),
        pytest.param('A" <x@y.vn>, "B <a@b.vn>', id="quotes"),
        pytest.param("A" * 81 + " <a@b.vn>", id="long-name"),
        pytest.param("=?utf-8?q?a=0D=0A?= <a@b.vn>", id="looks-encoded"),
        pytest.param("A <a@b.vn\n>", id="line-break"),
    ],
)
def test_sender_that_cannot_be_is_refused(text):
    with pytest.raises(AddressError):
        mail_sender(text)


def test_mail_has_the_headers_of_a_good_bulk_sender():
    message = read(MAIL)
    assert message["From"].addresses[0].addr_spec == "diembao@example.org"
    assert message["To"] == "ban.doc@example.vn"
    assert message["Date"].datetime == MAIL.date
    assert message["Message-ID"] == "<dlv-0123456789abcdef@example.org>"
    assert message["List-Id"] == "Điểm Báo <diembao.example.org>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("a@b.vn", ""),
        ("Diem Bao <a@b.vn>", "Diem Bao"),
        ("Diem, Bao (x) <a@b.vn>", "Diem, Bao (x)"),
    ],
)
def test_sender_may_have_no_name_or_a_plain_one(sender, name):
    found = read(replace(MAIL, sender=sender))["From"].addresses
    assert [(each.display_name, each.addr_spec) for each in found] == [(name, "a@b.vn")]


def test_unsubscribe_links_travel_readable_however_long():
    token = MAIL.unsubscribe_url.rpartition("/")[2]
    assert raw(MAIL, "List-Unsubscribe") == (
        f"<{MAIL.unsubscribe_url}>, <mailto:diembao@example.org?subject=unsubscribe%20{token}>"
    )


def test_message_id_travels_readable_however_long():
    mail = replace(MAIL, delivery_id="d" * 100)
    assert raw(mail, "Message-ID") == f"<{'d' * 100}@example.org>"


def test_mail_outside_a_list_has_no_list_headers():
    names = {name.lower() for name in read(replace(MAIL, unsubscribe_url=""))}
    assert not {name for name in names if name.startswith("list-")}
    assert "auto-submitted" in names


@pytest.mark.parametrize("start", range(0, 60, 3))
@pytest.mark.parametrize("length", [20, 60, 77, 120, 200])
def test_long_vietnamese_subject_keeps_every_space(start, length):
    subject = (SUBJECT * 4)[start : start + length].strip()
    mail = replace(MAIL, subject=subject)
    assert str(make_header(decode_header(raw(mail, "Subject")))) == subject
    assert read(mail)["Subject"] == subject


def test_encoded_words_are_no_longer_than_allowed():
    mail = replace(MAIL, subject="chuyển đổi số " * 14)
    words = [word for word in head(mail).split() if word.startswith("=?")]
    assert len(words) > 4
    assert max(map(len, words)) <= 75


@pytest.mark.parametrize(
    ("subject", "clean"),
    [
        pytest.param("a\r\nBcc: x@y.vn", "a Bcc: x@y.vn", id="header"),
        pytest.param("a\nb\rc", "a b c", id="bare-breaks"),
        pytest.param("a\u2028b", "a b", id="unicode-break"),
        pytest.param("cod\u202egnp.exe", "codgnp.exe", id="right-to-left"),
        pytest.param(
            "=?utf-8?q?a=0D=0ABcc=3A_x?=", "= ?utf-8?q?a=0D=0ABcc=3A_x?=", id="looks-encoded"
        ),
        pytest.param("", "", id="nothing"),
    ],
)
def test_subject_cannot_break_out_of_its_line(subject, clean):
    mail = replace(MAIL, subject=subject)
    assert read(mail)["Subject"] == clean
    assert "bcc" not in read(mail)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"recipient": "a@b.vn\r\nBcc: x@y.vn"}, id="recipient"),
        pytest.param({"recipient": "a@b.vn, x@y.vn"}, id="two-recipients"),
        pytest.param({"sender": "A <a@b.vn>\r\nBcc: x@y.vn"}, id="sender"),
        pytest.param({"delivery_id": "x>\r\nBcc: x@y.vn"}, id="id"),
        pytest.param({"delivery_id": "../../etc/passwd"}, id="path-as-id"),
        pytest.param({"delivery_id": ""}, id="no-id"),
        pytest.param({"unsubscribe_url": "https://a.vn/x>\r\nBcc: x@y.vn"}, id="link"),
        pytest.param({"unsubscribe_url": "https://a.vn/x>, <https://b.vn"}, id="second-link"),
        pytest.param({"unsubscribe_url": "javascript:alert(1)"}, id="script-link"),
        pytest.param({"unsubscribe_url": "https://a.vn/" + "x" * 1000}, id="endless-link"),
    ],
)
def test_mail_with_a_part_that_could_inject_is_refused(changes):
    with pytest.raises(AddressError):
        write(replace(MAIL, **changes))


def test_text_and_html_are_alternatives_and_survive_the_journey():
    parts = [part.get_content().replace("\r\n", "\n") for part in read(MAIL).iter_parts()]
    assert read(MAIL).get_content_type() == "multipart/alternative"
    assert parts == ["Xin chào\n", "<p>Xin chào</p>\n"]


def test_bytes_are_the_same_for_each_try():
    assert write(MAIL).content == write(MAIL).content


def test_bytes_do_not_hang_on_what_others_registered(monkeypatch):
    before = write(MAIL).content
    _subject_line.cache_clear()
    monkeypatch.setitem(email.charset.CHARSETS, "utf-8", (email.charset.QP, email.charset.QP, None))
    assert write(MAIL).content == before


def test_lines_end_and_keep_their_length_by_the_rules():
    content = write(replace(MAIL, html="<p>" + "x" * 100_000)).content
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_body_cannot_end_the_mail_or_fake_a_part():
    hostile = f"a\r\n.\r\n--=_{MAIL.delivery_id}--\r\nBcc: x@y.vn\n"
    parts = list(read(replace(MAIL, text=hostile)).iter_parts())
    assert len(parts) == 2
    assert b"\r\n.\r\n" not in write(replace(MAIL, text=hostile)).content
