import asyncio
import json
import sys
from dataclasses import replace

import pytest

from alerts import chat
from alerts.chat import SELF_HOSTED, SERVICES, chat_message, check_chat_address, masked
from alerts.digest import compose
from alerts.errors import AddressError, TransportError
from alerts.rendering import digest_subject
from alerts.transports import chat as transport_module
from alerts.transports.chat import ChatTransport, OutgoingChat, understood
from tests.alerts.archive import prepared, subscribe
from tests.alerts.sample import article, empty_digest, sample_digest
from tests.alerts.test_matching import publish
from tests.storage.sample import DATA_LAKE

PLAIN = chat.Service(4_000)
HOME = "https://diembao.example.org"
SECRET = "JHMHI8qBe7bk2ZwO5U711o3dV_js"
DISCORD = f"discord://4174216298/{SECRET}"
TEAMS = "workflows://prod-01.westus.logic.azure.com:443/643e69f83c8944/4d9Xaqwe"


@pytest.fixture
async def transport():
    made = ChatTransport(allow_private=True)
    yield made
    await made.aclose()


def room(receiver, path="/ten-mat/ma-rat-bi-mat"):
    return OutgoingChat(f"json://127.0.0.1:{receiver.port}{path}", "dlv-1", "Điểm Báo\n\n• Tin một")


def only(*articles, **changes):
    return compose(articles, empty_digest(**changes))


def test_message_names_stories_outlets_times_and_links():
    digest = sample_digest(language="en")
    assert chat_message(digest, PLAIN, HOME) == (
        f"{digest_subject(digest)}\n\n"
        "• Trợ lý ảo của tổng đài 1022 trả lời người dân bằng ba thứ tiếng từ đầu tháng 12\n"
        "Báo Mẫu · 06:20 2025-11-28 · Also in: Nhật Báo Ví Dụ, Tin Thử\n"
        "https://baomau.example/bai-1.html\n\n"
        "• Đèn giao thông “biết nhìn” ở 60 giao lộ: ‹b›kẹt xe‹/b› giờ chiều & điều chưa rõ\n"
        "Nhật Báo Ví Dụ · 06:30 2025-11-28\n"
        "https://nhatbao.example/den-giao-thong\n\n"
        "• Kho dữ liệu đất đai dùng chung: 38 phường nối xong, phần còn lại hẹn quý I/2026\n"
        "Updated · Thời Sự Mẫu · 10:00 2025-11-26\n"
        "https://thoisu.example/kho-du-lieu-dat-dai?a=1&b=2"
    )


def test_message_in_markdown_has_links_under_titles():
    told = only(article(1, title="Cổng [mới] của *TP.HCM*", url="https://a.vn/x_(1)"))
    message = chat_message(told, replace(PLAIN, markdown=True), HOME)
    assert "• [Cổng \\[mới\\] của \\*TP.HCM\\*](https://a.vn/x_%281%29)\n" in message


def test_message_tells_a_few_stories_and_counts_the_rest():
    message = chat_message(only(*(article(n) for n in range(1, 31)), language="en"), PLAIN, HOME)
    assert message.count("• ") == 10
    assert message.endswith(f"and 20 further stories: {HOME}")


@pytest.mark.parametrize("service", [*SERVICES, *SELF_HOSTED])
def test_message_fits_what_the_service_takes(service):
    told = only(*(article(n, title=f"{n} " + "rất dài " * 99) for n in range(1, 31)))
    fitting = {**SERVICES, **SELF_HOSTED}[service]
    message = chat_message(told, fitting, HOME)
    assert "• " in message
    assert len(message) <= fitting.limit
    assert message.endswith(HOME)


def test_nothing_new_is_said_in_a_line():
    assert "\n" not in chat_message(empty_digest(), PLAIN, HOME)


def test_titles_call_nobody_and_hide_no_link():
    hostile = "@everyone <!channel> <@U1> [bấm đây](https://xau.example) <a href=x>\r\n\u202eabc"
    message = chat_message(only(article(1, title=hostile)), PLAIN, HOME)
    assert not {"@everyone", "<", ">", "](", "\u202e", "\r"} & {
        part for part in ("@everyone", "<", ">", "](", "\u202e", "\r") if part in message
    }


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://a.vn/x y", "https://a.vn/" + "x" * 600, "https://a.vn/<b>"],
)
def test_link_that_cannot_stand_in_a_message_is_left_out(url):
    assert "a.vn" not in chat_message(only(article(1, url=url)), PLAIN, HOME)
    assert "javascript" not in chat_message(only(article(1, url=url)), PLAIN, HOME)


EXAMPLES = {
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "discord": DISCORD,
    "tgram": "tgram://123456789:alphanumeric_token_AAAAAAAAAAAAAAAAA/12315544",
    "zalo": "zalo://1234567:abcdefghij_klmnop/98765",
    "gchat": "gchat://phong/khoa/ma",
    "wxteams": "wxteams://" + "a" * 80,
    "workflows": TEAMS,
    "line": "line://ma/Uabc",
    "lark": "lark://abcdef-1234567890abcdef",
    "feishu": "feishu://abcdef1234567890abcdef",
    "dingtalk": "dingtalk://" + "a1" * 32,
    "viber": "viber://ma/abcd",
    "zoom": "zoom://phong/ma",
}


