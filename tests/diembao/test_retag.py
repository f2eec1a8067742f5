import pytest

SUMMARY = {"seen", "changed", "fields", "on_topic", "off_topic", "failed", "errors"}


def retagged(program, *options):
    (row,) = program.ok("articles", "retag", *options, "--format", "jsonl").rows
    assert set(row) == SUMMARY
    return row


def test_archive_judged_by_the_same_rules_stays_as_it_is(archive):
    row = retagged(archive)
    assert (row["seen"], row["changed"]) == (64, 0)


def test_pages_read_anew_by_the_same_selectors_give_the_same_articles(archive):
    news = archive.ok("articles", "list", "--format", "jsonl").rows
    row = retagged(archive, "--reextract")
    assert (row["changed"], row["failed"]) == (0, 0)
    # What only a copy under a clearer title made news of was not thought worth keeping.
    assert len(news) - 2 <= row["seen"] <= len(news)
    assert archive.ok("articles", "list", "--format", "jsonl").rows == news


def test_stricter_threshold_takes_news_off_topic(archive):
    row = retagged(archive.having(RELEVANCE_THRESHOLD=0.9999), "thuongcangmoi")
    assert row["off_topic"] > 0
    left = archive.ok("articles", "list", "--source", "thuongcangmoi", "--format", "jsonl").rows
    assert all(article["relevance"] >= 0.9999 for article in left)


def test_only_what_is_asked_for_is_read(archive):
    assert retagged(archive, "--since", "2099-01-01")["seen"] == 0
    assert 0 < retagged(archive, "vamsong")["seen"] < 64


def test_table_names_the_columns(archive):
    out = archive.ok("articles", "retag", "--since", "2099-01-01", "--format", "table").out
    assert "now off topic" in out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(("khong-co",), "no source khong-co"), (("--since", "hôm qua"), "--since hôm qua: ")],
)
def test_wrong_question_is_answered_in_one_line(archive, arguments, named):
    done = archive.run("articles", "retag", *arguments)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert named in done.err
