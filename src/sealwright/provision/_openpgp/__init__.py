"""OpenPGP, as much as one message shape needs (RFC 4880, and RFC 9580 where it says more).

A key is read and its signatures are verified; a message is signed, encrypted and read again. In the
order in which bytes travel: `armor`, `packets`, `keys`, `signatures`, `certificate`; `message` and
`reading`.
"""
