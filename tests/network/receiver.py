"""A real web server on loopback that keeps what it is sent and answers as it is told."""

import asyncio
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Call:
    path: str
    headers: dict[str, str]
    body: bytes
    target: str = ""  # as it stood in the request
    peer: int = 0  # the port it came from


@dataclass
class Receiver:
    """``status``, ``headers``, ``body`` are what it answers; ``hold`` keeps it silent till set."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"thanks"
    hold: asyncio.Event | None = None
    calls: list[Call] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"

    def url(self, host="127.0.0.1", path="/hook"):
        return f"{self.scheme}://{host}:{self.port}{path}"

    async def answer(self, request):
        body, (_, peer, *_) = await request.read(), request.transport.get_extra_info("peername")
        call = Call(request.path, dict(request.headers), body, request.raw_path, peer)
        self.calls.append(call)
        if self.hold is not None:
            await self.hold.wait()
        return web.Response(status=self.status, headers=self.headers, body=self.body)


async def start(receiver, context=None):
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", receiver.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    receiver.port = runner.addresses[0][1]
    receiver.scheme = "https" if context else "http"
    return runner


def certificate(folder, host="localhost", days=1):
    """Make a certificate that nobody trusts yet, good for some days; gives its file and a context.

    One for -1 days has expired a day ago.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return path, context
