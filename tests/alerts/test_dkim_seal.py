import sys
from base64 import b64encode
from dataclasses import replace

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from alerts.dkim_seal import open_seal
from alerts.envelopes import write
from alerts.errors import SecretError
from alerts.transports.mail import FolderTransport, SmtpTransport
from tests.alerts.test_envelopes import MAIL

PEM = serialization.Encoding.PEM
NO_PASSWORD = serialization.NoEncryption()


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def kept(folder, key, form=serialization.PrivateFormat.PKCS8):
    path = folder / "dkim.pem"
    path.write_bytes(key.private_bytes(PEM, form, NO_PASSWORD))
    return path


def dns(key):
    """Answers like DNS would, for the one name where the public key stands."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + b64encode(public)

    def look_up(name, timeout=5):
        return record if name == b"bao1._domainkey.example.org." else None

    return look_up


@pytest.mark.parametrize(
    "form",
    [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL],
    ids=["pkcs8", "pkcs1"],
)
def test_signed_mail_is_verified(tmp_path, key, form):
    signed = open_seal(kept(tmp_path, key, form), "bao1", "example.org")(write(MAIL).content)
    assert dkim.verify(signed, dnsfunc=dns(key))
    assert signed.count(b"\n") == signed.count(b"\r\n")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (b"To: ban.doc@example.vn", b"To: ke.gian@example.vn"),
        (b"From: ", b"Subject: x\r\nFrom: "),
        (b"Message-ID: ", b"List-Unsubscribe-Post: x\r\nMessage-ID: "),
        (b"PHA+", b"PHB+"),
    ],
    ids=["changed-header", "second-subject", "second-unsubscribe", "changed-body"],
)
def test_mail_changed_on_its_way_is_not(tmp_path, key, ours, theirs):
    signed = open_seal(kept(tmp_path, key), "bao1", "example.org")(write(MAIL).content)
    assert ours in signed
    assert not dkim.verify(signed.replace(ours, theirs), dnsfunc=dns(key))


async def test_mails_leave_signed_by_server_and_by_folder(tmp_path, key, mailserver):
    seal = open_seal(kept(tmp_path, key), "bao1", "example.org")
    transport = SmtpTransport(f"smtp://127.0.0.1:{mailserver.port}", seal=seal)
    await transport.send(replace(MAIL, text=".\n..\nchấm ở đầu dòng"))
    await transport.aclose()
    await FolderTransport(tmp_path / "outbox", seal).send(MAIL)
    laid = (tmp_path / "outbox" / f"{MAIL.delivery_id}.eml").read_bytes()
    for content in (mailserver.mails[0][2], laid):
        assert dkim.verify(content, dnsfunc=dns(key))


# 512 bits, which no library makes any more.
WEAK = """-----BEGIN PRIVATE KEY-----
MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAlMcUAJYxRwCoUi/k
b4E5JVurL+kY43/EzLrCl5h1OwSKLbMKcmXqu0aIsOrPWlHHsrbxmX2wPMaAOl4n
RgdP1wIDAQABAkEAhIs/RK6JxCnPyzijmLtVP/UE87AE3ljr6UDRL+FBP4uWEH2X
8r0xLOCZT9uQQU9Eg5FUxN7MiwI3UjdaOflLsQIhAMYoGX+lmHjiZigWGwYDQoKs
z+LnlNEflgglwz4/psiTAiEAwDT4/kfNro5kRAPauKGA8iQ1rkkDmktCb44OUfFg
ei0CIErMJCPcvBsVSn5jKbwxSs/Mr4P06mWtyJI2vuYmXKxlAiEAmpQ/yCkxNviX
lMfQyPpCfPs4HPHlrtpmFNeXlrlckQUCICCZ5Z6nuxhToaRH/whVkaR+ENF3a4n7
EqMm4NnfoJ27
-----END PRIVATE KEY-----
"""


def test_key_that_no_receiver_takes_is_refused(tmp_path):
    path = tmp_path / "dkim.pem"
    path.write_text(WEAK)
    with pytest.raises(SecretError, match="512 bits"):
        open_seal(path, "bao1", "example.org")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff" * 100, id="bytes"),
        pytest.param(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", id="none"),
        pytest.param(
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                PEM, serialization.PrivateFormat.PKCS8, NO_PASSWORD
            ),
            id="elliptic",
        ),
    ],
)
def test_file_without_a_key_is_named_and_not_shown(tmp_path, content):
    path = tmp_path / "dkim.pem"
    path.write_bytes(content)
    with pytest.raises(SecretError, match=r"dkim\.pem holds no RSA key") as caught:
        open_seal(path, "bao1", "example.org")
    assert "AAAA" not in str(caught.value)


def test_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SecretError, match=r"DKIM_KEY_FILE .*dkim\.pem: No such file"):
        open_seal(tmp_path / "dkim.pem", "bao1", "example.org")


@pytest.mark.parametrize(
    ("selector", "domain", "named"),
    [("a b", "example.org", "DKIM_SELECTOR"), ("", "example.org", "DKIM_SELECTOR"),
     ("a", "x;y", "DKIM_DOMAIN")],
)  # fmt: skip
def test_name_that_cannot_stand_in_dns_is_refused(tmp_path, key, selector, domain, named):
    with pytest.raises(SecretError, match=named):
        open_seal(kept(tmp_path, key), selector, domain)


def test_extra_that_is_not_installed_is_named(tmp_path, key, monkeypatch):
    monkeypatch.setitem(sys.modules, "dkim", None)
    with pytest.raises(SecretError, match=r"pip install 'diembao\[dkim\]'"):
        open_seal(kept(tmp_path, key), "bao1", "example.org")