@pytest.mark.parametrize("service", SERVICES)
def test_service_is_known_to_apprise_and_takes_messages_of_our_length(service):
    made = understood(EXAMPLES[service], allow_private=False)
    assert SERVICES[service].limit <= made.body_maxlen


@pytest.mark.parametrize("service", SELF_HOSTED)
def test_service_of_ones_own_is_for_private_networks_only(service):
    address = f"{service}://127.0.0.1/ma-bi-mat"
    understood(address, allow_private=True)
    with pytest.raises(AddressError, match="known: slack://"):
        understood(address, allow_private=False)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("mailto://user:pass@example.org", id="mail"),
        pytest.param("syslog://", id="local"),
        pytest.param("apprise://example.org/token", id="relay"),
        pytest.param("https://hooks.slack.com/services/T1/A1/xyz", id="web-address"),
        pytest.param("", id="nothing"),
        pytest.param(f"{DISCORD}?template=/etc/passwd", id="file"),
        pytest.param(f"{DISCORD}?verify=no", id="no-certificates"),
        pytest.param(f"{DISCORD}#?verify=no", id="behind-a-fragment"),
        pytest.param(f"{DISCORD} json://127.0.0.1", id="two"),
        pytest.param(f"{DISCORD}\r\nX: y", id="header"),
        pytest.param(f"{DISCORD}{'x' * 1000}", id="endless"),
        pytest.param("workflows://127.0.0.1/a/b", id="teams-elsewhere"),
        pytest.param("workflows://x.logic.azure.com@127.0.0.1/a/b", id="teams-user"),
        pytest.param("workflows://127.0.0.1/x.logic.azure.com/b", id="teams-path"),
        pytest.param("workflows://evillogic.azure.com/a/b", id="teams-lookalike"),
        pytest.param("workflows://[::1/a/b", id="odd"),
    ],
)
@pytest.mark.parametrize("allow_private", [False, True])
def test_address_that_reaches_elsewhere_is_refused_without_its_secret(address, allow_private):
    with pytest.raises(AddressError) as caught:
        check_chat_address(address, allow_private)
    assert SECRET not in str(caught.value)
    assert "pass@" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_address_apprise_cannot_read_is_refused_without_its_secret():
    with pytest.raises(AddressError, match=r"^slack://…") as caught:
        understood("slack://khong-ra-gi-ca-ma-bi-mat", allow_private=False)
    assert "khong-ra" not in str(caught.value)


def test_address_is_shown_by_its_service_and_its_end():
    assert masked(DISCORD) == "discord://…_js"
    assert masked("line://ma/U1") == "line://…"
    assert masked("x") == "…"


def test_extra_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(AddressError, match=r"pip install 'diembao\[chat\]'"):
        understood(DISCORD, allow_private=False)


async def test_message_arrives(transport, receiver):
    answer = await transport.send(room(receiver))
    call = receiver.calls[0]
    assert call.path == "/ten-mat/ma-rat-bi-mat"
    assert json.loads(call.body)["message"] == "Điểm Báo\n\n• Tin một"
    assert "bi-mat" not in answer


@pytest.mark.parametrize(
    ("status", "retry", "gone"),
    [(500, True, False), (404, True, False), (429, True, False), (410, False, True)],
)
async def test_refusal_is_told_with_its_status_and_no_secret(
    transport, receiver, status, retry, gone
):
    receiver.status = status
    with pytest.raises(TransportError, match=str(status)) as caught:
        await transport.send(room(receiver))
    assert (caught.value.retry, caught.value.gone) == (retry, gone)
    assert "bi-mat" not in str(caught.value)


async def test_redirect_is_not_followed(transport, receiver):
    receiver.status, receiver.headers = 307, {"Location": receiver.url(path="/elsewhere")}
    with pytest.raises(TransportError):
        await transport.send(room(receiver))
    assert [call.path for call in receiver.calls] == ["/ten-mat/ma-rat-bi-mat"]


async def test_room_that_is_not_there_is_tried_again(transport):
    with pytest.raises(TransportError) as caught:
        await transport.send(OutgoingChat("json://127.0.0.1:1/ma-rat-bi-mat", "dlv-1", "x"))
    assert caught.value.retry
    assert "bi-mat" not in str(caught.value)


async def test_silent_room_is_given_up(transport, receiver, monkeypatch):
    receiver.hold = asyncio.Event()
    monkeypatch.setattr(transport_module, "SEND_SECONDS", 0.3)
    with pytest.raises(TransportError, match="no answer") as caught:
        await transport.send(room(receiver))
    assert caught.value.retry
    receiver.hold.set()


async def test_private_room_is_refused_at_each_connection(receiver):
    transport = ChatTransport(allow_private=False)
    with pytest.raises(TransportError):
        await transport.send(room(receiver))
    await transport.aclose()
    assert receiver.calls == []


def chat_room(database, **changes):
    plain = {"kind": "chat", "address": DISCORD, "schedule": "instant", "due_at": None}
    subscribe(database, **(plain | changes))


def test_chat_room_is_told_in_one_short_message(database):
    chat_room(database)
    publish(database, 1, DATA_LAKE)
    told = prepared(database)
    assert len(told) == 1
    assert told[0].type == "digest.published"
    assert "• " in told[0].payload["text"]
    assert "html" not in told[0].payload
