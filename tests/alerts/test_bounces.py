"""Notifications as mail servers write them; addresses and words are invented."""

import pytest

from alerts.bounces import MAX_BYTES, Bounce, read, take_in
from alerts.errors import BounceError
from storage import outbox, subscriptions
from storage.tables import Attempt, Delivery
from tests.alerts.archive import subscribe
from tests.storage.sample import NOW

DELIVERY = "dlv-0123456789abcdef01234567"
PLAIN = """\
From: MAILER-DAEMON@mx.example.net
To: diembao@example.org
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain; charset=utf-8

Hộp thư không tồn tại.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Fri, 28 Nov 2025 09:00:00 +0700

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such
 user here

--x
Content-Type: {kind}

Message-ID: <{delivery}@example.org>
Subject: =?utf-8?q?=C4=90i=E1=BB=83m_B=C3=A1o?=

--x--
"""


def notification(**changes):
    plain = {"recipient": "sub-1@example.org", "action": "failed", "status": "5.1.1"}
    plain |= {"delivery": DELIVERY, "kind": "text/rfc822-headers"}
    return PLAIN.format(**(plain | changes)).replace("\n", "\r\n").encode()


@pytest.fixture
def sent(database):
    subscribe(database)
    with database.writing() as session:
        plain = {"type": "digest.published", "created_at": NOW, "due_at": NOW, "attempts": 1}
        session.add(
            Delivery(id=DELIVERY, subscription_id="sub-1", status="done", done_at=NOW, **plain)
        )
        session.flush()
        session.add(Attempt(delivery_id=DELIVERY, number=1, started_at=NOW, outcome="done"))
    return database


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_notification_names_delivery_recipient_status_and_reason(kind):
    assert read(notification(kind=kind)) == [
        Bounce(DELIVERY, "sub-1@example.org", "5.1.1", "550 5.1.1 no such user here")
    ]


@pytest.mark.parametrize(
    ("status", "hard"),
    [
        pytest.param("5.1.1", True, id="no-such-mailbox"),
        pytest.param("5.1.10", True, id="domain-takes-no-mail"),
        pytest.param("5.2.1", True, id="mailbox-closed"),
        pytest.param("5.0.0", True, id="server-says-no-more-than-that"),
        pytest.param("5.2.2", False, id="mailbox-full"),
        pytest.param("5.7.1", False, id="refused-for-what-it-is"),
        pytest.param("4.1.1", False, id="may-be-there-later"),
        pytest.param("4.4.7", False, id="server-not-reached"),
    ],
)
def test_only_a_mailbox_that_is_not_there_is_a_hard_bounce(status, hard):
    assert [bounce.hard for bounce in read(notification(status=status))] == [hard]


def test_arrival_is_no_bounce():
    assert read(notification(status="2.0.0", action="delivered")) == []


def test_hard_bounce_pauses_the_reader_and_says_why(sent):
    with sent.writing() as session:
        assert take_in(session, read(notification()), NOW) == ["sub-1"]
    with sent.reading() as session:
        found = subscriptions.get(session, "sub-1")
        assert (found.status, found.reason) == ("paused", "5.1.1 550 5.1.1 no such user here")
        assert outbox.get(session, DELIVERY).status == "dead"
        assert outbox.attempts(session, DELIVERY)[0].answer == found.reason


def test_hard_bounce_ends_an_address_that_never_confirmed(sent):
    with sent.writing() as session:
        subscriptions.get(session, "sub-1").status = "pending"
    with sent.writing() as session:
        take_in(session, read(notification()), NOW)
    with sent.reading() as session:
        assert subscriptions.get(session, "sub-1").status == "ended"


def test_soft_bounce_is_noted_and_pauses_nobody(sent):
    with sent.writing() as session:
        assert take_in(session, read(notification(status="4.2.2")), NOW) == []
    with sent.reading() as session:
        assert subscriptions.get(session, "sub-1").status == "active"
        assert outbox.get(session, DELIVERY).last_error == "4.2.2 550 4.2.2 no such user here"


@pytest.mark.parametrize(
    "changes",
    [{"recipient": "other@example.org"}, {"delivery": "dlv-" + "f" * 24}],
    ids=["recipient-it-never-went-to", "delivery-that-never-was"],
)
def test_forged_notification_changes_nothing(sent, changes):
    with sent.writing() as session:
        assert take_in(session, read(notification(**changes)), NOW) == []
    with sent.reading() as session:
        assert subscriptions.get(session, "sub-1").status == "active"
        assert outbox.get(session, DELIVERY).status == "done"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "not a delivery status", id="empty"),
        pytest.param(b"\xff\xfe\x00" * 1000, "not a delivery status", id="bytes"),
        pytest.param(b"Subject: Re: tin\r\n\r\nXin ng\xe1", "not a delivery", id="reply"),
        pytest.param(notification(delivery="x"), "none of ours", id="mail-of-others"),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 60_000,
            "not a delivery status",
            id="many-parts",
        ),
        pytest.param(b"Content-Type: message/rfc822\r\n\r\n" * 8000, "too deeply", id="nested"),
        pytest.param(b"X: " + b"y" * 3 * MAX_BYTES, "not a delivery status", id="long"),
    ],
)
def test_what_is_no_notification_of_ours_is_refused(content, said):
    with pytest.raises(BounceError, match=said):
        read(content)


def test_line_breaks_of_a_server_stay_out_of_the_reason():
    assert "\n" not in read(notification())[0].reason
