"""Intermediate CAs: what signs the certificates of devices (AN12642, sections 4.2, 4.6 and 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from msgspec import Meta, field

from sealwright.services._fields import IN_QUERY, Pem
from sealwright.services._retry import Retry
from sealwright.services.el2g._armour import Certificate
from sealwright.services.el2g._fields import (
    Algorithm,
    AnsweredId,
    El2gGroup,
    El2gReply,
    El2gRequest,
    Filter,
    IntermediateCaId,
    Moment,
    Name,
    Page,
    PagedRequest,
    ResourceMetadata,
    SortBy,
    SortByDirection,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.services._call import Request

GROUP = El2gGroup("intermediate_cas", "Intermediate CAs, which sign the certificates of devices.")

_LINE: Final = "POST /rtp/intermediate-cas"

CaAlgorithm = Annotated[
    Literal["NIST_P256", "NIST_P384", "NIST_P521", "RSA_2048", "RSA_4096"],
    Meta(description="The algorithm of its key."),
]
CaName = Annotated[Name, Meta(description="The name of the intermediate CA.")]
SubjectField = Annotated[
    Annotated[str, Meta(min_length=1)] | None, Meta(description="Of the subject in the request.")
]


class IntermediateCa(El2gReply, kw_only=True, frozen=True, eq=False):
    """An intermediate CA. `value` is its certificate in PEM, None until it is signed."""

    id: AnsweredId
    algorithm: Algorithm | None = None
    name: str | None = None
    value: Pem | None = None
    common_name: str | None = None
    organization: str | None = None
    org_unit: str | None = None
    country: str | None = None
    locality: str | None = None
    state: str | None = None
    signing_state: str | None = None
    signing_authority: str | None = None
    valid_until: Moment | None = None
    has_authority_key_identifier: bool | None = None
    has_subject_key_identifier: bool | None = None
    resource_metadata: ResourceMetadata | None = None


class IntermediateCaPage(Page, kw_only=True, frozen=True, eq=False):
    """A page of intermediate CAs."""

    content: list[IntermediateCa] | None = None


class SigningRequest(El2gReply, kw_only=True, frozen=True, eq=False):
    """A certificate signing request in PEM, with line ends that are line ends."""

    value: Pem


class SignedObject(El2gReply, kw_only=True, frozen=True, eq=False):
    """A secure object whose certificates an intermediate CA signs; EL2G tells no id."""

    secure_object_type: str | None = None
    name: str | None = None
    assignment_date_time: Moment | None = None


class SignedObjectPage(Page, kw_only=True, frozen=True, eq=False):
    """A page of secure objects."""

    content: list[SignedObject] | None = None


class Combination(El2gReply, kw_only=True, frozen=True, eq=False):
    """Algorithms that go together; WARNING where the CA's key is the weaker one."""

    status: str | None = None
    key_pair_algorithm: Algorithm | None = None
    intermediate_ca_algorithm: Algorithm | None = None


class SupportedAlgorithms(El2gReply, kw_only=True, frozen=True, eq=False):
    """Which algorithms of key pairs and intermediate CAs go together."""

    supported_algorithms: list[Combination] | None = None


class CaCreation(El2gRequest[IntermediateCa], kw_only=True, frozen=True, eq=False):
    """What all intermediate CAs are created with."""

    name: CaName
    algorithm: CaAlgorithm

    def look_up(self) -> Request[Any]:
        """Return what lists the intermediate CAs of this name."""
        return ListIntermediateCas(name=self.name)

    def has_made(self, found: IntermediateCa) -> bool:
        """Compare name and algorithm: the document's own example answers the name in another case."""
        same_name = (found.name or "").casefold() == self.name.casefold()
        return same_name and found.algorithm == self.algorithm


@GROUP.at("4.2.1", _LINE, "create_csr", Retry.CREATE)
class CreateCsr(CaCreation, kw_only=True, frozen=True, eq=False):
    """Create an intermediate CA that a CA of your own is to sign: EL2G makes the key and the request."""

    request_type: Literal["WITH_CSR"]
    common_name: Annotated[str, Meta(min_length=1, description="Of the subject in the request.")]
    organization: SubjectField = None
    org_unit: SubjectField = None
    country: Annotated[
        Annotated[str, Meta(pattern="^[A-Za-z]{2}$", extra={"must": "must be two letters"})] | None,
        Meta(description="Of the subject in the request: two letters."),
    ] = None
    locality: SubjectField = None
    state: SubjectField = None

    def hints(self) -> Iterator[str]:
        """Say what section 6 will have against the certificate."""
        if self.algorithm != "NIST_P256":
            yield "section 6 of the document lets only NIST_P256 certificates of a CA of your own be uploaded"


