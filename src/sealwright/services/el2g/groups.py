"""The groups of calls as attributes of the client; `groups.pyi` tells type checkers their methods."""

from sealwright.services._groups import group_class
from sealwright.services.el2g.calls import EL2G

ServicesCalls = group_class(EL2G.groups["services"])
ProductsCalls = group_class(EL2G.groups["products"])
DevicesCalls = group_class(EL2G.groups["devices"])
DeviceGroupsCalls = group_class(EL2G.groups["device_groups"])
ClaimCodesCalls = group_class(EL2G.groups["claim_codes"])
SecureObjectsCalls = group_class(EL2G.groups["secure_objects"])
ProvisioningsCalls = group_class(EL2G.groups["provisionings"])
JobsCalls = group_class(EL2G.groups["jobs"])
IntermediateCasCalls = group_class(EL2G.groups["intermediate_cas"])
SettingsCalls = group_class(EL2G.groups["settings"])
AuditsCalls = group_class(EL2G.groups["audits"])
