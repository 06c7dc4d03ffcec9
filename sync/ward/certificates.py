"""The ward's certificate authority, which kiosks pin, and the server certificate it signs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_YEARS, SERVER_DAYS, RENEW_DAYS = 30, 397, 60
BACKDATE = timedelta(days=2)  # a kiosk whose clock is a little behind still believes it


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def make_ca(name: str, now: int) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(f"Hài Lòng CA · {name}")
    builder = _builder(subject, subject, key, now, timedelta(days=365 * CA_YEARS))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return Pair(builder.sign(key, hashes.SHA256()), key)


def make_server(ca: Pair, addresses: tuple[str, ...], now: int) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = ca.certificate
    builder = _builder(_subject(addresses[0]), issuer.subject, key, now, timedelta(days=SERVER_DAYS))
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(_names(addresses), critical=False)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key())
    return Pair(builder.add_extension(authority, critical=False).sign(ca.key, hashes.SHA256()), key)


def still_good(certificate: x509.Certificate, addresses: tuple[str, ...], now: int) -> bool:
    """Whether it names these addresses and does not end soon."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ends = certificate.not_valid_after_utc
    return names == _names(addresses) and ends > _moment(now) + timedelta(days=RENEW_DAYS)


def read_pair(certificate: Path, key: Path) -> Pair:
    secret = serialization.load_pem_private_key(key.read_bytes(), None)
    if not isinstance(secret, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{key}: is not an elliptic-curve key")
    return Pair(x509.load_pem_x509_certificate(certificate.read_bytes()), secret)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: int, valid: timedelta
) -> x509.CertificateBuilder:
    start = _moment(now) - BACKDATE
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + valid)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    off = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates, **off
    )


def _names(addresses: tuple[str, ...]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_name(address) for address in addresses])


def _name(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(address))
    except ValueError:
        return x509.DNSName(address)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _moment(now: int) -> datetime:
    return datetime.fromtimestamp(now // 1000, UTC)
