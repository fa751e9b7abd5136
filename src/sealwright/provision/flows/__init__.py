"""What calls the service: requests are submitted, and the two flows of AN12642 run to their end.

Nothing here sees a key. Everything may be run again after an interrupt: what the service has already
is found by its name, and nothing is created twice.
"""

from sealwright.provision.flows.intermediate_ca import IntermediateCaFlow, Signed
from sealwright.provision.flows.many import check_requests, is_many, read_requests, submit_all
from sealwright.provision.flows.rehearsing import Rehearsal, Shown
from sealwright.provision.flows.secure_object import SecureObjectFlow, read_object_request
from sealwright.provision.flows.sending import Sender, Step
from sealwright.provision.flows.shelf import Shelf
from sealwright.provision.flows.submitting import SubmissionFate, Submitted, creation_of, submit

__all__ = [
    "IntermediateCaFlow",
    "Rehearsal",
    "SecureObjectFlow",
    "Sender",
    "Shelf",
    "Shown",
    "Signed",
    "Step",
    "SubmissionFate",
    "Submitted",
    "check_requests",
    "creation_of",
    "is_many",
    "read_object_request",
    "read_requests",
    "submit",
    "submit_all",
]
