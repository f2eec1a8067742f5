"""A mail by the rules for bulk senders: RFC 5322, 2919, 2369, 3834 and 8058."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from urllib.parse import quote

from alerts.errors import AddressError
from alerts.lines import one_line

MAX_ADDRESS = 254
"""Longest mail address, in characters (RFC 5321, erratum 1690)."""

_MAX_NAME = 80
_MAX_SUBJECT = 200
_MAX_LINK = 900  # a header line ends at 998
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SENDER = re.compile(r'\s*(?:"?(?P<name>[^<>"\\]*)"?\s*<(?P<inner>[^<>]*)>|(?P<bare>[^<>]*?))\s*')
_LINK = re.compile(r"https?://[!#-;=?-~]+")


class _MailPolicy(EmailPolicy):
    """CRLF, and headers written where the library's own folding spoils them.

    It encodes a link longer than a line, which no reader decodes, and up to Python 3.13 loses
    spaces between the encoded words of a long Vietnamese subject.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name in {"List-Unsubscribe", "Message-ID"}:
            return f"{name}: {value}\r\n".replace(">, <", ">,\r\n <").encode("ascii")
        if value.isascii():
            return super().fold_binary(name, value)
        text, address = value, ""
        if name in {"From", "List-Id"}:
            text, _, address = value.rpartition(" <")
            text, address = text.strip('"'), f" <{address}"
        words = Header(text, "utf-8", 75, name).encode(linesep="\r\n")
        return f"{name}: {words}{address}\r\n".encode("ascii")


_POLICY = _MailPolicy(linesep="\r\n")


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


def mail_address(text: str) -> str:
    """Check a mail address and give its normal form, its domain in ASCII and lower case.

    Quoted names, comments and address literals are refused: no list's reader has them.
    Raises AddressError.
    """
    shown = ascii(one_line(text, 80))
    if len(text) > MAX_ADDRESS or any(char < "!" or char == "\x7f" for char in text):
        raise AddressError(
            f"{shown} is no mail address: too long, or with a space or control in it"
        )
    local, at, domain = text.rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise AddressError(f"{shown} is no mail address: it should look like name@example.org")
    return f"{local}@{_domain(domain, shown)}"


def _domain(domain: str, shown: str) -> str:
    try:
        name = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise AddressError(f"{shown} is no mail address: its domain cannot be") from error
    labels = name.split(".")
    numeric = labels[-1].isdigit()
    if len(name) > 253 or numeric or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError(f"{shown} is no mail address: its domain cannot be")
    if len(labels) == 1 and name != "localhost":
        raise AddressError(f"{shown} is no mail address: its domain is not a full one")
    return name


def mail_sender(text: str) -> Address:
    """Understand ``Name <name@example.org>`` or a bare address; raises AddressError."""
    match = _SENDER.fullmatch(text[:500])
    name = (match["name"] or "").strip() if match else ""
    if match is None or one_line(name, _MAX_NAME) != name or "=?" in name:
        raise AddressError(f"sender {one_line(text, 80)!a} is not: Name <name@example.org>")
    bare = match["bare"] if match["inner"] is None else match["inner"]
    return Address(display_name=name, addr_spec=mail_address(bare))


def build(mail: OutgoingMail) -> EmailMessage:
    """Make the message, the same for each try of a delivery; raises AddressError.

    Subjects are cleaned; addresses, ids and links that could break out of a header are refused.
    """
    if not _ID.fullmatch(mail.delivery_id):
        raise AddressError(f"delivery id {one_line(mail.delivery_id, 80)!a} is not plain")
    sender = mail_sender(mail.sender)
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = Address(addr_spec=mail_address(mail.recipient))
    # A subject that looks encoded would be decoded, line breaks and all.
    message["Subject"] = one_line(mail.subject, _MAX_SUBJECT).replace("=?", "= ?")
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = f"<{mail.delivery_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url:
        _add_list_headers(message, sender, mail.unsubscribe_url)
    # base64 is smaller and faster than quoted-printable where every other word has an accent.
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    message.set_boundary(f"=_{mail.delivery_id[:60]}")
    return message


def _add_list_headers(message: EmailMessage, sender: Address, link: str) -> None:
    if len(link) > _MAX_LINK or not _LINK.fullmatch(link):
        raise AddressError(f"link {one_line(link, 80)!a} cannot stand in a header")
    subject = quote(f"unsubscribe {link.rsplit('/', 1)[-1]}")
    message["List-Id"] = f"{one_line(sender.display_name, _MAX_NAME)} <diembao.{sender.domain}>"
    message["List-Unsubscribe"] = f"<{link}>, <mailto:{sender.addr_spec}?subject={subject}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Precedence"] = "bulk"
