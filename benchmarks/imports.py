"""How long many imports take where each call takes 150 ms and one answer in a hundred is lost.

    pip install '.[simulator]' && python benchmarks/imports.py [COUNT]     # 10,000 take about four minutes

The service is the simulated one, in a process of its own, and really decrypts and verifies each envelope.
The ideal is what the calls alone take, eight at a time. In the end the service is asked what it has:
every object once, and as it was wrapped.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from secrets import token_bytes
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from sealwright import (
    El2gClient,
    MaterialKind,
    import_object,
    read_hex_material,
    read_recipient,
    read_signer,
    wrap_all,
)
from sealwright.provision.flows import Sender, submit_all
from sealwright.simulator.el2g import pgp_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.provision import ImportRequest

A_CALL, AT_ONCE, LOST, WANTED = 0.15, 8, 0.01, 1.15
CREATE: Final = "POST /rtp/secure-objects"
SIGNER: Final = Path(__file__).parents[1] / "vectors" / "provision" / "signers" / "signer_4096_secret.asc"
_FIRST_OID: Final = 0x83000000


@contextmanager
def service() -> Iterator[dict[str, Any]]:
    """Run the simulated service; yield what it says of itself."""
    faults = (f"{CREATE}:delay={A_CALL}", f"{CREATE}:lose,share={LOST}")
    command = [sys.executable, "-m", "sealwright", "el2g", "simulate", "--json", "--devices", "0"]
    command += [part for fault in faults for part in ("--fault", fault)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdout is not None
        try:
            yield json.loads(running.stdout.readline())
        finally:
            running.terminate()


def requests(count: int) -> list[ImportRequest]:
    """Wrap so many AES keys, which are drawn and forgotten."""
    found = read_recipient(pgp_key())
    signer = read_signer(SIGNER.read_bytes(), None)
    objects = (
        import_object(
            read_hex_material(MaterialKind.AES, token_bytes(32).hex().encode()),
            name=f"key {n}",
            object_id=f"{_FIRST_OID + n:08X}",
        )
        for n in range(count)
    )
    return list(wrap_all(objects, found.pinned(found.pin), signer))


def main() -> None:
    """Wrap, submit, compare, tell."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    start = perf_counter()
    wrapped = requests(count)
    print(f"wrapped: {count:,} in {perf_counter() - start:.1f} s")
    names = {f"key {n}" for n in range(count)}
    with service() as told, El2gClient(told["token"], service=told["service"]) as client:
        start = perf_counter()
        fates = [each.fate for each in submit_all(Sender(client), wrapped, names, concurrency=AT_ONCE)]
        seconds = perf_counter() - start
        made = [each.name for each in client.secure_objects.list_all()]
    ideal = count * A_CALL / AT_ONCE
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"submitted: {seconds:.1f} s, {seconds / ideal:.2f} times the ideal; {peak:.0f} MB at most")
    print(f"became: { {str(fate): fates.count(fate) for fate in sorted(set(fates))} }")
    print(f"the service has {len(made):,} objects of {len(set(made)):,} names")
    if sorted(made) != sorted(names):
        raise SystemExit("something was lost or created twice")
    if seconds > WANTED * ideal:
        raise SystemExit(f"slower than {WANTED} times the ideal")


if __name__ == "__main__":
    main()
