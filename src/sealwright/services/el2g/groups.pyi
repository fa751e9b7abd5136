# Written by tests/stubs.py from the calls, and compared with them by a test.

import builtins
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from sealwright.secret import Secret
from sealwright.services._each import ItemAnswer
from sealwright.services._groups import CallGroup
from sealwright.services.el2g._fields import DeviceGroupName, ProductDetails
from sealwright.services.el2g._secure_object import SecureObject, SecureObjectPage
from sealwright.services.el2g.claim_codes import (
    Batch,
    BatchDeleted,
    ClaimCode,
    ClaimCodePage,
    Deleted,
    Statistics,
)
from sealwright.services.el2g.device_groups import (
    DeviceGroup,
    DeviceGroupPage,
    DeviceProvisionings,
    DeviceProvisioningsPage,
    JobStarted,
    Unclaimed,
)
from sealwright.services.el2g.devices import Device, DevicePage
from sealwright.services.el2g.intermediate_cas import (
    IntermediateCa,
    IntermediateCaPage,
    SignedObject,
    SignedObjectPage,
    SigningRequest,
    SupportedAlgorithms,
)
from sealwright.services.el2g.jobs import Job
from sealwright.services.el2g.products import DevBoard, HardwareType, Product
from sealwright.services.el2g.provisionings import DeviceBlobs, ProductBlobs, Provisioning, ProvisioningPage
from sealwright.services.el2g.secure_objects import (
    AssignedObject,
    AssignedObjectPage,
    DeviceGroupNamePage,
    PolicyOfObject,
    PolicyPage,
)
from sealwright.services.el2g.settings import PolicySettings, ReservedOids

class ServicesCalls(CallGroup):
    """Services of the account."""

    def list(self) -> Any:
        """List the services of the account.

        The document names this call as its example of a header and does not describe its answer, so that is
        returned as it comes.
        """

class ProductsCalls(CallGroup):
    """Products that EL2G knows, and their 12NCs."""

    def list(
        self,
        *,
        hardware_type: str | None = ...,
        hardware_variant: str | None = ...,
        nc12: str | int | None = ...,
        device_id: str | int | bytes | None = ...,
    ) -> builtins.list[Product]:
        """List the products, whose 12NCs other calls need.

        With a 12NC or a device there is one or none in the answer.
        """

    def hardware_types(self) -> builtins.list[HardwareType]:
        """List the types of hardware, their variants and the products of each."""

    def dev_boards(self) -> builtins.list[DevBoard]:
        """List the development boards."""

class DevicesCalls(CallGroup):
    """Devices that are registered."""

    def list(
        self,
        *,
        page: int | None = ...,
        size: int | None = ...,
        device_id: str | int | bytes | None = ...,
        product_type: str | None = ...,
    ) -> DevicePage:
        """List the devices that are registered."""

    def list_all(
        self,
        *,
        size: int | None = ...,
        device_id: str | int | bytes | None = ...,
        product_type: str | None = ...,
    ) -> Iterator[Device]:
        """Yield the items of all pages, fetched when they are needed.

        List the devices that are registered.
        """

    def product(
        self,
        *,
        device_id: str | int | bytes,
    ) -> ProductDetails:
        """Show the product of a device."""

