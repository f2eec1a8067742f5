"""Pages that stand before an article: proofs of being no robot, empty shells for scripts."""

import re

from crawler.errors import ChallengeError, ScriptOnlyError
from crawler.reading import Reading
from crawler.trees import Node, text_of

# Longer pages have something to read, whatever scripts they bring.
MAX_LETTERS = 600
MAX_SCRIPT = 200_000

_GUARDS = (
    ("Cloudflare", re.compile(
        r"cf-browser-verification|_cf_chl_|cf_chl_opt|cf-challenge|cf-error-details"
        r"|<title>\s*(?:Just a moment|Attention Required! \| Cloudflare)", re.IGNORECASE)),
    ("Imperva", re.compile(r"_Incapsula_Resource|Incapsula incident ID")),
    ("DDoS-Guard", re.compile(r"<title>\s*DDoS-Guard|ddos-guard/js", re.IGNORECASE)),
    ("DataDome", re.compile(r"captcha-delivery\.com")),
    ("PerimeterX", re.compile(r"px-captcha")),
    ("Sucuri", re.compile(r"sucuri_cloudproxy_js|Sucuri WebSite Firewall", re.IGNORECASE)),
    ("a firewall", re.compile(
        r'class="g-recaptcha|class="h-captcha|<title>\s*(?:Access denied|Robot check)',
        re.IGNORECASE)),
)  # fmt: skip
_COOKIE = re.compile(r"document\s*\.\s*cookie\s*=")
_RELOAD = re.compile(r"location\s*\.\s*(?:reload|replace|assign|href\s*=)|location\s*=")
_SHELLS = "#root, #app, #__next, #__nuxt, #__layout, app-root, [data-reactroot]"
_ASKS = re.compile(
    r"(?:bật|kích hoạt|enable|requires?|cần|turn on|without)\s+(?:\w+\s+){0,3}javascript"
    r"|javascript\s+(?:is|was|bị|đang|chưa)\s+(?:\w+\s+){0,2}(?:required|disabled|tắt|bật|off)",
    re.IGNORECASE,
)


def check_for_obstacles(reading: Reading) -> None:
    """Raise ChallengeError or ScriptOnlyError for a page that shows no article to readers like us.

    Pages with much to read pass.
    """
    letters = text_of(reading.tree)
    if len(letters) > MAX_LETTERS:
        return
    markup = reading.markup
    for guard, mark in _GUARDS:
        if mark.search(markup):
            raise ChallengeError(f"an anti-robot page of {guard} instead of the article")
    reason = _script_reason(reading.tree, letters)
    if reason:
        raise ScriptOnlyError(f"needs JavaScript: {reason}")


def _script_reason(tree: Node, letters: str) -> str:
    scripts = "\n".join(script.text() for script in tree.css("script")[:50])[:MAX_SCRIPT]
    if _RELOAD.search(scripts) and (_COOKIE.search(scripts) or not letters):
        return "a page that sets a cookie and loads itself again"
    shells = tree.css(_SHELLS)[:5]
    if shells and tree.css_first("script") is not None and not any(text_of(s) for s in shells):
        return "an empty page that scripts fill"
    unseen = " ".join(part.text() for part in tree.css("noscript")[:10])
    if _ASKS.search(unseen) or _ASKS.search(letters):
        return "the page itself says so"
    return ""
