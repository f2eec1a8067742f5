import re
from dataclasses import dataclass
from typing import Any

import pytest

from tests.diembao.letters import body_of, calls_at, id_of, mails_of, text_of, verified
from tests.diembao.program import Done, Program, copy_of
from tests.network.receiver import Receiver
from tests.servers import background

BACKLOG = ("--since", "2020-01-01")
NOTHING = {"made": 0, "done": 0, "retrying": 0, "dead": 0}


@dataclass(frozen=True)
class Sent:
    """What two rounds of 'digest send' brought to four subscriptions."""

    program: Program
    subscriptions: dict[str, dict[str, Any]]
    previews: list[dict[str, Any]]
    first: Done
    second: Done
    mails: Any
    hooks: Receiver

    @property
    def mail(self):
        return mails_of(self.mails, "ban.doc@example.org")[0]

    def secret(self, name):
        return self.subscriptions[name]["secret"]


@pytest.fixture(scope="module")
def sent(crawled, tmp_path_factory):
    with background.mailserver() as mails, background.receiver() as hooks:
        program = copy_of(crawled.program, tmp_path_factory.mktemp("sent")).having(
            SMTP_URL=f"smtp://127.0.0.1:{mails.port}",
            PUBLIC_URL="https://diembao.example.org",
            LANGUAGE="vi",
        )
        wishes = {
            "mail": ("ban.doc@example.org", "--confirmed", *BACKLOG),
            "late": ("moi@example.org", "--confirmed"),
            "unasked": ("chua@example.org", *BACKLOG),
            "digest": ("--webhook", hooks.url(path="/digest"), *BACKLOG),
            "instant": ("--webhook", hooks.url(path="/instant"), "--schedule=instant", *BACKLOG),
            "choosy": ("--webhook", hooks.url(path="/choosy"), "--source=vamsong", *BACKLOG),
        }
        made = {
            name: program.ok("subscribe", *wish, "--format=json").json
            for name, wish in wishes.items()
        }
        looks = ("digest", "preview", made["digest"]["id"], "--format", "json")
        previews = [program.ok(*looks).json for _ in range(2)]
        first, second = (program.started("digest", "send", "--format=json") for _ in range(2))
        yield Sent(program, made, previews, first, second, mails, hooks)


@pytest.fixture(scope="module")
def news(crawled):
    """The articles that are news, by id."""
    return {row["id"]: row for row in crawled.program.ok("articles", "list").rows}


def test_send_says_what_it_did(sent, news):
    assert sent.first.code == 0
    made = len(news) + 3
    assert sent.first.json == [{"made": made, "done": made, "retrying": 0, "dead": 0}]


def test_second_send_sends_nothing(sent):
    assert (sent.second.code, sent.second.json) == (0, [NOTHING])
    assert len(mails_of(sent.mails, "ban.doc@example.org")) == 1
    assert len(calls_at(sent.hooks, "/digest")) == 1


def test_new_subscription_gets_no_backlog(sent):
    assert mails_of(sent.mails, "moi@example.org") == []


def test_unconfirmed_address_gets_only_the_question(sent):
    assert len(mails_of(sent.mails, "chua@example.org")) == 1


def test_mail_has_a_text_and_an_html_part(sent):
    assert sent.mail.get_content_type() == "multipart/alternative"
    parts = [part.get_content_type() for part in sent.mail.iter_parts()]
    assert parts == ["text/plain", "text/html"]


def test_mail_can_be_left_with_one_click(sent):
    header = sent.mail["List-Unsubscribe"]
    assert re.search(r"<https://diembao\.example\.org/unsubscribe/[\w.-]+>", header)
    assert re.search(r"<mailto:diembao@localhost\?subject=", header)
    assert sent.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_mail_says_which_list_and_delivery_it_is(sent):
    deliveries = sent.program.ok("deliveries", "list").rows
    mailed = [row["id"] for row in deliveries if row["subscription"] == _id(sent, "mail")]
    assert sent.mail["Message-ID"] == f"<{mailed[0]}@localhost>"
    assert "<diembao.localhost>" in sent.mail["List-Id"]


