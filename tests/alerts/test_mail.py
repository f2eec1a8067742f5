import asyncio
import email
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import SMTP as SMTP_POLICY

import aiosmtplib
import pytest

from alerts.envelopes import OutgoingMail
from alerts.errors import AddressError, TransportError
from alerts.smtp import Server, failure, server
from alerts.transports import mail as mail_transport
from alerts.transports.mail import CONNECTIONS, FolderTransport, SmtpTransport
from tests.alerts import mailserver as mail
from tests.network.receiver import certificate

MAIL = OutgoingMail(
    delivery_id="dlv-1",
    sender="Điểm Báo <diembao@example.org>",
    recipient="ban.doc@example.vn",
    subject="Chuyển đổi số",
    text="Xin chào",
    html="<p>Xin chào</p>",
    date=datetime(2025, 11, 28, tzinfo=UTC),
)


@pytest.fixture
async def transport(mailserver):
    made = SmtpTransport(f"smtp://127.0.0.1:{mailserver.port}")
    yield made
    await made.aclose()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", Server("smtp", "mail.example.org", 25)),
        ("smtps://mail.example.org", Server("smtps", "mail.example.org", 465)),
        ("smtp+starttls://mail.example.org", Server("smtp+starttls", "mail.example.org", 587)),
        (
            "smtps://a%40b.vn:p%40ss%2Fword@[::1]:2465/",
            Server("smtps", "::1", 2465, "a@b.vn", "p@ss/word"),
        ),
    ],
)
def test_server_address_is_understood(url, expected):
    assert server(url) == expected


@pytest.mark.parametrize(
    "url",
    ["", "mail.example.org", "http://h", "smtp://", "smtp://u:secret@h:x", "smtp://u:secret@h/p"],
)
def test_server_address_that_cannot_be_is_refused_without_its_password(url):
    with pytest.raises(AddressError) as caught:
        server(url)
    assert "SMTP_URL" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_mail_arrives_whole(transport, mailserver):
    answer = await transport.send(MAIL)
    sender, recipients, content = mailserver.mails[0]
    message = email.message_from_bytes(content, policy=SMTP_POLICY)
    assert (sender, recipients) == ("diembao@example.org", ["ban.doc@example.vn"])
    assert message["Subject"] == "Chuyển đổi số"
    assert message["Message-ID"] == "<dlv-1@example.org>"
    assert answer == "250 2.0.0 kept"


async def test_connection_is_kept_for_the_next_mail(transport, mailserver):
    for number in range(3):
        await transport.send(replace(MAIL, delivery_id=f"dlv-{number}"))
    assert (len(mailserver.mails), mailserver.sessions) == (3, 1)


async def test_mails_sent_at_once_all_arrive(transport, mailserver):
    mails = [replace(MAIL, delivery_id=f"dlv-{number}") for number in range(20)]
    await asyncio.gather(*map(transport.send, mails))
    ids = {email.message_from_bytes(mail)["Message-ID"] for _, _, mail in mailserver.mails}
    assert len(ids) == 20


async def test_connection_lost_between_mails_is_made_again(transport, mailserver):
    await transport.send(MAIL)
    mailserver.hang_up()
    await transport.send(MAIL)
    assert (len(mailserver.mails), mailserver.sessions) == (2, 2)


@pytest.mark.parametrize("rude", [False, True], ids=["with-421", "without-a-word"])
async def test_server_that_takes_few_mails_a_connection_gets_them_over_several(
    transport, mailserver, rude
):
    mailserver.mails_a_session, mailserver.rude = 2, rude
    for number in range(5):
        await transport.send(replace(MAIL, delivery_id=f"dlv-{number}"))
    ids = [email.message_from_bytes(mail)["Message-ID"] for _, _, mail in mailserver.mails]
    assert ids == [f"<dlv-{number}@example.org>" for number in range(5)]
    assert mailserver.sessions == 3


async def test_server_that_takes_no_mail_at_all_is_asked_once_a_try(transport, mailserver):
    mailserver.mails_a_session = 0
    with pytest.raises(TransportError, match="421") as caught:
        await transport.send(MAIL)
    assert caught.value.retry
    assert mailserver.sessions == 1


