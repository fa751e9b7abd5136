"""Where the keys of a run come from: a key file, a store behind it, and a service behind both."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sealwright.cli.options import say, several
from sealwright.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.cli.fetch_option import FetchChoice
    from sealwright.cli.store_option import StorePlace
    from sealwright.cli.ublox_account import UbloxAccount
    from sealwright.telemetry import KeyFile, KeyStore, ParameterSource, Plan, ServiceSource


@dataclass(frozen=True, slots=True)
class KeySources:
    """What the options of a command say of them. Without --keys and --service the user's store answers."""

    keys_path: str | None
    place: StorePlace
    retain: int | None
    """Seconds; what is older goes from the store."""
    fetching: FetchChoice
    credentials: UbloxAccount

    def check(self) -> None:
        """Raise click.UsageError for options that do not go together, before anything is read."""
        if self.keys_path is None and not (self.with_store and (self.place.given or self.place.is_there)):
            if self.credentials.is_named:
                raise click.UsageError(
                    "--service: what is paid for must be kept, and there is no store"
                    f" at {self.place.shown}: make one with `sealwright keys init`"
                )
            raise click.UsageError(
                "--keys FILE is missing: messages are opened with the parameters in a key file,"
                f" or in a store, and there is none at {self.place.shown}"
            )
        if self.retain is not None and not self.with_store:
            raise click.UsageError("--retain speaks of a store: give --store as well")
        if self.fetching.given and not self.credentials.is_named:
            raise click.UsageError(f"{self.fetching.given}: no service is asked: name one with --service")

    @property
    def with_store(self) -> bool:
        """Whether a store is looked at."""
        return bool(self.place.given) or self.keys_path is None or self.credentials.is_named

    @property
    def inputs(self) -> tuple[str, ...]:
        """The files that must not be overwritten."""
        store = [self.place.where] if self.with_store and self.place.is_file and self.place.is_there else []
        return (*filter(None, [self.keys_path]), *store)

    @property
    def terms(self) -> dict[str, str | int | None]:
        """What decides about the keys of a run: the key file's SHA-256, and where else they come from.

        Raises InputError for a key file that is read once and gone.
        """
        from sealwright.telemetry.pipeline.digest import digest_of

        digest = None if self.keys_path is None else digest_of(self.keys_path).sha256
        if self.keys_path is not None and digest is None:
            raise InputError(
                f"keys: --resume compares {self.keys_path} with that of the run before:"
                " it must be a plain file that can be read"
            )
        return {
            "key file (SHA-256)": digest,
            "store": self.place.shown if self.with_store else None,
            "account": self.place.account if self.with_store else None,
            "service": "asked" if self.credentials.is_named else None,
        }

    @contextmanager
    def open(
        self, keys: KeyFile | None, plan: Callable[[ParameterSource], Plan] | None
    ) -> Iterator[tuple[ParameterSource, ServiceSource | None]]:
        """Yield the source, and what asks the service where one is asked.

        `plan` tells what would have to be asked for, beside what a source has; None where that
        cannot be known beforehand.
        """
        if not self.with_store:
            assert keys is not None  # noqa: S101  # `check` has seen to it
            yield keys, None
        elif not self.credentials.is_named:
            from sealwright.telemetry import CachedSource

            with self._store(None) as store:
                yield _joined(keys, CachedSource(store=store)), None
        else:
            from sealwright.cli.fetching import fetched

            with self.credentials.open() as client, self._store(client.service) as store:
                held = _joined(keys, store)
                budget = self.fetching.decide(None if plan is None else lambda: plan(held))
                self.place.say_secret()
                self.credentials.name_sources()
                with fetched(client, store, budget, self.fetching.concurrency) as (service, cached):
                    yield _joined(keys, cached), service

    def _store(self, origin: str | None) -> KeyStore:
        """Open the store, without what is older than it may be."""
        store = self.place.open(origin)
        if self.retain is not None:
            born = time.time() - self.retain
            self.place.say_secret()
            account = self.place.account
            gone = store.purge(lambda entry: entry.owner.account == account and entry.learned <= born)
            say(f"{several(gone, 'key')} removed from the store by --retain")
        return store


def _joined(keys: KeyFile | None, behind: ParameterSource) -> ParameterSource:
    from sealwright.telemetry import ChainedSource

    return behind if keys is None else ChainedSource(keys, behind)
