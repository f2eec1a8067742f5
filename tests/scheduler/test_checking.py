from datetime import date

from crawler.crawl import Manner
from crawler.sources import read_folder
from scheduler.checking import SAMPLES, check

MANNER = Manner("diembao-test", allow_private=True)
DAY = date(2025, 11, 28)


async def checked(newsroom, readers, tmp_path, source="bennghemoi", manner=MANNER):
    newsroom.write_sources(tmp_path)
    sources, _ = read_folder(tmp_path)
    return await check(sources[source], readers, manner, 0.5, DAY)


async def test_check_says_what_each_stage_saw(newsroom, readers, tmp_path):
    desk, report = await checked(newsroom, readers, tmp_path)
    (feed,) = desk.seen
    latest = newsroom.items("bennghemoi")[0]
    assert (feed.visit.kind, feed.visit.status) == ("feed", 200)
    assert (feed.articles, feed.newest) == (len(newsroom.items("bennghemoi")), latest.published)
    assert feed.examples[0] == latest.url
    assert not report.errors


async def test_check_reads_a_few_articles_and_no_more(newsroom, readers, tmp_path):
    desk, report = await checked(newsroom, readers, tmp_path)
    assert len(desk.samples) == SAMPLES == report.counts["fetched"]
    titles = {item.wording.title for item in newsroom.items("bennghemoi")}
    assert all(sample.document.title in titles for sample in desk.samples)
    assert all(sample.judgement is not None for sample in desk.samples)


async def test_check_names_pages_that_give_nothing(newsroom, readers, tmp_path):
    for item, fault in zip(newsroom.items("bennghemoi"), ("not_found", "html"), strict=False):
        newsroom.break_article(item.article.id, fault)
    desk, _ = await checked(newsroom, readers, tmp_path)
    errors = {sample.url: sample.error for sample in desk.samples}
    gone, empty = (item.url for item in newsroom.items("bennghemoi")[:2])
    assert errors[gone] == "HTTP 404"
    assert errors[empty]
    assert len(desk.samples) == 2


async def test_check_of_a_broken_feed_says_so(newsroom, readers, tmp_path):
    newsroom.break_feed("bennghemoi", "html")
    desk, report = await checked(newsroom, readers, tmp_path)
    assert report.failed_wholly
    assert (desk.seen[0].articles, desk.samples) == (0, [])
    assert "HTML" in desk.seen[0].visit.error
