"""`sealwright demo --provision`: keys into EdgeLock 2GO, simulated on this machine, and onto devices."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from sealwright.cli.demo_material import OBJECTS, forged, made_objects, new_signer, pinned
from sealwright.cli.material_file import words_for
from sealwright.errors import RefusedError, SealwrightError

if TYPE_CHECKING:
    from sealwright.provision import ImportObject, ImportRequest, Recipient
    from sealwright.services.el2g.client import El2gClient
    from sealwright.simulator.clock import ManualClock
    from sealwright.simulator.el2g import El2gSimulator

DEVICES: Final = 3
_UNPROCESSABLE: Final = 422


def show_provision(seed: int) -> bool:
    """Go the whole way over loopback sockets; returns whether every step has come out as it must."""
    from sealwright.provision import Receiver
    from sealwright.services.el2g.client import El2gClient
    from sealwright.simulator.clock import ManualClock
    from sealwright.simulator.el2g import PREFIXES, El2gSimulator, pgp_secret_key, serve

    clock = ManualClock(datetime.now(UTC))
    receiver = Receiver(pgp_secret_key())
    simulator = El2gSimulator(seed=seed, clock=clock, opener=receiver)
    with (
        serve(simulator.app, prefix=PREFIXES["nxp"]) as url,
        El2gClient(simulator.token, service=url) as client,
    ):
        click.echo(f"EdgeLock 2GO, simulated on this machine, at {url}")
        demo = _Demo(seed, client, simulator, clock)
        try:
            demo.show(pinned(receiver))
        except SealwrightError as problem:
            demo.must(right=False, what=f"go on: {problem}")
        return demo.end()


class _Demo:
    """A few secure objects, from nothing to devices and back to nothing."""

    def __init__(self, seed: int, client: El2gClient, simulator: El2gSimulator, clock: ManualClock) -> None:
        self._client, self._simulator, self._clock = client, simulator, clock
        self._objects = made_objects(seed)
        self._wrong = 0

    def must(self, *, right: bool, what: str) -> None:
        """Count, and show, what should have come out and has not."""
        if not right:
            click.echo(f"  WRONG: it did not {what}")
            self._wrong += 1

    def end(self) -> bool:
        """Say whether everything was right."""
        if self._wrong:
            click.echo(f"\nWRONG: {self._wrong} of these steps")
        else:
            click.echo(
                f"\neverything is right: {len(OBJECTS)} objects came to {DEVICES} devices as they were"
                " wrapped, a forged one did not, nothing is left"
            )
        return not self._wrong

    def show(self, recipient: Recipient) -> None:
        """Show each step. Raises SealwrightError where the service or a key says no."""
        requests = self._wrap(recipient)
        numbers = self._submit(requests)
        self._forge(requests[0])
        place, uids = self._group()
        self._provision(numbers, place["device_group_id"], uids)
        self._read_back()
        self._challenge(uids)
        self._remove(numbers, place, uids)

    def _wrap(self, recipient: Recipient) -> list[ImportRequest]:
        """Wrap each object, and return what a file of `sealwright wrap` holds."""
        from sealwright.provision import read_request, wrap

        signer = new_signer()
        click.echo(f"signer     {signer.public_key.key.fingerprint}, RSA-2048, made now")
        click.echo(f"recipient  {recipient.primary.fingerprint}, verified and pinned")
        click.echo("\nwrapped into requests that hold no key:")
        requests = []
        for each in self._objects:
            text = wrap(each, recipient, signer).to_json()
            values = each.material.check_values
            kcv = f", KCV {values.cmac}" if values else ""
            click.echo(f"  {each.type:<11}  {each.object_id}  {words_for(each.material)}{kcv}")
            self.must(right=each.material.payload().reveal() not in text.lower(), what="hide the key")
            requests.append(read_request(text))
        return requests

    def _submit(self, requests: list[ImportRequest]) -> list[int]:
        """Submit the requests; return the ids of the objects, which must be what was wrapped."""
        click.echo("\nsubmitted; the service decrypted the envelopes and verified the signatures:")
        numbers = []
        for request, wanted in zip(requests, self._objects, strict=True):
            told = self._send(request.body)
            click.echo(f"  {told.secure_object_type:<11}  {told.object_id}  id {told.id}")
            with self._simulator.lock:
                held = self._simulator.account.objects[int(told.id)].material
            self.must(right=_same(wanted, held), what=f"get what was wrapped: {wanted.name}")
            numbers.append(int(told.id))
        return numbers

    def _send(self, body: dict[str, Any]) -> Any:
        from sealwright.services.el2g import EL2G

        return self._client.send(EL2G.read("POST", "/rtp/secure-objects", body))

    def _forge(self, request: ImportRequest) -> None:
        """Submit an envelope with another public key than its signer's: the service must say no."""
        click.echo("\nsubmitted with the public key of another signer; the service said:")
        try:
            self._send(forged(request))
        except RefusedError as no:
            click.echo(f"  {no}")
            self.must(right=no.status == _UNPROCESSABLE, what="refuse it for what is in it")
        else:
            self.must(right=False, what="refuse a forged request")
        count = len(list(self._client.secure_objects.list_all()))
        self.must(right=count == len(OBJECTS), what="leave the objects as they were")

    def _group(self) -> tuple[dict[str, Any], list[int]]:
        """Make a device group with devices in it; return its place and their UIDs."""
        from sealwright.simulator.el2g import some_uids

        uids = some_uids(DEVICES)
        self._simulator.register(uids)
        nc12 = self._client.devices.product(device_id=uids[0]).nc12 or ""
        group = self._client.device_groups.create(nc12=nc12, device_group_name="meters")
        place: dict[str, Any] = {"nc12": nc12, "device_group_id": int(group.id)}
        answers = list(self._client.device_groups.add_devices_each(**place, device_ids=uids))
        done = sum(answer.fate == "done" for answer in answers)
        click.echo(f"\ndevice group meters of product {nc12}: {done} of {DEVICES} devices added")
        self.must(right=done == DEVICES, what="add each device")
        return place, uids

    def _provision(self, numbers: list[int], group: int, uids: list[int]) -> None:
        """Assign the objects, let time pass, and let the devices talk to the service."""
        from sealwright.simulator.el2g.records import GENERATION_SECONDS

        for number in numbers:
            self._client.secure_objects.assign(secure_object_id=number, device_group_id=group)
        self._tell_states("assigned", numbers, "GENERATION_TRIGGERED")
        self._clock.advance(GENERATION_SECONDS)
        self._tell_states(f"{GENERATION_SECONDS} s later", numbers, "GENERATION_COMPLETED")
        for uid in uids:
            self._simulator.connect(uid)
        self._tell_states("connected", numbers, "PROVISIONING_COMPLETED")

    def _tell_states(self, when: str, numbers: list[int], wanted: str) -> None:
        states = Counter(
            each.provisioning_state
            for number in numbers
            for each in self._client.provisionings.of_object_all(secure_object_id=number)
        )
        told = ", ".join(f"{count} {state}" for state, count in states.items())
        click.echo(f"  {when + ':':<11}{told}")
        self.must(right=states == {wanted: len(numbers) * DEVICES}, what=f"come to {wanted}")

    def _read_back(self) -> None:
        """List the objects as the service shows them: it tells what they are, and never what is in them."""
        click.echo("\nread back; it shows types and lengths, and no check value:")
        for each in self._client.secure_objects.list_all():
            length = "-" if each.length is None else each.length
            click.echo(
                f"  {each.secure_object_type:<11}  {each.object_id}  {each.name:<6}  length {length:<3}"
                f"  on {each.downloaded_count} of {each.provisioning_count} devices"
            )
            self.must(right=each.downloaded_count == DEVICES, what="be on each device")

    def _challenge(self, uids: list[int]) -> None:
        """Ask each device for the proof that it has the keys, and compare all that it has."""
        challenge = bytes(range(16))
        click.echo(
            f"\nchallenge {challenge.hex()}: what a device must answer (`sealwright material answer`),\n"
            "and what the first one answers with what it has:"
        )
        for number, uid in enumerate(uids):
            held = self._simulator.holdings(uid)
            for wanted in self._objects:
                octets = held.get(wanted.object_id, b"")
                self.must(right=_same(wanted, octets), what=f"have {wanted.name} as it was wrapped")
                if number == 0 and wanted.material.kind != "binary":
                    self._tell_answers(wanted, octets, challenge)

    def _tell_answers(self, wanted: ImportObject, held: bytes, challenge: bytes) -> None:
        from sealwright.provision import Material
        from sealwright.secret import Secret

        answer = Material(wanted.material.kind, Secret(held)).answer(challenge)
        expected = wanted.material.answer(challenge)
        click.echo(f"  {wanted.name:<6}  {expected.hex()}\n          {answer.hex()}")
        self.must(right=answer == expected, what="answer as the key does")

    def _remove(self, numbers: list[int], place: dict[str, Any], uids: list[int]) -> None:
        """Unassign and delete everything: the service must have nothing in the end."""
        objects, groups = self._client.secure_objects, self._client.device_groups
        objects.unassign_objects(device_group_id=place["device_group_id"], secure_object_ids=numbers)
        for number in numbers:
            objects.delete(secure_object_id=number)
        unclaimed = list(groups.unclaim_devices_each(**place, device_ids=uids))
        groups.delete(**place)
        left = len(list(objects.list_all())) + len(list(groups.list_all(nc12=place["nc12"])))
        click.echo(
            f"\nunassigned and deleted: {len(numbers)} objects, {len(unclaimed)} devices taken out, the"
            f" group; {left} left"
        )
        self.must(right=not left, what="leave nothing behind")


def _same(wanted: ImportObject, held: bytes) -> bool:
    from sealwright.secret import Secret

    return wanted.material.secret.matches(Secret(held))
