"""Parts of a certificate that each browser needs in order to accept it."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import Certificate, load_pem_x509_certificates


def servers_own(path: Path) -> Certificate:
    """The first certificate of the file, as in the chain that servers send."""
    return load_pem_x509_certificates(path.read_bytes())[0]


def authority(path: Path) -> str:
    """The last certificate of the file, that of its issuer; base64 of DER."""
    certificate = load_pem_x509_certificates(path.read_bytes())[-1]
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def key_hash(certificate: Certificate) -> str:
    """Base64 of the SHA-256 of its SubjectPublicKeyInfo, as in RFC 7469, 2.4."""
    info = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(info).digest()).decode()