class DeviceGroupsCalls(CallGroup):
    """Device groups of a product, and the devices in them."""

    def create(
        self,
        *,
        nc12: str | int,
        device_group_name: str,
    ) -> DeviceGroup:
        """Create a device group. Its product decides which policies apply to its devices."""

    def add_devices(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_ids: Sequence[str | int | bytes],
    ) -> DeviceProvisioningsPage:
        """Add devices to a device group."""

    def add_devices_in_parts(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_ids: Iterable[str | int | bytes],
    ) -> Iterator[DeviceProvisioningsPage]:
        """Send lists of any length in parts, and yield the reply to each.

        Add devices to a device group.
        """

    def add_devices_each(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_ids: Iterable[str | int | bytes],
    ) -> Iterator[ItemAnswer]:
        """Send a list of any length in parts, and yield what became of each item of it.

        Add devices to a device group.
        """

    def list(
        self,
        *,
        nc12: str | int,
        page: int | None = ...,
        size: int | None = ...,
        name: str | None = ...,
    ) -> DeviceGroupPage:
        """List the device groups of a product."""

    def list_all(
        self,
        *,
        nc12: str | int,
        size: int | None = ...,
        name: str | None = ...,
    ) -> Iterator[DeviceGroup]:
        """Yield the items of all pages, fetched when they are needed.

        List the device groups of a product.
        """

    def get(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
    ) -> DeviceGroup:
        """Show a device group."""

    def device(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_id: str | int | bytes,
    ) -> Device:
        """Show a device of a device group."""

    def devices(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        page: int | None = ...,
        size: int | None = ...,
    ) -> DeviceProvisioningsPage:
        """List the devices of a device group."""

    def devices_all(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        size: int | None = ...,
    ) -> Iterator[DeviceProvisionings]:
        """Yield the items of all pages, fetched when they are needed.

        List the devices of a device group.
        """

    def unclaim_devices(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_ids: Sequence[str | int | bytes],
    ) -> Unclaimed:
        """Take devices out of a device group, back into NXP's general one.

        The answer says success even where some devices stayed: look at failedDeviceIds.
        """

    def unclaim_devices_in_parts(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_ids: Iterable[str | int | bytes],
    ) -> Iterator[Unclaimed]:
        """Send lists of any length in parts, and yield the reply to each.

        Take devices out of a device group, back into NXP's general one.

        The answer says success even where some devices stayed: look at failedDeviceIds.
        """

    def unclaim_devices_each(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_ids: Iterable[str | int | bytes],
    ) -> Iterator[ItemAnswer]:
        """Send a list of any length in parts, and yield what became of each item of it.

        Take devices out of a device group, back into NXP's general one.

        The answer says success even where some devices stayed: look at failedDeviceIds.
        """

    def unclaim_all(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
    ) -> None:
        """Take all devices out of a device group.

        It begins now; nothing tells when it has ended, or which devices they were.
        """

    def delete(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
    ) -> None:
        """Delete a device group that has no devices, services or claim codes."""

    def update(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_group_name: str,
    ) -> None:
        """Rename a device group."""

    def register_devices(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_ids: Sequence[str | int | bytes],
    ) -> JobStarted:
        """Start a job that registers devices with a device group, at most 500 at once."""

    def register_devices_in_parts(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_ids: Iterable[str | int | bytes],
    ) -> Iterator[JobStarted]:
        """Send lists of any length in parts, and yield the reply to each.

        Start a job that registers devices with a device group, at most 500 at once.
        """

    def register_devices_each(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        device_ids: Iterable[str | int | bytes],
    ) -> Iterator[ItemAnswer]:
        """Send a list of any length in parts, and yield what became of each item of it.

        Start a job that registers devices with a device group, at most 500 at once.
        """