async def test_mails_at_once_go_over_a_few_connections(transport, mailserver):
    await asyncio.gather(*(transport.send(MAIL) for _ in range(20)))
    assert (len(mailserver.mails), mailserver.sessions) == (20, CONNECTIONS)


async def test_server_that_takes_one_connection_gets_all_mails_over_it(transport, mailserver):
    mailserver.most_sessions = 1
    await transport.send(MAIL)
    await asyncio.gather(*(transport.send(MAIL) for _ in range(20)))
    assert (len(mailserver.mails), mailserver.sessions) == (21, 1)


async def test_mail_whose_taking_is_uncertain_is_not_sent_again_at_once(transport, mailserver):
    await transport.send(MAIL)
    mailserver.hold = asyncio.Event()
    second = asyncio.create_task(transport.send(replace(MAIL, delivery_id="dlv-2")))
    await mailserver.holding.wait()
    mailserver.hang_up()
    with pytest.raises(TransportError) as caught:
        await second
    assert caught.value.retry
    assert mailserver.sessions == 1


@pytest.mark.parametrize(
    ("answer", "retry", "gone"),
    [
        ("550 5.1.1 no such user", False, True),
        ("550 no such user", False, True),
        ("551 moved away", False, True),
        ("553 no such name", False, True),
        ("550 5.2.1 mailbox disabled", False, True),
        ("550 5.1.2 no such domain", False, True),
        ("550 5.7.1 refused as spam", False, False),
        ("552 5.2.2 mailbox full", False, False),
        ("554 5.7.1 relay denied", False, False),
        ("550 5.4.4 cannot route", False, False),
        ("450 4.2.1 try later", True, False),
        ("451 greylisted", True, False),
    ],
)
async def test_refused_recipient_is_told_apart(transport, mailserver, answer, retry, gone):
    mailserver.recipient = answer
    with pytest.raises(TransportError) as caught:
        await transport.send(MAIL)
    assert (caught.value.retry, caught.value.gone) == (retry, gone)
    assert answer in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "retry"),
    [("554 5.6.0 we do not like it", False), ("452 4.3.1 disk full", True)],
)
async def test_refused_content_ends_the_delivery_but_not_the_subscription(
    transport, mailserver, answer, retry
):
    mailserver.data = answer
    with pytest.raises(TransportError) as caught:
        await transport.send(MAIL)
    assert (caught.value.retry, caught.value.gone) == (retry, False)


async def test_next_mail_goes_out_after_a_refused_one(transport, mailserver):
    mailserver.recipient = "550 5.1.1 no such user"
    with pytest.raises(TransportError):
        await transport.send(MAIL)
    mailserver.recipient = ""
    await transport.send(MAIL)
    assert (len(mailserver.mails), mailserver.sessions) == (1, 1)


async def test_server_that_is_not_there_is_tried_again():
    with pytest.raises(TransportError, match=r"127\.0\.0\.1") as caught:
        await SmtpTransport("smtp://127.0.0.1:1").send(MAIL)
    assert (caught.value.retry, caught.value.gone) == (True, False)


async def test_silent_server_is_given_up_by_all_who_wait(transport, mailserver, monkeypatch):
    mailserver.hold = asyncio.Event()
    monkeypatch.setattr(mail_transport, "SEND_SECONDS", 0.3)
    started = asyncio.get_running_loop().time()
    found = await asyncio.gather(*(transport.send(MAIL) for _ in range(5)), return_exceptions=True)
    assert asyncio.get_running_loop().time() - started < 5
    assert {type(error) for error in found} == {TransportError}
    mailserver.hold.set()


async def test_mail_after_one_that_was_given_up_goes_out_anew(transport, mailserver, monkeypatch):
    mailserver.hold = asyncio.Event()
    monkeypatch.setattr(mail_transport, "SEND_SECONDS", 0.3)
    with pytest.raises(TransportError):
        await transport.send(MAIL)
    mailserver.hold = None
    assert await transport.send(MAIL) == "250 2.0.0 kept"
    assert mailserver.sessions == 2


