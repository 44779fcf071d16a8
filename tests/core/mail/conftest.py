"""Real mail servers on loopback: with TLS, with login, friendly or not."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.ports import free_port

from netzstadt.core.mail import services
from netzstadt.core.mail.models import MailServer
from netzstadt.lib import clock

USER, PASSWORD = "city", "the server's own password"


class PostOffice:
    """Takes mail in, or says what a test wants it to say."""

    def __init__(self) -> None:
        self.received: list[tuple[Envelope, EmailMessage]] = []
        self.answers: dict[str, list[str]] = {}
        self.dies_in_data = 0

    @property
    def messages(self) -> list[EmailMessage]:
        return [message for _, message in self.received]

    def _next(self, command: str) -> str:
        waiting = self.answers.get(command, [])
        return waiting.pop(0) if waiting else ""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._next("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._next("RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.dies_in_data:
            self.dies_in_data -= 1
            server.transport.abort()
            return "250 never heard"
        if answer := self._next("DATA"):
            return answer
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append((envelope, message))
        return "250 2.0.0 queued as 4711"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system trusts the certificate of the tests."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


@pytest.fixture
def post_office() -> PostOffice:
    return PostOffice()


Start = Callable[..., int]


@pytest.fixture
def start_server(post_office: PostOffice, certificate: Path) -> Iterator[Start]:
    """Start a mail server; its port. ``security`` as in the product, ``login`` asks for one."""
    running: list[Controller] = []

    def start(security: str = "NONE", *, login: bool = False) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        more: dict[str, Any] = {}
        if security == "TLS":
            more["ssl_context"] = context
        if security == "STARTTLS":
            more |= {"tls_context": context, "require_starttls": True}
        if login:
            more |= {
                "authenticator": _authenticate,
                "auth_required": True,
                "auth_require_tls": security == "STARTTLS",  # with TLS it always is
            }
        controller = Controller(
            post_office, hostname="127.0.0.1", port=free_port(), ready_timeout=120, **more
        )
        controller.start()
        running.append(controller)
        return int(controller.port)

    yield start
    for controller in running:
        controller.stop()


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    is_right = (
        isinstance(data, LoginPassword)
        and data.login == USER.encode()
        and data.password == PASSWORD.encode()
    )
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def set_up() -> Callable[..., MailServer]:
    """Name a server on this machine."""

    def make(port: int, *, password: str | None = None, **facts: Any) -> MailServer:
        whole = {
            "host": "localhost",
            "port": port,
            "security": "NONE",
            "user": "",
            "sender_name": "Stadt Musterstadt",
            "sender_address": "stadt@musterstadt.example",
        } | facts
        return services.set_up_server(facts=whole, password=password, by=None, at=clock.now())

    return make


@pytest.fixture
def write(db: None) -> Callable[..., Any]:
    """Put a mail into the queue."""

    def make(address: str = "kim@example.org", subject: str = "Grüße", **more: Any) -> Any:
        facts = {"text": "Guten Tag\n", "html": "<p>Guten Tag</p>", "at": clock.now()} | more
        return services.queue(address=address, subject=subject, **facts)

    return make
