"""Single lines of text: clean, without agency marks, compared by their letters."""

import re
import unicodedata

# Controls, soft hyphens, zero-width signs and marks of direction; blanks among them stay.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]"
)
_SIGNS = re.compile(r"[\W_]+")
_AGENCY = re.compile(
    # (Chinhphu.vn) - , (PLO)- , (KTSG Online) – …
    r"\s*(?:\(\s*[\w.&+/ -]{2,30}?\s*\)\.?\s*[-–—:]+\s*"
    # VOV.VN - , Baoxaydung.com.vn - …
    r"|[\w-]{2,30}(?:\.[\w-]{2,20}){0,2}\.vn\s*[-–—]\s*"
    # TPO - , TTTĐ - …
    r"|(?:TPO?|TTO|TNO|PLO|NLĐO?|SGGPO?|SGGP Online|TTTĐ|KTSG|KTSG Online|TBKTSG|LĐO|HNMO?|HNP|KTĐT"
    r"|ĐTTC|ĐTO|BĐT|DNSG|GD&TĐ|KH&ĐS|KHPTO?|ANTĐ|ANTD|CAND|QĐND|VGP|VGP News|VOV|VTV|VOH|HTV"
    r"|TTXVN|NDO|NDĐT|BNEWS|VietnamPlus|Vietnam\+|VietTimes|ICTnews|Dân trí|VnEconomy)"
    r"\s*[-–—]+\s+)",
    re.IGNORECASE,
)


def one_line(text: str) -> str:
    """Text on one line, NFC, without invisible characters and needless blanks."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    # Most lines are clean, which is known ten times sooner than made sure of.
    return line if line.isprintable() else " ".join(_INVISIBLE.sub("", line).split())


def without_agency(lead: str) -> str:
    """A lead without the outlet's or agency's mark at its start: "(Dân trí) - ", "TPO - "."""
    found = _AGENCY.match(lead)
    return lead[found.end() :] if found and found.end() < len(lead) else lead


def key(text: str) -> str:
    """The letters and digits of a text in lower case: equal for texts a reader calls the same."""
    return _SIGNS.sub("", text.casefold())
