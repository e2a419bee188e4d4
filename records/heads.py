"""Signed heads: who keeps one elsewhere can show later that everything up to it is still there and unchanged.

A head is the number and the hash of a record with an Ed25519 signature. The private key is a file of its own and
never lies beside the store: who can change the store must not be able to sign.
"""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ..facts.problems import CaseError, Problem
from ..kb.edition import canonical
from .record import Record, digest, stamp

SCHEMA = "whyrx-head/1"
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    """What was signed: record `seq` has `hash`, at `time`."""

    seq: int
    hash: str
    time: str

    def signed_text(self) -> bytes:
        """The bytes that a signature is over."""
        return canonical({"hash": self.hash, "schema": SCHEMA, "seq": self.seq, "time": self.time})


def make_key(private: str, public: str) -> str:
    """Draw a key pair into two new files, the private one readable by its owner alone; the key's fingerprint."""
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    shared = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for option, name, data, mode in (("PRIVATE", private, secret, 0o600), ("PUBLIC", public, shared, 0o644)):
        try:
            with os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(data)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise CaseError(
                [Problem(option, name, f"a new file in a folder that can be written to ({reason})")]
            ) from None
    return fingerprint(key.public_key())


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 over the 32 bytes of a public key."""
    return digest(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def sign(record: Record, private: str, store: str, now: datetime) -> dict[str, Any]:
    """The signed head that ends in a record. CaseError if the key cannot be read or lies in the folder of the store."""
    _apart(private, store)
    try:
        key = load_pem_private_key(_read("--key", private), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise CaseError([Problem("--key", private, "a private Ed25519 key in PEM without a password: whyrx audit key")])
    head = Head(record.seq, record.hash, stamp(now))
    signature = base64.b64encode(key.sign(head.signed_text())).decode()
    return {
        "hash": head.hash,
        "key": fingerprint(key.public_key()),
        "schema": SCHEMA,
        "seq": head.seq,
        "signature": signature,
        "time": head.time,
    }


def read_head(file: str, public: str) -> Head:
    """A head whose signature is right by the public key in a file. CaseError for any other."""
    try:
        key = load_pem_public_key(_read("--public-key", public))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise CaseError([Problem("--public-key", public, "a public Ed25519 key in PEM: whyrx audit key")])
    try:
        data = json.loads(_read("--head", file))
        head = _head(data)
        signature = base64.b64decode(data["signature"], validate=True)
    except (ValueError, KeyError, TypeError):
        raise CaseError([Problem("--head", file, "a head that whyrx audit head wrote")]) from None
    try:
        key.verify(signature, head.signed_text())
    except InvalidSignature:
        accepted = f"a head signed with the key of {public} (fingerprint {fingerprint(key)[:16]})"
        raise CaseError([Problem("--head", file, accepted)]) from None
    return head


def _head(data: Mapping[str, Any]) -> Head:
    head = Head(data["seq"], data["hash"], data["time"])
    if data["schema"] != SCHEMA or type(head.seq) is not int or not isinstance(head.hash + head.time, str):
        raise ValueError(SCHEMA)
    return head


def _apart(private: str, store: str) -> None:
    """CaseError for a private key in the folder of a store that is a file, or in a folder inside it."""
    if "://" in store and not store.startswith("sqlite"):
        return
    folder = Path(store.partition(":///")[2] if "://" in store else store).resolve().parent
    if Path(private).resolve().is_relative_to(folder):
        accepted = f"a key that lies apart from the store: not in {folder}, where who can change the store finds it"
        raise CaseError([Problem("--key", private, accepted)])


def _read(option: str, name: str) -> bytes:
    try:
        with open(name, "rb") as file:  # noqa: PTH123  # "" and odd names fail here with a plain error
            return file.read(_MOST_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CaseError([Problem(option, name, f"a file that can be read ({reason})")]) from None
