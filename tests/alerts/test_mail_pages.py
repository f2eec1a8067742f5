"""Mails as a browser shows them, on a phone and on a desktop, by day and by night.

They run where DIEMBAO_TEST_BROWSER=1 says that there is one.
"""

import os

import pytest

from alerts.rendering import render_confirmation, render_digest, render_quiet
from crawler.rendering import _executable
from tests.alerts import mails
from tests.alerts.sample import FOOTING, empty_digest
from tests.alerts.test_rendering import QUESTION

pytestmark = pytest.mark.skipif(
    os.environ.get("DIEMBAO_TEST_BROWSER") != "1", reason="DIEMBAO_TEST_BROWSER=1 is not set"
)
# Each piece of text that can be seen, with its contrast (WCAG 2) to what lies behind it.
CONTRASTS = """() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const part = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    found.push([node.textContent.trim(), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]);
  }
  return found;
}"""
# How far anything stands out at the right side.
OUTSIDE = """() => Math.max(
  document.documentElement.scrollWidth - innerWidth,
  ...[...document.querySelectorAll('body *')].map(
    e => Math.round(e.getBoundingClientRect().right - innerWidth)))"""


def _mails():
    for name, (make, footing) in mails.GOLDEN.items():
        yield name, render_digest(make(), footing).html
    yield "confirm", render_confirmation(QUESTION).html
    yield "quiet", render_quiet(empty_digest(), FOOTING).html


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra

    with sync_playwright() as driver:
        running = driver.chromium.launch(
            executable_path=_executable(), chromium_sandbox=os.geteuid() != 0
        )
        yield running
        running.close()


def pages(browser, width, scheme):
    """Each mail, shown in a window of this width."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for name, html in _mails():
        page.set_content(html)
        yield name, page
    page.close()


@pytest.mark.parametrize("width", [320, 390, 1000])
def test_nothing_stands_out_at_the_side(browser, width):
    outside = {name: page.evaluate(OUTSIDE) for name, page in pages(browser, width, "light")}
    assert {name: by for name, by in outside.items() if by > 0} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read(browser, scheme):
    for name, page in pages(browser, 390, scheme):
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 5
        assert [(name, *each) for each in contrasts if each[1] < 4.5] == []


def test_night_is_dark_and_day_is_light(browser):
    behind = "getComputedStyle(document.querySelector('.sheet')).backgroundColor"
    seen = {
        scheme: {page.evaluate(behind) for _, page in pages(browser, 390, scheme)}
        for scheme in ("light", "dark")
    }
    assert seen == {"light": {"rgb(255, 255, 255)"}, "dark": {"rgb(28, 30, 33)"}}
