"""What the archive keeps of failures, one English sentence each, told in the user's language.

A crawl's errors and notes and a receiver's answers are kept as plain text, as programs, logs and
readers of either language want them. What is said between a sentence's places is told in its turn.
"""

import re
from functools import cache

from messages.catalogue import N_
from messages.errors import Translate, in_words

# The first that fits, so the special ones before the general ones.
SENTENCES = (
    # Addresses and redirects
    N_("{link}: not an http(s) address"),
    N_("{link}: no address: {error}"),
    N_("{link}: longer than {n} characters when encoded"),
    N_("{link}: longer than {n} characters"),
    N_("blanks, control characters and backslashes are not allowed"),
    N_("not an http or https address"),
    N_("a user name is not allowed"),
    N_("no valid host"),
    N_("redirected to an address that is none: {error}"),
    N_("redirected to {url}, which is not the source's"),
    N_("more than {n} redirects"),
    N_("its {key} took over {n} s on an address and is not used any more"),
    N_("{address} is not a public address: {host}"),
    N_("{address} is not a public address"),
    N_("{address} names no host"),
    # Asking
    N_("Forbidden by robots.txt"),
    N_("robots.txt: {error}"),
    N_("its certificate is not to be trusted: {error}"),
    N_("no secure connection: {error}"),
    N_("its name cannot be resolved: {error}"),
    N_("its address is not a valid one"),
    N_("neither http nor https"),
    N_("the connection was closed without an answer"),
    N_("a line of its headers is longer than 8190 bytes"),
    N_("the answer broke off after {n} of {of} bytes"),
    N_("the answer broke off"),
    N_("its HTTP is broken: {error}"),
    N_("nobody listens there: connection refused"),
    N_("the connection was cut off"),
    N_("no answer"),
    N_("no answer within {n} seconds"),
    N_("no answer in time"),
    N_("no connection within {n} s"),
    N_("silent for {n} s"),
    N_("no whole answer within {n} s"),
    N_("not asked: the crawl took {n} s"),
    N_("the answer is larger than {n} MiB"),
    N_("HTTP {status}: asked to wait {n} s"),
    N_("HTTP {status}: a check for browsers instead of an answer (Cloudflare)"),
    N_("HTTP {status}: not modified, said to who knew nothing"),
    N_("packed in a way that nobody asked for: {named}"),
    N_("packed {n} times over; allowed: {most}"),
    N_("unpacked, it is larger than {n} MiB"),
    N_("it is not packed as it says: {named}"),
    # Feeds, sitemaps, listings
    N_("{url}: no feed: {error}"),
    N_("{url}: no sitemap: {error}"),
    N_("{url}: no listing: {error}"),
    N_("{url}: no OPML: {error}"),
    N_("an empty answer"),
    N_("an HTML page instead of XML"),
    N_("an XML document of another kind"),
    N_("broken gzip"),
    N_("defines entities, which is not allowed"),
    N_("elements with too many attributes"),
    N_("malformed XML, read as far as it goes"),
    N_("malformed XML"),
    N_("malformed, without items"),
    N_("malformed JSON"),
    N_("JSON without items"),
    N_("its root is <{name}>"),
    N_("nested deeper than {n}, or over {most} elements"),
    N_("a page without links"),
    N_("more than {n} tags or {most} entities"),
    N_("more than {n} MiB when unpacked"),
    N_("more than {n} MiB"),
    N_("more than {n} items; only the first are read"),
    N_("more than {n} sitemaps; not asked now"),
    N_("{n} sitemaps; {most} of them are read"),
    N_("{n} sitemaps on hosts that are not the source's"),
    N_("a sitemap on a host that is not the source's"),
    N_("a sitemap index below {n} others is not followed"),
    N_("{n} links; what may follow them is not read"),
    N_("{n} addresses; what may follow them is not read"),
    # Pages
    N_("no article text"),
    N_("no address of a page: {error}"),
    N_("page without content"),
    N_("page of more than {n} MiB"),
    N_("page of more than {n} elements"),
    N_("elements more than {n} deep in one another"),
    N_("an anti-robot page of {guard} instead of the article"),
    N_("needs JavaScript: {error}"),
    N_("a page that sets a cookie and loads itself again"),
    N_("an empty page that scripts fill"),
    N_("the page itself says so"),
    N_("now another story: {title}"),
    N_("render = true needs the extra: pip install 'diembao[render]'"),
    N_("no browser: {error}"),
    N_("not rendered within {n} s"),
    N_("rendered, it is larger than {n} MiB"),
    N_("not rendered: {error}"),
    # Receivers
    N_("the receiver answers HTTP {status}: {error}"),
    N_("the receiver answers HTTP {status}"),
    N_("the subscription has ended"),
    N_("nothing has arrived since {moment} UTC; last answer: {error}"),
    N_("{room}: not taken"),
)  # fmt: skip
_PLACE = re.compile(r"\{\w+\}")
# An address, a robots.txt, a host and port, or a mail server, named in front.
_IN_FRONT = re.compile(r"(https?://\S+|[\w.-]+(?::\d+)?): (.+)", re.DOTALL)
LONGEST = 2_000


def retold(text: str, translate: Translate) -> str:
    """Tell a kept failure in the language of ``translate``; what is unknown stays as it is."""
    if len(text) > LONGEST:
        return text
    for sentence, form in _forms():
        found = form.fullmatch(text)
        if found:
            places = {name: retold(value, translate) for name, value in found.groupdict().items()}
            return translate(sentence).format(**places) if places else translate(sentence)
    named = _IN_FRONT.fullmatch(text)
    if named:
        return f"{named[1]}: {retold(named[2], translate)}"
    return str(in_words(text, translate))


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sentence, _form(sentence)) for sentence in SENTENCES)


def _form(sentence: str) -> re.Pattern[str]:
    """Make a pattern of a sentence; what is named in front has no blank in it."""
    names = [name[1:-1] for name in _PLACE.findall(sentence)]
    parts = [re.escape(part) for part in _PLACE.split(sentence)]
    places = [
        rf"(?P<{name}>{r'[^ ]+' if number == 0 and not parts[0] else '.+?'})"
        for number, name in enumerate(names)
    ]
    return re.compile("".join(a + b for a, b in zip(parts, [*places, ""], strict=True)), re.DOTALL)
