"""The service's own TLS, for a machine without a proxy in front."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: the certificate with its chain, its key, and the authorities of clients' certificates."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


def tls_context(files: TlsFiles) -> ssl.SSLContext:
    """TLS 1.2 or later. With `client_ca` a client needs a certificate of one of these authorities.

    Raises ConfigurationError, which names the file.
    """
    for path in (files.certificate, files.key, files.client_ca):
        try:
            if path is not None:
                path.read_bytes()
        except OSError as error:
            raise ConfigurationError(f"TLS: {path} cannot be read: {error.strerror}") from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(files.certificate, files.key, password=_no_password)
    except (ssl.SSLError, ValueError) as error:
        raise ConfigurationError(
            f"TLS: {files.certificate} and {files.key} are not a certificate and its key ({_reason(error)})"
        ) from error
    if files.client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_verify_locations(files.client_ca)
        except ssl.SSLError as error:
            raise ConfigurationError(f"TLS: {files.client_ca} has no certificates ({_reason(error)})") from error
    return context


def _no_password() -> str:
    """OpenSSL would ask the terminal, and wait."""
    raise ValueError("the key is encrypted")


def _reason(error: Exception) -> str:
    """OpenSSL names no reason for a file without PEM."""
    return getattr(error, "reason", None) or (
        "no PEM of the right kind" if isinstance(error, ssl.SSLError) else str(error)
    )
