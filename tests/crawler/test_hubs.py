import pytest
from scrapy.http import Response

from crawler.hubs import named_hub

URL = "https://bao.example/rss/home.rss"


def named(*links):
    return named_hub(Response(URL, headers={"Link": list(links)}))


@pytest.mark.parametrize(
    ("links", "hub"),
    [
        pytest.param(
            ['<https://hub.example/>; rel="hub"'], ("https://hub.example/", URL), id="hub"
        ),
        pytest.param(["<https://hub.example/>;rel=hub"], ("https://hub.example/", URL), id="bare"),
        pytest.param(
            ['<https://hub.example/>; rel="hub", </kenh>; rel="self"'],
            ("https://hub.example/", "https://bao.example/kenh"),
            id="one-header",
        ),
        pytest.param(
            ['<https://bao.example/x>; rel="self"', '<https://hub.example/>; rel="hub"'],
            ("https://hub.example/", "https://bao.example/x"),
            id="two-headers",
        ),
        pytest.param(
            [
                "<https://hub.example/>; type=x; rel='x'; rel=\"next\"",
                '<https://b/>; REL="Hub next"',
            ],
            ("https://b/", URL),
            id="several-relations",
        ),
        pytest.param(
            ['<https://a/>; rel="hub"', '<https://b/>; rel="hub"'], ("https://a/", URL), id="first"
        ),
    ],
)
def test_hub_and_topic_are_read_from_link_headers(links, hub):
    assert named(*links) == hub


@pytest.mark.parametrize(
    "link",
    [
        pytest.param('</kenh>; rel="self"', id="no-hub"),
        pytest.param('<javascript:alert(1)>; rel="hub"', id="no-web-address"),
        pytest.param("<https://hub.example/>", id="no-relation"),
        pytest.param("<" * 50_000, id="endless"),
        pytest.param("<https://a/>" + "; a=b" * 50_000, id="endless-parameters"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_names_no_hub_gives_none(link):
    assert named(link) is None
