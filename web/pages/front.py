"""The front page: what was new lately."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from alerts.digest import Digest, compose
from alerts.views import with_copies
from alerts.wording import moment_in_words
from storage import reading
from storage.filters import Filter, Window
from web.speaking import language_of
from web.templating import page

LATEST = 50


def show(request: Request) -> HTMLResponse:
    """Show the latest stories, newest first."""
    site = request.app.state.site
    now, language = site.clock(), language_of(request)
    with site.database.reading() as session:
        found = reading.find(session, Filter(), Window(), LATEST)
        articles = with_copies(session, found, language)
    empty = Digest("", language, str(site.zone), period_from=now, period_to=now)
    entries = sorted(compose(articles, empty).entries, key=lambda e: e.headline.time, reverse=True)
    stories = [
        (entry, moment_in_words(entry.headline.time, site.zone, language)) for entry in entries
    ]
    return page("front", language, stories=stories)
