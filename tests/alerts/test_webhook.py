import asyncio
import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from alerts.errors import SecretError, SignatureError, TransportError
from alerts.transports import webhook
from alerts.transports.webhook import (
    OutgoingCall,
    WebhookTransport,
    new_secret,
    retry_after,
    sign,
    verify,
)

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(32, 64))).decode()
BODY = json.dumps({"type": "article.published", "data": {"title": "Số hóa"}}).encode()
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
async def transport():
    made = WebhookTransport(allow_private=True)
    yield made
    await made.aclose()


def call(receiver, **changes):
    now = datetime.now(UTC)  # the reference library refuses what is five minutes old
    plain = OutgoingCall(receiver.url(), "dlv-1", BODY, (SECRET,), now)
    return replace(plain, **changes)


def headers(secrets=(SECRET,), now=NOW, body=BODY):
    stamp = int(now.timestamp())
    return {
        "Webhook-Id": "dlv-1",
        "Webhook-Timestamp": str(stamp),
        "Webhook-Signature": sign("dlv-1", stamp, body, secrets),
    }


async def test_call_passes_the_reference_library(transport, receiver):
    assert await transport.send(call(receiver)) == "200 thanks"
    received = receiver.calls[0]
    assert Webhook(SECRET).verify(received.body, received.headers) == json.loads(BODY)
    assert received.headers["webhook-id"] == "dlv-1"
    assert received.headers["Content-Type"] == "application/json"


async def test_both_secrets_fit_during_a_rotation(transport, receiver):
    await transport.send(call(receiver, secrets=(SECRET, OTHER)))
    received = receiver.calls[0]
    for secret in (SECRET, OTHER):
        assert Webhook(secret).verify(received.body, received.headers) == json.loads(BODY)


async def test_reference_library_refuses_a_changed_body(transport, receiver):
    await transport.send(call(receiver))
    received = receiver.calls[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(received.body + b" ", received.headers)


async def test_second_try_has_the_same_id_and_its_own_time(transport, receiver):
    await transport.send(call(receiver, now=NOW))
    await transport.send(call(receiver, now=NOW + timedelta(seconds=60)))
    first, second = (received.headers for received in receiver.calls)
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_every_2xx_is_success(transport, receiver, status):
    receiver.status, receiver.body = status, b""
    assert await transport.send(call(receiver)) == str(status)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 429, 500, 502, 504])
async def test_everything_else_is_tried_again(transport, receiver, status):
    receiver.status = status
    with pytest.raises(TransportError, match=str(status)) as caught:
        await transport.send(call(receiver))
    assert (caught.value.retry, caught.value.gone) == (True, False)


async def test_gone_ends_the_endpoint(transport, receiver):
    receiver.status = 410
    with pytest.raises(TransportError) as caught:
        await transport.send(call(receiver))
    assert (caught.value.retry, caught.value.gone) == (False, True)


async def test_redirect_is_not_followed(transport, receiver):
    receiver.status, receiver.headers = 302, {"Location": receiver.url(path="/elsewhere")}
    with pytest.raises(TransportError):
        await transport.send(call(receiver))
    assert [received.path for received in receiver.calls] == ["/hook"]


async def test_receivers_wish_for_a_pause_is_passed_on(transport, receiver):
    receiver.status, receiver.headers = 429, {"Retry-After": "120"}
    with pytest.raises(TransportError) as caught:
        await transport.send(call(receiver))
    assert caught.value.retry_after == 120


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("120", 120, id="seconds"),
        pytest.param("0", 0, id="at-once"),
        pytest.param(" 7 ", 7, id="spaces"),
        pytest.param("315360000", 86400, id="ten-years"),
        pytest.param("9" * 400, None, id="endless-number"),
        pytest.param("-5", None, id="negative"),
        pytest.param("1.5", None, id="fraction"),
        pytest.param("soon", None, id="word"),
        pytest.param("", None, id="nothing"),
        pytest.param("Fri, 28 Nov 2025 00:02:00 GMT", 120, id="date"),
        pytest.param("Fri, 28 Nov 2025 00:02:00 -0000", 120, id="date-of-unknown-zone"),
        pytest.param("Thu, 27 Nov 2025 00:00:00 GMT", None, id="date-gone-by"),
        pytest.param("Fri, 28 Nov 2099 00:00:00 GMT", 86400, id="date-far-off"),
        pytest.param("Fri, 99 Nov 2025 00:02:00 GMT", None, id="no-such-date"),
        pytest.param("Fri, 28 Nov 2025 00:02:00 +9999999", None, id="no-such-zone"),
        pytest.param("1 Jan 999999999999 00:00:00", None, id="no-such-year"),
    ],
)
def test_wish_for_a_pause_is_read_and_bounded(value, seconds):
    assert retry_after(value, datetime(2025, 11, 28, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]
)
async def test_private_address_is_refused_for_good(receiver, host):
    transport = WebhookTransport(allow_private=False)
    with pytest.raises(TransportError, match="not a public address") as caught:
        await transport.send(call(receiver, url=receiver.url(host)))
    await transport.aclose()
    assert not caught.value.retry
    assert receiver.calls == []