class ClaimCodesCalls(CallGroup):
    """Claim codes of device groups."""

    def create(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        name: str,
        policy: Literal["UNRESTRICTED", "RESTRICTED"],
        behavior: Literal["ALLOW", "DENY"],
        device_limit: int,
        reusable: bool,
        secret: str | bytes | Secret,
    ) -> ClaimCode:
        """Create a claim code with a secret of your own."""

    def create_batch(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        name_prefix: str,
        number_of_claim_codes: int,
        policy: Literal["UNRESTRICTED", "RESTRICTED"],
        behavior: Literal["ALLOW", "DENY"],
        device_limit: int,
        reusable: bool,
    ) -> Batch:
        """Start to create 100 to 1000 claim codes, whose secrets EL2G makes."""

    def batch(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        batch_id: int | str,
    ) -> Batch:
        """Show how much of a batch of claim codes is made."""

    def list(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        page: int | None = ...,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
        name: str | None = ...,
        status: Literal["ACTIVE", "REVOKED", "ALL"] | None = ...,
        usage_status: Literal["REACHED", "UNREACHED", "ALL"] | None = ...,
    ) -> ClaimCodePage:
        """List the claim codes of a device group, without their secrets."""

    def list_all(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
        name: str | None = ...,
        status: Literal["ACTIVE", "REVOKED", "ALL"] | None = ...,
        usage_status: Literal["REACHED", "UNREACHED", "ALL"] | None = ...,
    ) -> Iterator[ClaimCode]:
        """Yield the items of all pages, fetched when they are needed.

        List the claim codes of a device group, without their secrets.
        """

    def get(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        claim_code_id: int | str,
    ) -> ClaimCode:
        """Show a claim code, without its secret."""

    def update(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        claim_code_id: int | str,
        name: str,
        policy: Literal["UNRESTRICTED", "RESTRICTED"],
        behavior: Literal["ALLOW", "DENY"],
        device_limit: int,
        reusable: bool,
    ) -> None:
        """Change a claim code; its secret stays."""

    def revoke(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        claim_code_id: int | str,
    ) -> None:
        """Revoke a claim code for good. It still counts in the account's quota."""

    def decrypt(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        claim_code_id: int | str,
    ) -> Secret:
        """Show the secret of a claim code, in base64."""

    def delete(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        claim_code_id: int | str,
    ) -> None:
        """Delete a claim code, which frees its place in the account's quota."""

    def batch_delete(
        self,
        *,
        claim_code_ids: Sequence[int | str],
    ) -> BatchDeleted:
        """Delete claim codes by their ids, of whatever device group."""

    def batch_delete_in_parts(
        self,
        *,
        claim_code_ids: Iterable[int | str],
    ) -> Iterator[BatchDeleted]:
        """Send lists of any length in parts, and yield the reply to each.

        Delete claim codes by their ids, of whatever device group.
        """

    def batch_delete_each(
        self,
        *,
        claim_code_ids: Iterable[int | str],
    ) -> Iterator[ItemAnswer]:
        """Send a list of any length in parts, and yield what became of each item of it.

        Delete claim codes by their ids, of whatever device group.
        """

    def delete_by_criteria(
        self,
        *,
        revoked: bool | None = ...,
        max_usage_achieved: bool | None = ...,
        created_before: str | dt.datetime | None = ...,
    ) -> Deleted:
        """Delete the claim codes of the account that meet all the criteria given; one is needed."""

    def statistics(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
    ) -> Statistics:
        """Show how much the claim codes of a device group are used."""

