"""DKIM signatures (RFC 6376) for mails, by dkimpy, the optional extra ``dkim``."""

import re
from dataclasses import dataclass
from pathlib import Path

from alerts.errors import SecretError
from messages.catalogue import N_

MISSING = N_("DKIM_KEY_FILE needs the extra 'dkim': pip install 'diembao[dkim]'")
MAX_KEY = 16 * 1024
"""Most bytes of a key file that are read."""
LEAST_BITS = 1024
"""Shorter keys are refused by receivers (RFC 8301)."""

# What a reader sees and what unsubscribes must be ours; each is named once more, so that none
# can be put in front.
_SIGNED = (
    "From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
)  # fmt: skip
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


@dataclass(frozen=True, slots=True)
class Seal:
    """Signs mails for a domain: the public key stands in DNS at ``selector._domainkey.domain``."""

    key: bytes
    selector: str
    domain: str

    def __call__(self, content: bytes) -> bytes:
        """Give a mail with its signature in front."""
        import dkim  # noqa: PLC0415 - an optional extra

        signature: bytes = dkim.sign(
            content,
            self.selector.encode("ascii"),
            self.domain.encode("ascii"),
            self.key,
            canonicalize=(b"relaxed", b"simple"),
            include_headers=_headers(content),
        )
        return signature + content


def open_seal(path: Path, selector: str, domain: str) -> Seal:
    """Read a key and try it; raises SecretError, whose text never shows the key."""
    try:
        import dkim  # noqa: PLC0415 - an optional extra
        from dkim.crypto import UnparsableKeyError, parse_pem_private_key  # noqa: PLC0415
    except ImportError as error:
        raise SecretError(MISSING) from error
    for name, value in (("DKIM_SELECTOR", selector), ("DKIM_DOMAIN", domain)):
        if not _NAME.fullmatch(value):
            raise SecretError(
                N_("{name} {value!a} is not a name in DNS"), name=name, value=value[:80]
            )
    try:
        with path.open("rb") as file:
            key = file.read(MAX_KEY)
    except OSError as error:
        raise SecretError(N_("DKIM_KEY_FILE {path}: {error}"), path=path, error=error) from error
    seal = Seal(b"\n".join(line.strip() for line in key.splitlines()), selector, domain)
    try:
        bits = parse_pem_private_key(seal.key)["modulus"].bit_length()
        seal(b"From: a@example.org\r\n\r\n")
    except (dkim.DKIMException, UnparsableKeyError, ValueError, TypeError, LookupError) as error:
        raise SecretError(
            N_("DKIM_KEY_FILE {path} holds no RSA key in PEM; 'openssl genrsa 2048' makes one"),
            path=path,
        ) from error
    if bits < LEAST_BITS:
        raise SecretError(
            N_(
                "DKIM_KEY_FILE {path}: {bits} bits, receivers want 2048 in PEM; "
                "'openssl genrsa 2048' makes one"
            ),
            path=path,
            bits=bits,
        )
    return seal


def _headers(content: bytes) -> list[bytes]:
    head = content.partition(b"\r\n\r\n")[0]
    here = {line.partition(b":")[0].lower() for line in head.split(b"\r\n")}
    names = [name.lower().encode("ascii") for name in _SIGNED]
    present = [name for name in names if name in here]
    return present + present
