from urllib.request import urlopen

import pytest

ARTICLES = {
    "bennghemoi": "dien-tap-la-chan-song-310209",
    "dothisophuongnam": "quy-che-su-dung-ai-trong-co-quan-nha-nuoc-10516",
    "nhipphosong": "can-bo-phuong-thi-ky-nang-so-482226",
    "thuongcangmoi": "kinh-te-so-dong-gop-grdp-77124",
    "vamsong": "nong-dan-can-gio-ban-xoai-qua-livestream-20416",
}
FIELDS = {
    "title", "lead", "text", "authors", "image", "published_at", "modified_at", "canonical_url",
    "language",
}  # fmt: skip

each_outlet = pytest.mark.parametrize("outlet", ARTICLES)


@pytest.fixture(scope="module")
def extracted(crawled, tmp_path_factory):
    """What is made of a saved page of each outlet, with the article as its author wrote it."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for outlet, key in ARTICLES.items():
        url = crawled.newsroom.article_address(f"{outlet}/{key}")
        page = folder / f"{outlet}.html"
        with urlopen(url) as answer:  # noqa: S310 - the newsroom on this machine
            page.write_bytes(answer.read())
        done = crawled.program.ok("extract", page, "--url", url, "--explain")
        found[outlet] = done.json, crawled.newsroom.articles[f"{outlet}/{key}"], url
    return found


@each_outlet
def test_document_has_the_promised_fields(extracted, outlet):
    document, _, _ = extracted[outlet]
    assert document.keys() >= FIELDS


@each_outlet
def test_title_lead_and_text_are_the_authors(extracted, outlet):
    document, article, _ = extracted[outlet]
    wording = article.wording
    assert (document["title"], document["lead"]) == (wording.title, wording.lead)
    assert document["text"].split("\n\n") == list(wording.paragraphs)


@each_outlet
def test_captions_and_bylines_are_no_text(extracted, outlet):
    document, article, _ = extracted[outlet]
    for part in (*article.captions, *article.authors):
        assert part not in document["text"]


@each_outlet
def test_address_and_language_are_given(extracted, outlet):
    document, _, url = extracted[outlet]
    assert (document["canonical_url"], document["language"]) == (url, "vi")
    assert document["source"] == outlet


@each_outlet
def test_time_has_an_offset(extracted, outlet):
    document, _, _ = extracted[outlet]
    assert document["published_at"][-6:] in {"+00:00", "+07:00"}


@each_outlet
def test_every_field_that_was_found_is_explained(extracted, outlet):
    document, _, _ = extracted[outlet]
    assert {"title", "lead", "text"} <= document["explain"].keys()
    assert all(isinstance(stage, str) for stage in document["explain"].values())


def test_page_of_an_unknown_outlet_is_read_by_the_general_extractor(crawled, tmp_path):
    url = crawled.newsroom.article_address(f"vamsong/{ARTICLES['vamsong']}")
    page = tmp_path / "page.html"
    with urlopen(url) as answer:  # noqa: S310 - the newsroom on this machine
        page.write_bytes(answer.read())
    document = crawled.program.ok("extract", page, "--url", "https://example.org/tin.html").json
    wording = crawled.newsroom.articles[f"vamsong/{ARTICLES['vamsong']}"].wording
    assert document["source"] is None
    assert wording.paragraphs[0] in document["text"]


@pytest.mark.parametrize("content", ["", "<html><body>Xin chào</body></html>"])
def test_page_without_article_is_named_and_a_failure(program, content):
    (program.folder / "page.html").write_text(content, "utf-8")
    done = program.run("extract", "page.html", "--url", "https://example.org/tin.html")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "https://example.org/tin.html" in done.err


def test_unknown_source_is_wrong_use(program):
    (program.folder / "page.html").write_text("x", "utf-8")
    done = program.run("extract", "page.html", "--url", "https://example.org/", "--source", "sggp")
    assert done.code == 2


def test_file_that_is_not_there_is_wrong_use(program):
    done = program.run("extract", "khong-co.html", "--url", "https://example.org/")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "khong-co.html" in done.err


def test_page_without_an_article_is_told_in_the_users_language(program, tmp_path):
    (tmp_path / "a.html").write_text("<html><p>x")
    done = program.having(LANGUAGE="vi").run(
        "extract", tmp_path / "a.html", "--url", "http://x.vn/a"
    )
    assert (done.code, done.err) == (1, "diembao: http://x.vn/a: không có nội dung bài\n")


def test_endless_page_is_refused(program):
    done = program.run("extract", "/dev/zero", "--url", "http://x.vn/a")
    assert done.code == 1
    assert "MiB" in done.err