def test_subject_is_vietnamese_and_encoded_by_the_rules(sent):
    raw = next(content for _, to, content in sent.mails.mails if to == ["ban.doc@example.org"])
    line = re.search(rb"^Subject: .*(?:\r\n .*)*", raw, re.MULTILINE)[0]
    assert line.isascii()
    assert b"=?utf-8?" in line.lower()
    assert "Điểm báo" in sent.mail["Subject"] or "Điểm Báo" in sent.mail["Subject"]


def test_mail_links_to_the_subscriptions_own_page(sent):
    assert "https://diembao.example.org/subscription/" in text_of(sent.mail)


def test_mail_tells_every_news_article_once(sent, news):
    text = " ".join(text_of(sent.mail).split())
    assert {row["title"]: text.count(row["url"]) for row in news.values()} == {
        row["title"]: 1 for row in news.values()
    }


def test_mail_tells_of_no_copy_and_nothing_off_topic(sent, crawled):
    text = text_of(sent.mail)
    others = [
        row
        for row in crawled.program.ok("articles", "list", "--all").rows
        if row["status"] in {"off_topic", "seed_duplicate"}
    ]
    assert not [row["url"] for row in others if row["url"] in text]


def test_digest_call_is_signed_and_has_the_promised_form(sent, news):
    call = calls_at(sent.hooks, "/digest")[0]
    body = verified(sent.secret("digest"), call)
    assert body["type"] == "digest.published"
    assert body["data"].keys() == {"subscription", "period", "stories"}
    assert body["data"]["subscription"] == _id(sent, "digest")
    told = {article["id"] for story in body["data"]["stories"] for article in story["articles"]}
    assert told >= news.keys()


def test_call_signed_with_another_secret_is_refused(sent):
    call = calls_at(sent.hooks, "/digest")[0]
    with pytest.raises(Exception, match="No matching signature"):
        verified(sent.secret("instant"), call)


def test_instant_webhook_gets_a_call_for_each_article(sent, news):
    calls = calls_at(sent.hooks, "/instant")
    bodies = [verified(sent.secret("instant"), call) for call in calls]
    assert {body["type"] for body in bodies} == {"article.published"}
    assert sorted(body["data"]["id"] for body in bodies) == sorted(news)
    assert len({id_of(call) for call in calls}) == len(news)


def test_article_of_a_call_is_the_article_of_the_listing(sent, news):
    body = body_of(calls_at(sent.hooks, "/instant")[0])
    listed = news[body["data"]["id"]]
    names = ("title", "url", "published_at", "first_seen_at", "relevance", "content_hash")
    assert {name: body["data"][name] for name in names} == {name: listed[name] for name in names}


def test_filter_of_a_subscription_is_kept(sent, news):
    body = verified(sent.secret("choosy"), calls_at(sent.hooks, "/choosy")[0])
    told = [story["articles"][0] for story in body["data"]["stories"]]
    expected = {row["id"] for row in news.values() if row["source"] == "vamsong"}
    assert {article["id"] for article in told} == expected


def test_preview_shows_what_is_sent_and_changes_nothing(sent):
    body = body_of(calls_at(sent.hooks, "/digest")[0])
    stories = [preview["stories"] for preview in sent.previews]
    assert stories[0] == stories[1] == body["data"]["stories"]


def test_preview_after_sending_is_empty(sent):
    done = sent.program.ok("digest", "preview", _id(sent, "mail"), "--format", "json")
    assert done.json["stories"] == []


def test_deliveries_are_all_done(sent):
    rows = sent.program.ok("deliveries", "list").rows
    assert {row["status"] for row in rows} == {"done"}
    assert {row["attempts"] for row in rows} == {1}


def _id(sent, name):
    return sent.subscriptions[name]["id"]


def test_unknown_subscription_is_a_named_failure(program):
    done = program.run("digest", "send", "khong-co")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "khong-co" in done.err


def test_without_a_mail_server_mails_are_files(archive):
    archive.ok("subscribe", "ban.doc@example.org", "--confirmed", *BACKLOG)
    archive.ok("digest", "send")
    delivery = archive.ok("deliveries", "list").rows[0]
    written = list((archive.data / "outbox").glob("*.eml"))
    assert [path.stem for path in written] == [delivery["id"]]
