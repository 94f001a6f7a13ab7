"""Destruction on time: sweeps, legal holds, deletion and erasure, receipts, and the gate after a restore."""
