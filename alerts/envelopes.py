"""A mail by the rules for bulk senders: RFC 5322, 2919, 2369, 3834 and 8058."""

import re
from binascii import b2a_base64
from dataclasses import dataclass
from datetime import datetime
from email.charset import SHORTEST, Charset
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

from alerts.errors import AddressError
from alerts.lines import one_line
from messages.catalogue import N_

MAX_ADDRESS = 254
"""Longest mail address, in characters (RFC 5321, erratum 1690)."""

_MAX_NAME = 80
_MAX_SUBJECT = 200
_LINE = 75
# An own one: libraries (Apprise) change what is registered, and a mail must be the same each time.
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = SHORTEST
_MAX_LINK = 900  # a header line ends at 998
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SENDER = re.compile(r'\s*(?:"?(?P<name>[^<>"\\]*)"?\s*<(?P<inner>[^<>]*)>|(?P<bare>[^<>]*?))\s*')
_LINK = re.compile(r"https?://[!#-;=?-~]+")


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail ready to be built: ``sender`` as ``Name <address>``, ``date`` an aware time.

    ``delivery_id`` makes the Message-ID and stays over all tries. A mail with
    ``unsubscribe_url`` is one of a list and says so in its headers.
    """

    delivery_id: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    date: datetime
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it travels: sender's and recipient's bare addresses, and all of its bytes."""

    sender: str
    recipient: str
    content: bytes


def mail_address(text: str) -> str:
    """Check a mail address and give its normal form, its domain in ASCII and lower case.

    Quoted names, comments and address literals are refused: no list's reader has them.
    Raises AddressError.
    """
    shown = ascii(one_line(text, 80))
    if len(text) > MAX_ADDRESS or any(char < "!" or char == "\x7f" for char in text):
        raise AddressError(
            N_("{shown} is no mail address: too long, or with a space or control in it"),
            shown=shown,
        )
    local, at, domain = text.rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise AddressError(
            N_("{shown} is no mail address: it should look like name@example.org"), shown=shown
        )
    return f"{local}@{_domain(domain, shown)}"


def _domain(domain: str, shown: str) -> str:
    try:
        name = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise AddressError(
            N_("{shown} is no mail address: its domain cannot be"), shown=shown
        ) from error
    labels = name.split(".")
    numeric = labels[-1].isdigit()
    if len(name) > 253 or numeric or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError(N_("{shown} is no mail address: its domain cannot be"), shown=shown)
    if len(labels) == 1 and name != "localhost":
        raise AddressError(
            N_("{shown} is no mail address: its domain is not a full one"), shown=shown
        )
    return name


@lru_cache(maxsize=16)
def mail_sender(text: str) -> Address:
    """Understand ``Name <name@example.org>`` or a bare address; raises AddressError."""
    match = _SENDER.fullmatch(text[:500])
    name = (match["name"] or "").strip() if match else ""
    if match is None or one_line(name, _MAX_NAME) != name or "=?" in name:
        raise AddressError(
            N_("sender {sender!a} is not: Name <name@example.org>"), sender=one_line(text, 80)
        )
    bare = match["bare"] if match["inner"] is None else match["inner"]
    return Address(display_name=name, addr_spec=mail_address(bare))


def write(mail: OutgoingMail) -> Letter:
    """Write the message, the same for each try of a delivery; raises AddressError.

    Subjects are cleaned; addresses, ids and links that could break out of a header are refused.
    The parts are set here and not by the library's classes, which spoil long links and long
    Vietnamese subjects in folding them and take ten times as long.
    """
    if not _ID.fullmatch(mail.delivery_id):
        raise AddressError(
            N_("delivery id {delivery!a} is not plain"), delivery=one_line(mail.delivery_id, 80)
        )
    sender, recipient = mail_sender(mail.sender), mail_address(mail.recipient)
    lines = [
        f"From: {_named(sender, 'From')}<{sender.addr_spec}>",
        f"To: {recipient}",
        _subject_line(mail.subject),
        f"Date: {format_datetime(mail.date)}",
        f"Message-ID: <{mail.delivery_id}@{sender.domain}>",
        "Auto-Submitted: auto-generated",
    ]
    if mail.unsubscribe_url:
        lines += _list_lines(sender, mail.unsubscribe_url)
    boundary = f"=_{mail.delivery_id[:60]}"
    lines += ["MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{boundary}"']
    content = "".join(
        (
            *(f"{line}\r\n" for line in lines),
            f"\r\n--{boundary}\r\n{_part('plain', mail.text)}",
            f"\r\n--{boundary}\r\n{_part('html', mail.html)}",
            f"\r\n--{boundary}--\r\n",
        )
    )
    return Letter(sender.addr_spec, recipient, content.encode("ascii"))


def _named(sender: Address, header: str) -> str:
    """Give the sender's name as it stands before an address in brackets."""
    name = sender.display_name
    if not name:
        return ""
    if name.isascii():
        return str(sender).rpartition("<")[0]
    return _encoded_name(name, header) + " "


@lru_cache(maxsize=64)
def _encoded_name(name: str, header: str) -> str:
    return Header(name, _UTF8, _LINE, header).encode(linesep="\r\n")


@lru_cache(maxsize=64)  # equal digests have equal subjects
def _subject_line(subject: str) -> str:
    # A subject that looks encoded would be decoded, line breaks and all.
    text = one_line(subject, _MAX_SUBJECT).replace("=?", "= ?")
    charset = "us-ascii" if text.isascii() else _UTF8
    words = Header(text, charset, _LINE, "Subject").encode(linesep="\r\n")
    return f"Subject: {words}"


def _list_lines(sender: Address, link: str) -> tuple[str, ...]:
    if len(link) > _MAX_LINK or not _LINK.fullmatch(link):
        raise AddressError(N_("link {link!a} cannot stand in a header"), link=one_line(link, 80))
    subject = quote(f"unsubscribe {link.rsplit('/', 1)[-1]}")
    return (
        f"List-Id: {_named(sender, 'List-Id')}<diembao.{sender.domain}>",
        f"List-Unsubscribe: <{link}>,\r\n <mailto:{sender.addr_spec}?subject={subject}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Precedence: bulk",
    )


def _part(subtype: str, text: str) -> str:
    """Set a part in base64: smaller than quoted-printable where every other word has an accent."""
    lines = text.encode("utf-8", "replace").splitlines()
    encoded = b2a_base64(b"\r\n".join([*lines, b""]), newline=False).decode("ascii")
    return "\r\n".join(
        (
            f'Content-Type: text/{subtype}; charset="utf-8"',
            "Content-Transfer-Encoding: base64",
            "",
            *(encoded[at : at + 76] for at in range(0, len(encoded), 76)),
        )
    )