class SecureObjectsCalls(CallGroup):
    """Keys, certificates and files, and the device groups that get them."""

    def list(
        self,
        *,
        page: int | None = ...,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
        name: str | None = ...,
        secure_object_type: str | None = ...,
    ) -> SecureObjectPage:
        """List the secure objects of the account."""

    def list_all(
        self,
        *,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
        name: str | None = ...,
        secure_object_type: str | None = ...,
    ) -> Iterator[SecureObject]:
        """Yield the items of all pages, fetched when they are needed.

        List the secure objects of the account.
        """

    def create_key_pair(
        self,
        *,
        name: str,
        object_id: str,
        algorithm: Literal[
            "NIST_P192",
            "NIST_P224",
            "NIST_P256",
            "NIST_P384",
            "NIST_P521",
            "RSA_1024",
            "RSA_2048",
            "RSA_3072",
            "RSA_4096",
            "ECC_ED_25519",
            "ECC_MONT_DH_25519",
            "ECC_MONT_DH_448",
            "BRAINPOOLP160R1",
            "BRAINPOOLP192R1",
            "BRAINPOOLP224R1",
            "BRAINPOOLP256R1",
            "BRAINPOOLP320R1",
            "BRAINPOOLP384R1",
            "BRAINPOOLP512R1",
            "SECP160K1",
            "SECP192K1",
            "SECP224K1",
            "SECP256K1",
        ],
        generate_on_device_connection: bool = ...,
        policy_source_type: Literal["DEFAULT", "CUSTOM"] = ...,
        policies: Mapping[str, Any] | None = ...,
    ) -> SecureObject:
        """Create a key pair, another one for each device."""

    def create_certificate(
        self,
        *,
        name: str,
        object_id: str,
        key_pair_id: int | str,
        intermediate_ca_id: int | str,
        common_name_prefix: str,
        generate_on_device_connection: bool = ...,
        policy_source_type: Literal["DEFAULT", "CUSTOM"] = ...,
        policies: Mapping[str, Any] | None = ...,
        validity_type: Literal["MONTH", "DATE"] = ...,
        span_in_months: int | None = ...,
        valid_until: str | dt.date | None = ...,
        allow_signing: bool = ...,
        country: str | None = ...,
        state: str | None = ...,
        locality: str | None = ...,
        organization: str | None = ...,
        organization_unit: str | None = ...,
        email: str | None = ...,
    ) -> SecureObject:
        """Create an X.509 certificate for the key pair of each device, signed by an intermediate CA."""

    def create_master_key(
        self,
        *,
        name: str,
        object_id: str,
        key_size: Literal["AES128", "AES256"] | int,
        customer_pgp_public_key: str | bytes,
        encrypted_key: str | bytes,
        generate_on_device_connection: bool = ...,
        policy_source_type: Literal["DEFAULT", "CUSTOM"] = ...,
        policies: Mapping[str, Any] | None = ...,
    ) -> SecureObject:
        """Import an AES master key: the same for all devices, encrypted for EL2G and signed by you."""

    def create_hmac_key(
        self,
        *,
        name: str,
        object_id: str,
        key_size: str | int,
        customer_pgp_public_key: str | bytes,
        encrypted_key: str | bytes,
        generate_on_device_connection: bool = ...,
        policy_source_type: Literal["DEFAULT", "CUSTOM"] = ...,
        policies: Mapping[str, Any] | None = ...,
    ) -> SecureObject:
        """Import an HMAC master key: the same for all devices, encrypted for EL2G and signed by you."""

    def create_binary_file(
        self,
        *,
        name: str,
        object_id: str,
        binary_file: str | bytes,
        generate_on_device_connection: bool = ...,
        policy_source_type: Literal["DEFAULT", "CUSTOM"] = ...,
        policies: Mapping[str, Any] | None = ...,
        checksum: str | None = ...,
    ) -> SecureObject:
        """Import a file that is no secret."""

    def create_confidential_binary_file(
        self,
        *,
        name: str,
        object_id: str,
        customer_pgp_public_key: str | bytes,
        encrypted_binary_file: str | bytes,
        generate_on_device_connection: bool = ...,
        policy_source_type: Literal["DEFAULT", "CUSTOM"] = ...,
        policies: Mapping[str, Any] | None = ...,
    ) -> SecureObject:
        """Import a secret file of at most 500 bytes, encrypted for EL2G and signed by you."""

    def create_static_public_key(
        self,
        *,
        name: str,
        object_id: str,
        algorithm: Literal[
            "NIST_P192",
            "NIST_P224",
            "NIST_P256",
            "NIST_P384",
            "NIST_P521",
            "RSA_1024",
            "RSA_2048",
            "RSA_3072",
            "RSA_4096",
            "ECC_ED_25519",
            "ECC_MONT_DH_25519",
            "ECC_MONT_DH_448",
            "BRAINPOOLP160R1",
            "BRAINPOOLP192R1",
            "BRAINPOOLP224R1",
            "BRAINPOOLP256R1",
            "BRAINPOOLP320R1",
            "BRAINPOOLP384R1",
            "BRAINPOOLP512R1",
            "SECP160K1",
            "SECP192K1",
            "SECP224K1",
            "SECP256K1",
        ],
        public_key: str | bytes,
        generate_on_device_connection: bool = ...,
        policy_source_type: Literal["DEFAULT", "CUSTOM"] = ...,
        policies: Mapping[str, Any] | None = ...,
        checksum: str | None = ...,
    ) -> SecureObject:
        """Import a public key: the same for all devices."""

    def create_oem_fw_auth_key_hash(
        self,
        *,
        name: str,
        object_id: str,
        binary_file: str | bytes,
        oem_provisioned: bool,
        generate_on_device_connection: bool = ...,
        policy_source_type: Literal["DEFAULT", "CUSTOM"] = ...,
        policies: Mapping[str, Any] | None = ...,
    ) -> SecureObject:
        """Import the hash of the key that authenticates an OEM's firmware."""

    def create_oem_fw_decrypt_key(
        self,
        *,
        name: str,
        object_id: str,
        key_size: Literal["AES128", "AES256"] | int,
        customer_pgp_public_key: str | bytes,
        encrypted_key: str | bytes,
        generate_on_device_connection: bool = ...,
        policy_source_type: Literal["DEFAULT", "CUSTOM"] = ...,
        policies: Mapping[str, Any] | None = ...,
    ) -> SecureObject:
        """Import the key that decrypts an OEM's firmware, encrypted for EL2G and signed by you."""

    def assign(
        self,
        *,
        secure_object_id: int | str,
        device_group_id: int | str,
        product_hardware_family_type: str | None = ...,
    ) -> None:
        """Give a secure object to the devices of a device group.

        Its policies must be for the group's product, and no other object of the group may have its object id.
        """

    def available_groups(
        self,
        *,
        secure_object_id: int | str,
        name: str | None = ...,
    ) -> builtins.list[DeviceGroupName]:
        """List the device groups that can be given a secure object."""

    def unassign_groups(
        self,
        *,
        secure_object_id: int | str,
        device_group_ids: Sequence[int | str],
        hardware_family_type: str | None = ...,
    ) -> None:
        """Take a secure object from device groups."""

    def unassign_objects(
        self,
        *,
        device_group_id: int | str,
        secure_object_ids: Sequence[int | str],
        hardware_family_type: str | None = ...,
    ) -> None:
        """Take secure objects from a device group."""

    def get(
        self,
        *,
        secure_object_id: int | str,
    ) -> SecureObject:
        """Show a secure object."""

    def assigned(
        self,
        *,
        device_group_id: int | str,
        page: int | None = ...,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
        secure_object_name: str | None = ...,
        secure_object_type: str | None = ...,
    ) -> AssignedObjectPage:
        """List the secure objects of a device group."""

    def assigned_all(
        self,
        *,
        device_group_id: int | str,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
        secure_object_name: str | None = ...,
        secure_object_type: str | None = ...,
    ) -> Iterator[AssignedObject]:
        """Yield the items of all pages, fetched when they are needed.

        List the secure objects of a device group.
        """

    def available(
        self,
        *,
        device_group_id: int | str,
    ) -> builtins.list[SecureObject]:
        """List the secure objects that a device group can be given."""

    def assigned_groups(
        self,
        *,
        secure_object_id: int | str,
        page: int | None = ...,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
    ) -> DeviceGroupNamePage:
        """List the device groups that have a secure object."""

    def assigned_groups_all(
        self,
        *,
        secure_object_id: int | str,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
    ) -> Iterator[DeviceGroupName]:
        """Yield the items of all pages, fetched when they are needed.

        List the device groups that have a secure object.
        """

    def delete(
        self,
        *,
        secure_object_id: int | str,
    ) -> None:
        """Delete a secure object that no device group has."""

    def update(
        self,
        *,
        secure_object_id: int | str,
        name: str | None = ...,
        policies: Mapping[str, Any] | None = ...,
    ) -> None:
        """Rename a secure object, or set its policies where it was created with CUSTOM ones."""

    def policies(
        self,
        *,
        secure_object_id: int | str,
        page: int | None = ...,
        size: int | None = ...,
        nc12: str | int | None = ...,
    ) -> PolicyPage:
        """List the policies of a secure object. Default ones are there once a device group has it."""

    def policies_all(
        self,
        *,
        secure_object_id: int | str,
        size: int | None = ...,
        nc12: str | int | None = ...,
    ) -> Iterator[PolicyOfObject]:
        """Yield the items of all pages, fetched when they are needed.

        List the policies of a secure object. Default ones are there once a device group has it.
        """

