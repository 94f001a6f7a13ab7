"""The access bundle: everything that is kept about somebody, as files of their own (design 6.7).

    sections ──▶ pieces ──▶ chunks, compressed and encrypted, in the database ──▶ one zip, made while it is taken

A bundle is written in small steps, each a transaction that writes one chunk and moves the cursor: whoever falls leaves
whole steps behind, and the next worker goes on where they ended. Memory holds one step, however much somebody has
written. The zip never lies on a disk.
"""
