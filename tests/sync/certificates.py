"""A certificate authority and server certificates, made for one test."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass
class Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def server(self, folder: Path, address: str = "127.0.0.1", since: int = -1, until: int = 30) -> ssl.SSLContext:
        """A server's side of TLS for `address`, valid from `since` to `until` days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.SubjectAlternativeName([_general_name(address)])
        made = _builder("server", self.certificate.subject, key, since, until).add_extension(name, critical=False)
        file = folder / "server.pem"
        pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        private = key.private_bytes(pem, form, serialization.NoEncryption())
        file.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(pem) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def make_ca() -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder("ward", _name("ward"), key, -1, 3650)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return Authority(builder.sign(key, hashes.SHA256()), key)


def _builder(
    subject: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, since: int, until: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer, _name(subject), key.public_key(), x509.random_serial_number(), now + since * DAY, now + until * DAY
    )


def _general_name(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(address))
    except ValueError:
        return x509.DNSName(address)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
