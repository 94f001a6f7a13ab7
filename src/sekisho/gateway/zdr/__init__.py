"""The pool that keeps nothing: gateways that the kernel forbids to write (design 6.4).

    sekisho gateway --zdr
      parent ── listens, never reads traffic ──┐
        │ metadata, closed form ◀── socket ──  worker  ◀── traffic ──▶  clients, providers
        ▼                                       no file can be written, made, grown or mapped
      journal                                   log lines leave through pipes, catalogued fields alone

Read in this order: `confine.py` (what the kernel forbids), `metadata.py` (what may leave), `outlet.py` and `clerk.py`
(how it leaves), `worker.py`, `pool.py`.
"""
