"""`sealwright el2g`: every call of EdgeLock 2GO as a command, and what people need beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.service_group import More, Service, ServiceGroup

if TYPE_CHECKING:
    from sealwright.cli.el2g_account import El2gAccount
    from sealwright.services._call import Group


def _groups() -> dict[str, Group]:
    from sealwright.services.el2g import EL2G

    return EL2G.groups


def _account() -> type[El2gAccount]:
    from sealwright.cli.el2g_account import El2gAccount

    return El2gAccount


def _document() -> dict[str, Any]:
    from sealwright.services.el2g.openapi import document

    return document()


def _uid() -> click.Command:
    from sealwright.cli.el2g_uid import command as uid

    return uid


def _simulate() -> click.Command:
    from sealwright.cli.el2g_simulate import command as simulate

    return simulate


def _wait_for_batch() -> click.Command:
    from sealwright.cli.el2g_wait import batch_command

    return batch_command()


def _wait_for_job() -> click.Command:
    from sealwright.cli.el2g_wait import job_command

    return job_command()


def _submit() -> click.Command:
    from sealwright.cli.el2g_submit import command as submit

    return submit


def _import_key() -> click.Command:
    from sealwright.cli.el2g_import import key_command

    return key_command


def _import_binary() -> click.Command:
    from sealwright.cli.el2g_import import binary_command

    return binary_command


def _flow() -> click.Command:
    from sealwright.cli.el2g_flow import command as flow

    return flow


_SERVICE = Service(
    _groups,
    _account,
    _document,
    more={
        "import-key": More("Wrap a key and submit it in one step.", _import_key),
        "import-binary": More("Wrap a confidential binary and submit it in one step.", _import_binary),
        "submit": More("Create the secure object of a file of `sealwright wrap`.", _submit),
        "flow": More("Run a whole flow of the document; it may be run again at any time.", _flow),
        "uid": More("Device UIDs in both of their forms; asks no service.", _uid),
        "simulate": More("Run EdgeLock 2GO on this machine, for trying and testing.", _simulate),
    },
    more_in={
        "claim_codes": {
            "wait-for-batch": More("Wait until a batch of claim codes is made.", _wait_for_batch)
        },
        "jobs": {"wait": More("Wait until a job is over.", _wait_for_job)},
    },
)


@click.group("el2g", cls=ServiceGroup, service=_SERVICE)
def command() -> None:
    """Call EdgeLock 2GO (AN12642 and newer): every call is a command.

    Answers go to standard output, as a table or as --json. Calls that cannot be undone ask, or need
    --yes. An option that may be repeated takes @FILE and - (standard input) as well, one value a
    line. Long lists of devices go in parts, and each device has an answer. Device UIDs may be hex or
    decimal.

    The token comes from --token-file, --token-command, SEALWRIGHT_EL2G_TOKEN, and for NXP's own URL
    only from EL2GO_TOKEN or ~/.config/el2go/token.txt.

    Exit codes: 0 done, 1 error or refused, 2 usage, 3 some items failed, 4 credentials, 6 the
    service does not answer.
    """