class ProvisioningsCalls(CallGroup):
    """What devices get of secure objects, and how far that is."""

    def of_object(
        self,
        *,
        secure_object_id: int | str,
        page: int | None = ...,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
        device_id: str | int | bytes | None = ...,
        provisioning_state: Literal[
            "GENERATION_TRIGGERED",
            "GENERATION_COMPLETED",
            "GENERATION_FAILED",
            "PROVISIONING_COMPLETED",
            "PROVISIONING_FAILED",
            "GENERATION_ON_CONNECTION",
        ]
        | None = ...,
    ) -> ProvisioningPage:
        """List the provisionings of a secure object."""

    def of_object_all(
        self,
        *,
        secure_object_id: int | str,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
        device_id: str | int | bytes | None = ...,
        provisioning_state: Literal[
            "GENERATION_TRIGGERED",
            "GENERATION_COMPLETED",
            "GENERATION_FAILED",
            "PROVISIONING_COMPLETED",
            "PROVISIONING_FAILED",
            "GENERATION_ON_CONNECTION",
        ]
        | None = ...,
    ) -> Iterator[Provisioning]:
        """Yield the items of all pages, fetched when they are needed.

        List the provisionings of a secure object.
        """

    def of_device(
        self,
        *,
        device_id: str | int | bytes,
        page: int | None = ...,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
        hardware_family_type: str | None = ...,
        owner_domain_types: Sequence[str] | None = ...,
    ) -> ProvisioningPage:
        """List the provisionings of a device."""

    def of_device_all(
        self,
        *,
        device_id: str | int | bytes,
        size: int | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
        hardware_family_type: str | None = ...,
        owner_domain_types: Sequence[str] | None = ...,
    ) -> Iterator[Provisioning]:
        """Yield the items of all pages, fetched when they are needed.

        List the provisionings of a device.
        """

    def certificate(
        self,
        *,
        provisioning_id: str | int,
    ) -> str:
        """Show the certificate of a device, in PEM."""

    def intermediate_ca(
        self,
        *,
        provisioning_id: str | int,
    ) -> str:
        """Show the certificate of the intermediate CA that has signed a device's, in PEM."""

    def download(
        self,
        *,
        device_group_id: int | str,
        product_hardware_family_type: str,
        device_ids: Sequence[str | int | bytes],
        owner_domain_types: Sequence[str] | None = ...,
    ) -> builtins.list[DeviceBlobs]:
        """Download what is to be written to devices, as blobs."""

    def download_in_parts(
        self,
        *,
        device_group_id: int | str,
        product_hardware_family_type: str,
        device_ids: Iterable[str | int | bytes],
        owner_domain_types: Sequence[str] | None = ...,
    ) -> Iterator[builtins.list[DeviceBlobs]]:
        """Send lists of any length in parts, and yield the reply to each.

        Download what is to be written to devices, as blobs.
        """

    def request_batch_job(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
        batch_size: int,
    ) -> JobStarted:
        """Start a job that makes the provisionings of a number of devices of a product."""

    def download_static(
        self,
        *,
        nc12: str | int,
        device_group_id: int | str,
    ) -> ProductBlobs:
        """Download the provisionings that are the same for all devices of a product."""

