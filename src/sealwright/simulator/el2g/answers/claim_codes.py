"""Claim codes (AN12642, section 4.4)."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sealwright.services.el2g.claim_codes import (
    BatchDelete,
    ClaimCodeStatistics,
    CreateBatch,
    CreateClaimCode,
    DecryptClaimCode,
    DeleteByCriteria,
    DeleteClaimCode,
    GetBatch,
    GetClaimCode,
    ListClaimCodes,
    RevokeClaimCode,
    UpdateClaimCode,
)
from sealwright.simulator.el2g.account import found
from sealwright.simulator.el2g.answers.paging import named, page
from sealwright.simulator.el2g.answers.showing import claim_code
from sealwright.simulator.el2g.records import Batch, ClaimCode
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from sealwright.simulator.el2g.account import Account

DESK = Desk()


def _code(account: Account, asked: Any) -> ClaimCode:
    """Return the claim code that a request names."""
    group = account.group(asked.nc12, asked.device_group_id)
    return found(group.codes, asked.claim_code_id, "Claim code")


def _set_limits(code: ClaimCode, asked: Any) -> None:
    code.policy, code.behavior = asked.policy, asked.behavior
    code.limit, code.reusable = asked.device_limit, asked.reusable


@DESK.to(CreateClaimCode)
def create(account: Account, asked: CreateClaimCode) -> dict[str, Any]:
    """Make a claim code; no two of the account have the same secret."""
    group = account.group(asked.nc12, asked.device_group_id)
    secret = asked.secret.reveal().decode()
    if any(code.secret == secret for each in account.groups.values() for code in each.codes.values()):
        raise RefusalError(409, "A claim code with this secret exists")
    now = account.now()
    made = ClaimCode(account.number(), asked.name, now, now, secret=secret)
    _set_limits(made, asked)
    group.codes[made.id] = made
    return claim_code(made)


@DESK.to(CreateBatch)
def create_batch(account: Account, asked: CreateBatch) -> dict[str, Any]:
    """Begin to make claim codes, whose secrets follow from the seed and the batch."""
    group = account.group(asked.nc12, asked.device_group_id)
    now, batch_id = account.now(), account.number()
    codes = []
    for number in range(asked.number_of_claim_codes):
        secret = b64encode(account.drawn(f"secret {batch_id}/{number}", 24)).decode()
        code = ClaimCode(0, f"{asked.name_prefix}{number}", now, now, secret=secret)
        _set_limits(code, asked)
        codes.append(code)
    account.batches[batch_id] = Batch(batch_id, now, group, codes)
    return {"batchId": batch_id}


@DESK.to(GetBatch)
def batch(account: Account, asked: GetBatch) -> dict[str, Any]:
    """Show how much of a batch is made."""
    account.group(asked.nc12, asked.device_group_id)
    one = found(account.batches, asked.batch_id, "Batch")
    return {"batchId": one.id, "progressInPercentage": one.progress(account.now())}


@DESK.to(ListClaimCodes)
def codes(account: Account, asked: ListClaimCodes) -> dict[str, Any]:
    """List claim codes by name, status and use."""
    mine = [
        each
        for each in account.group(asked.nc12, asked.device_group_id).codes.values()
        if named(asked.name, each.name)
        and asked.status in {None, "ALL", "REVOKED" if each.revoked else "ACTIVE"}
        and asked.usage_status in {None, "ALL", "REACHED" if each.is_reached else "UNREACHED"}
    ]
    return page(account, asked, mine, claim_code, "ClaimCodePage")


@DESK.to(GetClaimCode)
def get(account: Account, asked: GetClaimCode) -> dict[str, Any]:
    """Show a claim code."""
    return claim_code(_code(account, asked))


@DESK.to(UpdateClaimCode)
def update(account: Account, asked: UpdateClaimCode) -> None:
    """Change a claim code that is not revoked."""
    code = _code(account, asked)
    if code.revoked:
        raise RefusalError(409, "Claim code is revoked")
    code.name = asked.name
    _set_limits(code, asked)
    code.touch(account.now())


@DESK.to(RevokeClaimCode)
def revoke(account: Account, asked: RevokeClaimCode) -> None:
    """Revoke a claim code for good."""
    code = _code(account, asked)
    code.revoked = True
    code.touch(account.now())


@DESK.to(DecryptClaimCode)
def decrypt(account: Account, asked: DecryptClaimCode) -> str:
    """Show the secret."""
    return _code(account, asked).secret


@DESK.to(DeleteClaimCode)
def delete(account: Account, asked: DeleteClaimCode) -> None:
    """Remove a claim code."""
    code = _code(account, asked)
    del account.group(asked.nc12, asked.device_group_id).codes[code.id]


@DESK.to(BatchDelete)
def batch_delete(account: Account, asked: BatchDelete) -> dict[str, Any]:
    """Remove claim codes; those that are not there fail, and the answer says 200 all the same."""
    homes = {number: group for group in account.groups.values() for number in group.codes}
    for number in asked.claim_code_ids:
        if number in homes:
            homes[number].codes.pop(number, None)
    return {
        "processedClaimCodeIds": [number for number in asked.claim_code_ids if number in homes],
        "failedClaimCodeIds": [number for number in asked.claim_code_ids if number not in homes],
    }


@DESK.to(DeleteByCriteria)
def delete_by_criteria(account: Account, asked: DeleteByCriteria) -> dict[str, Any]:
    """Remove the claim codes that meet all the criteria that are set."""
    before = None
    if asked.created_before is not None:
        before = datetime.fromisoformat(asked.created_before).timestamp()
    count = 0
    for group in account.groups.values():
        for code in list(group.codes.values()):
            if (
                (not asked.revoked or code.revoked)
                and (not asked.max_usage_achieved or code.is_reached)
                and (before is None or code.created < before)
            ):
                del group.codes[code.id]
                count += 1
    return {"deletedCount": count}


@DESK.to(ClaimCodeStatistics)
def statistics(account: Account, asked: ClaimCodeStatistics) -> dict[str, Any]:
    """Count claim codes by how much they are used."""
    codes = account.group(asked.nc12, asked.device_group_id).codes.values()
    counts = Counter(_usage(each) for each in codes)
    return {
        "groupedStatistics": [{"status": status, "amount": amount} for status, amount in counts.items()],
        "totalAmount": len(codes),
    }


def _usage(code: ClaimCode) -> str:
    share = len(set(code.uses)) / code.limit if code.limit else 0.0
    if share < 0.5:
        return "LOW"
    return "MEDIUM" if share <= 0.9 else "HIGH"