@GROUP.at("4.2.2", "GET /rtp/intermediate-cas/{intermediateCaId}/csr", "csr", Retry.READ)
class GetCsr(El2gRequest[SigningRequest], kw_only=True, frozen=True, eq=False):
    """Show the signing request of an intermediate CA; one that NXP has signed has none."""

    intermediate_ca_id: IntermediateCaId


@GROUP.at(
    "4.2.3",
    "PUT /rtp/intermediate-cas/{intermediateCaId}/upload-signed-intermediate-ca",
    "upload_signed",
    Retry.IDEMPOTENT,
)
class UploadSigned(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Upload the certificate that your own CA has signed for an intermediate CA, with your CA's."""

    intermediate_ca_id: IntermediateCaId
    signed_certificate: Annotated[Certificate, Meta(description="The intermediate certificate in PEM.")]
    root_ca: Annotated[Certificate, Meta(description="The certificate of your CA in PEM.")]


@GROUP.at("4.6.1", _LINE, "create", Retry.CREATE)
class CreateIntermediateCa(CaCreation, kw_only=True, frozen=True, eq=False):
    """Create an intermediate CA that NXP's root signs."""

    request_type: Literal["WITHOUT_CSR"]


@GROUP.at("4.6.2", "GET /rtp/intermediate-cas/{intermediateCaId}", "get", Retry.READ)
class GetIntermediateCa(El2gRequest[IntermediateCa], kw_only=True, frozen=True, eq=False):
    """Show an intermediate CA."""

    intermediate_ca_id: IntermediateCaId


@GROUP.at("4.6.3", "GET /rtp/intermediate-cas", "list", Retry.READ, pages="content")
class ListIntermediateCas(PagedRequest[IntermediateCaPage], kw_only=True, frozen=True, eq=False):
    """List the intermediate CAs of the account."""

    name: Annotated[Filter, Meta(description="Only CAs with this in their names.")] = None
    status: Annotated[
        Literal["CSR_CREATED", "SIGNED"] | None, Meta(description="Only those in this state."), IN_QUERY
    ] = None
    signer: Annotated[
        Literal["NXP", "EXT"] | None, Meta(description="Only those that NXP, or another, signs."), IN_QUERY
    ] = None
    validity: Annotated[
        Literal["VALID", "EXPIRED"] | None, Meta(description="Only valid or expired ones."), IN_QUERY
    ] = None
    algorithm: Annotated[CaAlgorithm | None, Meta(description="Only of this algorithm."), IN_QUERY] = None
    # This call's own link has `sort-by-direction`, those of section 4.5 have `sortByDirection`.
    sort_by: SortBy = field(name="sort-by", default=None)
    sort_by_direction: SortByDirection = field(name="sort-by-direction", default=None)


@GROUP.at(
    "4.6.4",
    "GET /rtp/intermediate-cas/{intermediateCaId}/download-intermediate-ca",
    "download",
    Retry.READ,
)
class DownloadCa(El2gRequest[Pem], kw_only=True, frozen=True, eq=False):
    """Show the certificate of an intermediate CA, in PEM."""

    intermediate_ca_id: IntermediateCaId


@GROUP.at(
    "4.6.5",
    "POST /rtp/intermediate-cas/{intermediateCaId}/create-verification-certificate",
    "create_verification_certificate",
    # EL2G keeps nothing of it, so another one does no harm.
    Retry.IDEMPOTENT,
)
class CreateVerificationCertificate(El2gRequest[Pem], kw_only=True, frozen=True, eq=False):
    """Make a certificate in PEM that proves to a cloud platform that you possess an intermediate CA."""

    intermediate_ca_id: IntermediateCaId
    verification_code: Annotated[
        str, Meta(min_length=1, description="The code that the platform gave: it becomes the common name.")
    ]


@GROUP.at(
    "4.6.6",
    "GET /rtp/intermediate-cas/{intermediateCaId}/secure-objects",
    "secure_objects",
    Retry.READ,
    pages="content",
)
class SignedObjects(PagedRequest[SignedObjectPage], kw_only=True, frozen=True, eq=False):
    """List the secure objects whose certificates an intermediate CA signs."""

    intermediate_ca_id: IntermediateCaId


@GROUP.at(
    "4.6.7", "DELETE /rtp/intermediate-cas/{intermediateCaId}", "delete", Retry.IDEMPOTENT, irreversible=True
)
class DeleteIntermediateCa(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Delete an intermediate CA that has signed no certificate's secure object."""

    intermediate_ca_id: IntermediateCaId


@GROUP.at("4.6.8", "GET /rtp/intermediate-cas/supported-algorithms", "supported_algorithms", Retry.READ)
class GetSupportedAlgorithms(El2gRequest[SupportedAlgorithms], kw_only=True, frozen=True, eq=False):
    """List which algorithms of key pairs and intermediate CAs go together."""