class JobsCalls(CallGroup):
    """Work that goes on after its call, and what came of it."""

    def get(
        self,
        *,
        job_id: str | int,
    ) -> Job:
        """Show how far a job is."""

    def download(
        self,
        *,
        job_id: str | int,
    ) -> ProductBlobs:
        """Download what a job has made."""

class IntermediateCasCalls(CallGroup):
    """Intermediate CAs, which sign the certificates of devices."""

    def create_csr(
        self,
        *,
        name: str,
        algorithm: Literal["NIST_P256", "NIST_P384", "NIST_P521", "RSA_2048", "RSA_4096"],
        common_name: str,
        organization: str | None = ...,
        org_unit: str | None = ...,
        country: str | None = ...,
        locality: str | None = ...,
        state: str | None = ...,
    ) -> IntermediateCa:
        """Create an intermediate CA that a CA of your own is to sign: EL2G makes the key and the request."""

    def csr(
        self,
        *,
        intermediate_ca_id: int | str,
    ) -> SigningRequest:
        """Show the signing request of an intermediate CA; one that NXP has signed has none."""

    def upload_signed(
        self,
        *,
        intermediate_ca_id: int | str,
        signed_certificate: str | bytes,
        root_ca: str | bytes,
    ) -> None:
        """Upload the certificate that your own CA has signed for an intermediate CA, with your CA's."""

    def create(
        self,
        *,
        name: str,
        algorithm: Literal["NIST_P256", "NIST_P384", "NIST_P521", "RSA_2048", "RSA_4096"],
    ) -> IntermediateCa:
        """Create an intermediate CA that NXP's root signs."""

    def get(
        self,
        *,
        intermediate_ca_id: int | str,
    ) -> IntermediateCa:
        """Show an intermediate CA."""

    def list(
        self,
        *,
        page: int | None = ...,
        size: int | None = ...,
        name: str | None = ...,
        status: Literal["CSR_CREATED", "SIGNED"] | None = ...,
        signer: Literal["NXP", "EXT"] | None = ...,
        validity: Literal["VALID", "EXPIRED"] | None = ...,
        algorithm: Literal["NIST_P256", "NIST_P384", "NIST_P521", "RSA_2048", "RSA_4096"] | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
    ) -> IntermediateCaPage:
        """List the intermediate CAs of the account."""

    def list_all(
        self,
        *,
        size: int | None = ...,
        name: str | None = ...,
        status: Literal["CSR_CREATED", "SIGNED"] | None = ...,
        signer: Literal["NXP", "EXT"] | None = ...,
        validity: Literal["VALID", "EXPIRED"] | None = ...,
        algorithm: Literal["NIST_P256", "NIST_P384", "NIST_P521", "RSA_2048", "RSA_4096"] | None = ...,
        sort_by: str | None = ...,
        sort_by_direction: Literal["ASC", "DESC"] | None = ...,
    ) -> Iterator[IntermediateCa]:
        """Yield the items of all pages, fetched when they are needed.

        List the intermediate CAs of the account.
        """

    def download(
        self,
        *,
        intermediate_ca_id: int | str,
    ) -> str:
        """Show the certificate of an intermediate CA, in PEM."""

    def create_verification_certificate(
        self,
        *,
        intermediate_ca_id: int | str,
        verification_code: str,
    ) -> str:
        """Make a certificate in PEM that proves to a cloud platform that you possess an intermediate CA."""

    def secure_objects(
        self,
        *,
        intermediate_ca_id: int | str,
        page: int | None = ...,
        size: int | None = ...,
    ) -> SignedObjectPage:
        """List the secure objects whose certificates an intermediate CA signs."""

    def secure_objects_all(
        self,
        *,
        intermediate_ca_id: int | str,
        size: int | None = ...,
    ) -> Iterator[SignedObject]:
        """Yield the items of all pages, fetched when they are needed.

        List the secure objects whose certificates an intermediate CA signs.
        """

    def delete(
        self,
        *,
        intermediate_ca_id: int | str,
    ) -> None:
        """Delete an intermediate CA that has signed no certificate's secure object."""

    def supported_algorithms(self) -> SupportedAlgorithms:
        """List which algorithms of key pairs and intermediate CAs go together."""

class SettingsCalls(CallGroup):
    """Which object ids and policies EL2G takes."""

    def policy_template(
        self,
        *,
        nc12: str | int,
        secure_object_type: str,
        algorithm: str | None = ...,
    ) -> PolicySettings:
        """Show the default policy of a product for a type of secure object, and the rules it knows.

        Key pairs, public keys and certificates need the algorithm as well.
        """

    def reserved_oids(self) -> ReservedOids:
        """Show which object ids are suggested and which are forbidden."""

class AuditsCalls(CallGroup):
    """What was done with the account."""

    def create_report(
        self,
        *,
        start_month: int,
        start_year: int,
        end_month: int,
        end_year: int,
    ) -> str:
        """Report how often each event occurred, month by month, as CSV.

        `read_report` reads it.
        """
