"""The second flow (AN12642 section 4.2): an intermediate CA whose certificate your own CA signs.

    first run:   look -> create -> CSR                     your CA signs it
    second run:  look -> CSR -> check (section 6) -> upload

Each step looks for what is there, so the flow may be run again from its beginning at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from cryptography.hazmat.primitives.serialization import Encoding

from sealwright.errors import InputError, RefusedError
from sealwright.provision.certificates import (
    as_one_string,
    check_intermediate_ca,
    read_certificate,
    read_request,
)
from sealwright.provision.flows.sending import Step
from sealwright.services.el2g import EL2G

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cryptography.x509 import Certificate

    from sealwright.provision.flows.sending import Sender
    from sealwright.services.el2g.client import El2gClient
    from sealwright.services.el2g.intermediate_cas import IntermediateCa

    Tell: TypeAlias = Callable[[Step], object]

_CREATE: Final = EL2G.find("intermediate_cas", "create_csr")
_NXP: Final = "NXP"
_UPLOAD: Final = EL2G.find("intermediate_cas", "upload_signed")


class Signed(NamedTuple):
    """What your own CA has made of the CSR: a certificate, and the certificate of the CA itself."""

    certificate: Certificate
    root: Certificate

    @classmethod
    def read(cls, certificate: bytes, root: bytes) -> Signed:
        """Read both in PEM. Raises InputError."""
        return cls(read_certificate(certificate, "certificate"), read_certificate(root, "root CA"))


@dataclass(frozen=True, slots=True)
class IntermediateCaFlow:
    """What is wanted: an intermediate CA by its name, and its subject by the fields of `create_csr`."""

    name: str
    algorithm: str = "NIST_P256"
    subject: Mapping[str, Any] = field(default_factory=dict)

    def request(self, sender: Sender, tell: Tell = lambda _: None) -> str | None:
        """Return the CSR in PEM, of an intermediate CA that is there or is created for it.

        It is None in a rehearsal that would create one. Raises InputError where the name is that of
        something else, and as the client does.
        """
        ca = self._find(sender.client)
        words = f"intermediate CA {self.name!r}"
        if ca is not None:
            tell(Step("found", f"{words}, {ca.signing_state}", str(ca.id)))
            return self._csr(sender.client, ca)
        if "common_name" not in self.subject:
            raise InputError(f"{words}: there is none, and to create it its common name is needed")
        request = _CREATE.make(name=self.name, algorithm=self.algorithm, **self.subject)
        sent = sender.send(request, action="create-intermediate-ca", name=self.name)
        tell(Step.of(sent, "created", words))
        return None if sent.reply is None else self._csr(sender.client, sent.reply)

    def upload(self, sender: Sender, signed: Signed, now: datetime, tell: Tell = lambda _: None) -> None:
        """Check a certificate against section 6, and upload it unless it is there.

        Raises InputError that names each requirement that is not met, before anything is sent, and as
        the client does.
        """
        ca = self._find(sender.client)
        if ca is None:
            raise InputError(f"intermediate CA {self.name!r}: there is none: run the flow for a CSR first")
        if ca.value is not None:
            self._check_same(ca, signed)
            tell(Step("found", f"the certificate of {self.name!r}", str(ca.id)))
            return
        csr = read_request(self._csr(sender.client, ca))
        unmet = check_intermediate_ca(signed.certificate, signed.root, csr, now)
        for each in unmet:
            if each.requirement.advice:
                tell(Step("advice", str(each)))
        if wrong := [str(each) for each in unmet if not each.requirement.advice]:
            raise InputError("certificate: nothing was sent, for section 6 is not met: " + "; ".join(wrong))
        self._send(sender, ca, signed, tell)

    def _send(self, sender: Sender, ca: IntermediateCa, signed: Signed, tell: Tell) -> None:
        certificate, root = (as_one_string(each.public_bytes(Encoding.PEM)) for each in signed)
        request = _UPLOAD.make(intermediate_ca_id=int(ca.id), signed_certificate=certificate, root_ca=root)
        words = f"the certificate of {self.name!r}"
        try:
            sent = sender.send(request, action="upload-signed-intermediate-ca", name=self.name)
        except RefusedError as no:
            # One that went out twice is refused the second time, for the first one was carried out.
            again = self._find(sender.client) if no.maybe_done else None
            if again is None or again.value is None:
                raise
            self._check_same(again, signed)
            tell(Step("done", words, str(ca.id)))
            return
        tell(Step.of(sent, "done", words))

    def _find(self, client: El2gClient) -> IntermediateCa | None:
        """Return the intermediate CA of the name. Raises InputError where it is not what is wanted."""
        listed = client.intermediate_cas.list_all(name=self.name)
        found = [each for each in listed if (each.name or "").casefold() == self.name.casefold()]
        if len(found) > 1:
            numbers = ", ".join(str(each.id) for each in found)
            raise InputError(f"intermediate CA: {self.name!r} is the name of {numbers}: delete all but one")
        if not found:
            return None
        (ca,) = found
        if ca.signing_authority == _NXP:
            raise InputError(
                f"intermediate CA: {self.name!r} is {ca.id}, which NXP has signed: choose another name"
            )
        wanted = {"algorithm": self.algorithm, **self.subject}
        for name, value in wanted.items():
            if (has := getattr(ca, name)) != value:
                raise InputError(
                    f"intermediate CA: {self.name!r} is the name of {ca.id}, whose {name} is {has!r} and not"
                    f" {value!r}: choose another name"
                )
        return ca

    def _csr(self, client: El2gClient, ca: IntermediateCa) -> str:
        pem = client.intermediate_cas.csr(intermediate_ca_id=ca.id).value
        read_request(pem)
        return pem

    def _check_same(self, ca: IntermediateCa, signed: Signed) -> None:
        """Raise InputError where another certificate was uploaded before."""
        if read_certificate(ca.value or "", "intermediate CA") != signed.certificate:
            raise InputError(
                f"intermediate CA: {self.name!r} ({ca.id}) has another certificate, which is not replaced"
            )
