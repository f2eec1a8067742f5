"""The pages that mails link to, as a reader, a mail program and a stranger meet them."""

import pytest

from tests.diembao.daemon import daemon
from tests.diembao.letters import mails_of, paths_of, text_of
from tests.diembao.program import Program, copy_of
from tests.servers import background
from tests.servers.waiting import eventually

PURPOSES = ("confirm", "subscription", "unsubscribe")


@pytest.fixture(scope="module")
def service(crawled, tmp_path_factory):
    """The program with a mail server, and a client of its running daemon that polls nothing."""
    program: Program = copy_of(crawled.program, tmp_path_factory.mktemp("service"))
    empty = program.folder / "none"
    empty.mkdir()
    with background.mailserver() as mails:
        program = program.having(SMTP_URL=f"smtp://127.0.0.1:{mails.port}")
        with daemon(program.having(SOURCES_DIR=empty)) as (_, client):
            yield program, mails, client


def reader(service, name):
    """A new reader: the subscription's id, and the paths of the links in the first mail."""
    program, mails, _ = service
    address = f"{name}@example.org"
    made = program.ok("subscribe", address, "--since", "2020-01-01", "--format", "json").json
    # The daemon sends as well: whoever of the two comes first.
    asked = eventually(lambda: mails_of(mails, address))
    paths = paths_of(asked[0])
    return made["id"], {**paths, "subscription": made["manage_url"].partition(":8000")[2]}


def status(service, made):
    return service[0].ok("subscriptions", "show", made).rows[0]["status"]


def test_looking_at_the_confirmation_page_confirms_nothing(service):
    made, paths = reader(service, "nhin")
    answers = [service[2].get(paths["confirm"]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "nhin@example.org" in answers[0].text
    assert status(service, made) == "pending"


def test_confirming_makes_the_subscription_active(service):
    made, paths = reader(service, "xacnhan")
    assert service[2].post(paths["confirm"]).status_code == 200
    assert status(service, made) == "active"


def test_confirming_twice_changes_nothing_more(service):
    made, paths = reader(service, "hailan")
    for _ in range(2):
        assert service[2].post(paths["confirm"]).status_code == 200
    assert status(service, made) == "active"


def test_own_page_pauses_resumes_and_leaves(service):
    made, paths = reader(service, "trang")
    service[2].post(paths["confirm"])
    seen = []
    for action in ("pause", "resume", "leave", "resume"):
        answer = service[2].post(paths["subscription"], data={"action": action})
        seen.append((answer.status_code, status(service, made)))
    assert seen == [(200, "paused"), (200, "active"), (200, "ended"), (200, "ended")]


def test_own_page_only_shows_when_it_is_looked_at(service):
    made, paths = reader(service, "xem")
    answer = service[2].get(paths["subscription"], params={"action": "leave"})
    assert answer.status_code == 200
    assert status(service, made) == "pending"


@pytest.fixture(scope="module")
def members(service):
    """Readers who have confirmed and got a digest: id and the digest's links, by name."""
    program, mails, client = service
    made = {name: reader(service, name) for name in ("motcham", "mayquet", "lienket")}
    for _, paths in made.values():
        client.post(paths["confirm"])
    program.ok("digest", "send", *(subscription for subscription, _ in made.values()))
    inboxes = {name: f"{name}@example.org" for name in made}
    eventually(lambda: all(len(mails_of(mails, inbox)) == 2 for inbox in inboxes.values()))
    return {
        name: (subscription, paths_of(mails_of(mails, inboxes[name])[1]))
        for name, (subscription, _) in made.items()
    }


def test_mail_program_leaves_with_one_click(service, members):
    made, paths = members["motcham"]
    answer = service[2].post(paths["unsubscribe"], data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert status(service, made) == "ended"


def test_link_scanner_leaves_nothing(service, members):
    made, paths = members["mayquet"]
    assert service[2].get(paths["unsubscribe"]).status_code == 200
    assert service[2].head(paths["unsubscribe"]).status_code in {200, 405}
    assert status(service, made) == "active"


def test_mail_links_lead_to_pages(service, members):
    _, paths = members["lienket"]
    assert set(paths) == {"subscription", "unsubscribe"}
    assert all(service[2].get(path).status_code == 200 for path in paths.values())


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_forged_link_is_not_found(service, purpose, method):
    _, paths = reader(service, f"gia-{purpose}-{method}".lower())
    real = paths.get(purpose, paths["confirm"]).rpartition("/")[2]
    before, dot, signature = real.rpartition(".")
    other = "A" if signature[0] != "A" else "B"  # the last character's low bits say nothing
    for token in (f"{before}{dot}{other}{signature[1:]}", "x", "x" * 5_000):
        answer = service[2].request(method, f"/{purpose}/{token}")
        assert (answer.status_code, answer.headers["content-type"]) == (
            404,
            "text/html; charset=utf-8",
        )


def test_link_for_one_purpose_is_none_for_another(service):
    made, paths = reader(service, "mucdich")
    token = paths["confirm"].rpartition("/")[2]
    assert service[2].post(f"/unsubscribe/{token}").status_code == 404
    assert status(service, made) == "pending"


def pages(service):
    _, paths = reader(service, "an-toan")
    return [*paths.values(), "/confirm/x", "/healthz", "/khong-co"]


def test_every_answer_is_guarded(service):
    for path in pages(service):
        headers = service[2].get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"


def test_pages_run_no_script_and_load_nothing(service):
    for path in pages(service):
        text = service[2].get(path).text
        assert "<script" not in text
        assert "src=" not in text


def test_mail_that_asks_says_what_is_asked(service):
    reader(service, "noidung")
    mail = mails_of(service[1], "noidung@example.org")[0]
    assert "noidung@example.org" in text_of(mail)
