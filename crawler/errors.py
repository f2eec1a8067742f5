"""What can go wrong between an outlet and a document.

CrawlerError
├── SourceError        a source file that cannot be used
├── BadValueError      a value in it that is not allowed
├── FeedError          a feed, sitemap or listing that cannot be understood
├── AddressError       an address that is none, or not one of the source's
└── ExtractionError    a page without an article in it
    ├── ScriptOnlyError    a page that only JavaScript fills
    └── ChallengeError     a page that asks for proof of being no robot
"""

from messages.errors import Told


class CrawlerError(Told):
    """Base of this room's errors; its text is one line that names the thing."""


class SourceError(CrawlerError):
    """A source file is unreadable or says something that is not allowed."""


class BadValueError(CrawlerError, ValueError):
    """A value of a source file is refused; the text says what it is not and what is allowed."""


class FeedError(CrawlerError):
    """The bytes of a feed, sitemap or listing are not what they should be."""


class AddressError(CrawlerError):
    """An address is malformed, or belongs to no source at hand."""


class ExtractionError(CrawlerError):
    """A page holds no article text."""


class ScriptOnlyError(ExtractionError):
    """A page's text is put there by JavaScript."""


class ChallengeError(ExtractionError):
    """A firewall answered in the article's place and wants proof that no robot asks."""