async def test_mail_that_cannot_be_built_is_not_tried_again(transport, mailserver):
    with pytest.raises(TransportError) as caught:
        await transport.send(replace(MAIL, recipient="a@b.vn\r\nBcc: x@y.vn"))
    assert not caught.value.retry
    assert mailserver.sessions == 0


@pytest.mark.parametrize(
    ("error", "retry"),
    [
        (aiosmtplib.SMTPAuthenticationError(535, "wrong password"), True),
        (aiosmtplib.SMTPSenderRefused(550, "not you", "a@b.vn"), True),
        (aiosmtplib.SMTPHeloError(554, "go away"), True),
        (aiosmtplib.SMTPServerDisconnected("bye"), True),
        (TimeoutError(), True),
        (ssl.SSLError("bad certificate"), True),
    ],
)
def test_trouble_that_is_not_the_receivers_is_tried_again(error, retry):
    found = failure(error, "mail.example.org")
    assert (found.retry, found.gone) == (retry, False)
    assert str(found).startswith("mail.example.org: ")


async def served(folder, security, trusted=True, login=""):
    """Send one mail over TLS to a server of our own making; gives that server."""
    path, context = certificate(folder)
    running = mail.MailServer()
    tls = {"context": context} if security == "smtps" else {"starttls": context}
    listening = await mail.start(running, login=bool(login), **tls)
    trust = ssl.create_default_context(cafile=path) if trusted else None
    transport = SmtpTransport(f"{security}://{login}localhost:{running.port}", trust)
    try:
        await transport.send(MAIL)
    finally:
        await transport.aclose()
        running.hang_up()
        listening.close()
    return running


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
async def test_mail_goes_out_over_tls(tmp_path, security):
    assert len((await served(tmp_path, security)).mails) == 1


async def test_name_and_password_are_given_to_the_server(tmp_path):
    running = await served(tmp_path, "smtp+starttls", login="a%40b.vn:p%40ss%2Fword@")
    assert [login.login for login in running.logins] == [b"a@b.vn"]
    assert len(running.mails) == 1


async def test_wrong_password_is_never_shown(tmp_path):
    with pytest.raises(TransportError, match="535") as caught:
        await served(tmp_path, "smtp+starttls", login="a:hunter2@")
    assert caught.value.retry
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
async def test_certificate_nobody_vouches_for_is_refused(tmp_path, security):
    with pytest.raises(TransportError, match="certificate verify failed"):
        await served(tmp_path, security, trusted=False)


async def test_starttls_is_not_given_up_where_the_server_has_none(mailserver):
    with pytest.raises(TransportError):
        await SmtpTransport(f"smtp+starttls://127.0.0.1:{mailserver.port}").send(MAIL)
    assert mailserver.mails == []


async def test_folder_takes_a_mail_as_a_file(tmp_path):
    answer = await FolderTransport(tmp_path / "outbox").send(MAIL)
    path = tmp_path / "outbox" / "dlv-1.eml"
    message = email.message_from_bytes(path.read_bytes(), policy=SMTP_POLICY)
    assert message["Subject"] == "Chuyển đổi số"
    assert answer == f"written to {path}"


async def test_folder_keeps_one_file_for_a_mail_sent_twice(tmp_path):
    transport = FolderTransport(tmp_path)
    await transport.send(MAIL)
    await transport.send(replace(MAIL, subject="Lần hai"))
    assert [path.name for path in tmp_path.iterdir()] == ["dlv-1.eml"]
    message = email.message_from_bytes((tmp_path / "dlv-1.eml").read_bytes(), policy=SMTP_POLICY)
    assert message["Subject"] == "Lần hai"


async def test_folder_that_cannot_be_is_tried_again(tmp_path):
    (tmp_path / "outbox").write_text("a file in the way")
    with pytest.raises(TransportError, match="outbox") as caught:
        await FolderTransport(tmp_path / "outbox").send(MAIL)
    assert caught.value.retry


@pytest.mark.parametrize("name", ["../escape", "a/b", "", "."])
async def test_folder_is_not_left_by_a_crafted_id(tmp_path, name):
    with pytest.raises(TransportError) as caught:
        await FolderTransport(tmp_path / "outbox").send(replace(MAIL, delivery_id=name))
    assert not caught.value.retry
    assert list(tmp_path.iterdir()) == []
