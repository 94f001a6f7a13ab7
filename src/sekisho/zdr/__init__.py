"""Proof that nothing is kept under zero retention: real gateways, a talking provider, and canaries in everything that
is said.

    said.py      one request and its answer, with a canary of 128 bits in every field
    cases.py     every road that a request can take
    site.py      a gateway as a process of its own, in a folder of its own, watched
    watching/    the four layers: system calls, disk, the interpreter's opens, the journal's wire
    control.py   gateways that do keep: without them a green run would mean nothing
    prove.py     all of it, and what is found
    report.py    the result as a signed document

No Django, and no state of an installation: it can be run anywhere the package is.
"""