async def test_receiver_that_is_not_there_is_tried_again(transport, receiver):
    with pytest.raises(TransportError) as caught:
        await transport.send(call(receiver, url="http://127.0.0.1:1/"))
    assert caught.value.retry


async def test_silent_receiver_is_given_up(transport, receiver, monkeypatch):
    receiver.hold = asyncio.Event()
    monkeypatch.setattr(webhook, "SEND_SECONDS", 0.2)
    with pytest.raises(TransportError, match="no answer within") as caught:
        await transport.send(call(receiver))
    receiver.hold.set()
    assert caught.value.retry


async def test_huge_answer_is_not_read_to_its_end(transport, receiver):
    receiver.status, receiver.body = 500, b"x" * 50_000_000
    with pytest.raises(TransportError) as caught:
        await transport.send(call(receiver))
    assert len(str(caught.value)) <= 250


async def test_answer_is_kept_as_one_line(transport, receiver):
    receiver.status, receiver.body = 500, "lỗi\r\n\x1b[31mđỏ\u202e".encode()
    with pytest.raises(TransportError) as caught:
        await transport.send(call(receiver))
    told = "the receiver answers HTTP 500 (Internal Server Error): lỗi [31mđỏ"
    assert str(caught.value) == told


async def test_answer_without_words_is_a_sentence_all_the_same(transport, receiver):
    receiver.status, receiver.body = 502, b""
    with pytest.raises(TransportError) as caught:
        await transport.send(call(receiver))
    assert str(caught.value) == "the receiver answers HTTP 502 (Bad Gateway)"


def test_new_secrets_are_random_and_fit_the_reference_library():
    one, two = new_secret(), new_secret()
    assert one != two
    Webhook(one).verify(BODY, headers((one,), now=datetime.now(UTC)))
    assert one.startswith("whsec_")
    assert len(base64.b64decode(one.removeprefix("whsec_"))) == 32


def test_signature_is_the_reference_librarys():
    stamp = int(NOW.timestamp())
    theirs = Webhook(SECRET).sign("dlv-1", NOW.replace(microsecond=0), BODY.decode())
    assert sign("dlv-1", stamp, BODY, (SECRET,)) == theirs


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(SECRET.removeprefix("whsec_"), id="no-prefix"),
        pytest.param(SECRET.rstrip("="), id="no-padding"),
    ],
)
def test_secret_may_lack_prefix_or_padding(secret):
    assert sign("a", 1, BODY, (secret,)) == sign("a", 1, BODY, (SECRET,))


@pytest.mark.parametrize(
    "secrets",
    [
        pytest.param((), id="none"),
        pytest.param(("",), id="empty"),
        pytest.param(("whsec_",), id="only-a-prefix"),
        pytest.param(("whsec_???",), id="not-base64"),
        pytest.param(("whsec_đ",), id="not-ascii"),
        pytest.param(("whsec_" + base64.b64encode(b"x" * 23).decode(),), id="too-short"),
        pytest.param(("whsec_" + base64.b64encode(b"x" * 65).decode(),), id="too-long"),
    ],
)
def test_secret_that_cannot_be_is_refused(secrets):
    with pytest.raises(SecretError):
        sign("a", 1, BODY, secrets)


async def test_call_without_a_usable_secret_is_not_tried_again(transport, receiver):
    with pytest.raises(TransportError) as caught:
        await transport.send(call(receiver, secrets=("whsec_",)))
    assert not caught.value.retry
    assert receiver.calls == []


def test_good_call_is_verified():
    assert verify((SECRET,), headers(), BODY, NOW) is None


def test_call_signed_with_the_old_secret_is_verified_by_both():
    assert verify((OTHER, SECRET), headers((SECRET,)), BODY, NOW) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"Webhook-Id": ""}, "missing", id="no-id"),
        pytest.param({"Webhook-Timestamp": ""}, "missing", id="no-timestamp"),
        pytest.param({"Webhook-Signature": " "}, "missing", id="no-signature"),
        pytest.param({"Webhook-Timestamp": "hello"}, "no time", id="word-as-time"),
        pytest.param({"Webhook-Timestamp": "9" * 400}, "no time", id="endless-time"),
        pytest.param({"Webhook-Signature": "v1,AAAA"}, "fits", id="wrong-signature"),
        pytest.param({"Webhook-Signature": "v2," + "A" * 44}, "fits", id="other-version"),
        pytest.param({"Webhook-Signature": "v1,đ"}, "fits", id="signature-not-ascii"),
        pytest.param({"Webhook-Id": "dlv-2"}, "fits", id="other-id"),
    ],
)
def test_bad_call_is_refused_with_its_reason(changes, reason):
    with pytest.raises(SignatureError, match=reason):
        verify((SECRET,), headers() | changes, BODY, NOW)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_call_from_another_time_is_refused(minutes):
    with pytest.raises(SignatureError, match="five minutes"):
        verify((SECRET,), headers(), BODY, NOW + timedelta(minutes=minutes))


def test_one_fitting_signature_among_several_is_enough():
    found = headers()
    found["Webhook-Signature"] = f"v1a,AAAA v1,BBBB {found['Webhook-Signature']}"
    assert verify((SECRET,), found, BODY, NOW) is None
