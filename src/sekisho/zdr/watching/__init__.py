"""The four layers: system calls, disk, the interpreter's opens, the journal's wire."""
