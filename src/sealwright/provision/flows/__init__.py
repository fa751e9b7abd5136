"""What calls the service: requests are submitted, and the two flows of AN12642 run to their end.

Nothing here sees a key. Everything may be run again after an interrupt: what the service has already
is found by its name, and nothing is created twice.
"""

from sealwright.provision.flows.sending import Sender
from sealwright.provision.flows.shelf import Shelf
from sealwright.provision.flows.submitting import Fate, Submitted, creation_of, submit

__all__ = [
    "Fate",
    "Sender",
    "Shelf",
    "Submitted",
    "creation_of",
    "submit",
]
