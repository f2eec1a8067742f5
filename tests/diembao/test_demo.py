import email
import re
from email.policy import default

import pytest

DIGEST = ("digest.html", "digest.txt", "digest.eml")


@pytest.fixture(scope="module")
def shown(crawled, tmp_path_factory):
    """What the demo showed and left, with a database set that is none of its business."""
    folder = tmp_path_factory.mktemp("shown")
    other = folder / "khong-dung-toi.db"
    program = crawled.program.having(
        DATA_DIR=folder / "data",
        DATABASE_URL=f"sqlite:///{other}",
        ALLOW_PRIVATE_NETWORKS=None,
        SMTP_URL="smtp://127.0.0.1:1",
    )
    return program.run("demo", "--output", folder / "out"), folder / "out", other


def test_demo_succeeds(shown):
    done, _, _ = shown
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("name", DIGEST)
def test_digest_is_written_and_its_place_named(shown, name):
    done, folder, _ = shown
    assert (folder / name).stat().st_size > 1_000
    assert str(folder / name) in done.out


def test_new_copies_and_off_topic_articles_are_shown(shown):
    done, _, _ = shown
    headings = re.findall(r"^(?:New|Copies|Off topic) \((\d+)\)", done.out, re.MULTILINE)
    counts = [int(count) for count in headings]
    assert len(counts) == 3
    assert min(counts) > 5
    assert sum(counts) == 64


def test_copies_are_shown_with_their_originals(shown):
    done, _, _ = shown
    assert "100% of seed-000" in done.out


def test_webhook_is_shown_with_its_signature(shown):
    done, _, _ = shown
    assert re.search(r"webhook-id: dlv-\w+", done.out)
    assert re.search(r"webhook-signature: v1,[\w+/=]+", done.out)


def test_second_look_fetches_only_the_revision(shown):
    done, _, _ = shown
    assert re.search(r"6 × 304.*1.*1", done.out)


def test_mail_of_the_demo_can_be_read(shown):
    _, folder, _ = shown
    mail = email.message_from_bytes((folder / "digest.eml").read_bytes(), policy=default)
    text = (folder / "digest.txt").read_text("utf-8")
    assert mail.get_body(("plain",)).get_content().splitlines() == text.splitlines()


def test_other_database_is_left_alone(shown):
    _, _, other = shown
    assert not other.exists()


def test_folder_that_cannot_be_is_wrong_use(program):
    (program.folder / "file").write_text("in the way")
    done = program.run("demo", "--output", "file")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "file" in done.err
