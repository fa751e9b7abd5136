"""Intermediate CAs (AN12642, sections 4.2 and 4.6): certificates and requests are real."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sealwright.services.el2g.intermediate_cas import (
    CreateCsr,
    CreateIntermediateCa,
    CreateVerificationCertificate,
    DeleteIntermediateCa,
    DownloadCa,
    GetCsr,
    GetIntermediateCa,
    GetSupportedAlgorithms,
    ListIntermediateCas,
    SignedObjects,
    UploadSigned,
)
from sealwright.simulator.clock import iso
from sealwright.simulator.el2g.account import found
from sealwright.simulator.el2g.answers.paging import named, page
from sealwright.simulator.el2g.answers.showing import intermediate_ca
from sealwright.simulator.el2g.authorities import accept, pem_of
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from sealwright.simulator.el2g.account import Account
    from sealwright.simulator.el2g.authorities import IntermediateCa
    from sealwright.simulator.el2g.records import SecureObject

DESK = Desk()

_STRENGTHS: Final = {"NIST_P192": 96, "NIST_P224": 112, "NIST_P256": 128, "NIST_P384": 192, "NIST_P521": 256}


def _ca(account: Account, number: int) -> IntermediateCa:
    return found(account.cas, number, "Intermediate CA")


@DESK.to(CreateIntermediateCa)
def create(account: Account, asked: CreateIntermediateCa) -> dict[str, Any]:
    """Make a CA that the root signs."""
    number = account.number()
    account.cas[number] = account.authorities.create(number, asked.name, asked.algorithm, account.now())
    account.log("RTP_INTERMEDIATE_CA_NXP_CREATED")
    return intermediate_ca(account.cas[number])


@DESK.to(CreateCsr)
def create_csr(account: Account, asked: CreateCsr) -> dict[str, Any]:
    """Make a CA that somebody else is to sign."""
    number = account.number()
    fields = ("common_name", "organization", "org_unit", "country", "locality", "state")
    subject = {field: value for field in fields if (value := getattr(asked, field))}
    account.cas[number] = account.authorities.request(
        number, asked.name, asked.algorithm, account.now(), subject
    )
    account.log("RTP_INTERMEDIATE_CA_CSR_CREATED")
    return intermediate_ca(account.cas[number])


@DESK.to(GetCsr)
def csr(account: Account, asked: GetCsr) -> dict[str, Any]:
    """Show the signing request of a CA that is not NXP's."""
    ca = _ca(account, asked.intermediate_ca_id)
    if not ca.external:
        raise RefusalError(422, "Intermediate CA is signed by the NXP root CA and has no CSR")
    return {"value": ca.csr}


@DESK.to(UploadSigned)
def upload(account: Account, asked: UploadSigned) -> None:
    """Take a certificate that meets section 6."""
    ca = _ca(account, asked.intermediate_ca_id)
    if not ca.external or ca.certificate is not None:
        raise RefusalError(409, "Intermediate CA does not wait for a certificate")
    ca.certificate = accept(ca, asked.signed_certificate, asked.root_ca, account.now())
    ca.touch(account.now())


@DESK.to(GetIntermediateCa)
def get(account: Account, asked: GetIntermediateCa) -> dict[str, Any]:
    """Show a CA."""
    return intermediate_ca(_ca(account, asked.intermediate_ca_id))


@DESK.to(ListIntermediateCas)
def cas(account: Account, asked: ListIntermediateCas) -> dict[str, Any]:
    """List CAs by name, state, signer, validity and algorithm."""
    now = datetime.fromtimestamp(account.now(), UTC)
    mine = []
    for each in account.cas.values():
        expired = each.certificate is not None and each.certificate.not_valid_after_utc < now
        if (
            named(asked.name, each.name)
            and asked.status in {None, each.state}
            and asked.signer in {None, each.authority}
            and asked.validity in {None, "EXPIRED" if expired else "VALID"}
            and asked.algorithm in {None, each.algorithm}
        ):
            mine.append(each)
    return page(account, asked, mine, intermediate_ca, "RtpIntermediateCertificatePage")


@DESK.to(DownloadCa)
def download(account: Account, asked: DownloadCa) -> str:
    """Show the certificate of a CA."""
    return pem_of(_ca(account, asked.intermediate_ca_id).signed())


@DESK.to(CreateVerificationCertificate)
def verification(account: Account, asked: CreateVerificationCertificate) -> str:
    """Make a certificate whose common name is the code."""
    ca = _ca(account, asked.intermediate_ca_id)
    key = account.authorities.device_key(f"verification {asked.verification_code}")
    until = datetime.fromtimestamp(account.now(), UTC) + timedelta(days=1)
    return ca.issue(asked.verification_code[:64], account.now(), until, key)


@DESK.to(SignedObjects)
def signed_objects(account: Account, asked: SignedObjects) -> dict[str, Any]:
    """List the certificate objects that a CA signs for."""
    ca = _ca(account, asked.intermediate_ca_id)
    mine = [each for each in account.objects.values() if each.ca is ca]
    return page(account, asked, mine, _signed_object, "IntermediateCaCertificatesPage")


def _signed_object(each: SecureObject) -> dict[str, Any]:
    return {"secureObjectType": each.kind, "name": each.name, "assignmentDateTime": iso(each.created)}


@DESK.to(DeleteIntermediateCa)
def delete(account: Account, asked: DeleteIntermediateCa) -> None:
    """Remove a CA that signs for no object."""
    ca = _ca(account, asked.intermediate_ca_id)
    if any(each.ca is ca for each in account.objects.values()):
        raise RefusalError(409, "Intermediate CA is used by secure objects")
    del account.cas[ca.id]


@DESK.to(GetSupportedAlgorithms)
def supported(_account: Account, _asked: GetSupportedAlgorithms) -> dict[str, Any]:
    """List combinations; a CA whose key is weaker than the key pair's draws a warning."""
    return {
        "supportedAlgorithms": [
            {
                "status": "WARNING" if strength > _STRENGTHS[ca] else "NONE",
                "keyPairAlgorithm": pair,
                "intermediateCaAlgorithm": ca,
            }
            for pair, strength in _STRENGTHS.items()
            for ca in ("NIST_P256", "NIST_P384", "NIST_P521")
        ]
    }
