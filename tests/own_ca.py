"""A CA of a user's own, and certificates of intermediate CAs that it signs, right or wrong."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sealwright.simulator.clock import START

ROOT = ec.generate_private_key(ec.SECP256R1())
SUBJECT = x509.Name(
    [x509.NameAttribute(NameOID.COMMON_NAME, "mine"), x509.NameAttribute(NameOID.COUNTRY_NAME, "AT")]
)
ROOT_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "my root")])


def signed(key, **changes):
    """Return a certificate of a user's own CA, right but for what is changed."""
    told = {
        "issuer": ROOT,
        "subject": SUBJECT,
        "days": (-1, 100),
        "basic": (True, 0),
        "sign": True,
        "digest": hashes.SHA256(),
        "extensions": True,
        **changes,
    }
    usage = dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "encipher_only", "decipher_only", "crl_sign"),
        ),
        False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(told["subject"])
        .issuer_name(ROOT_NAME)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(START + timedelta(days=told["days"][0]))
        .not_valid_after(START + timedelta(days=told["days"][1]))
    )
    if told["extensions"]:
        builder = builder.add_extension(x509.BasicConstraints(*told["basic"]), critical=True)
        builder = builder.add_extension(x509.KeyUsage(key_cert_sign=told["sign"], **usage), critical=True)
    return builder.sign(told["issuer"], told["digest"]).public_bytes(Encoding.PEM).decode()


ROOT_PEM = signed(ROOT.public_key(), subject=ROOT_NAME, days=(-1, 200), basic=(True, None))
