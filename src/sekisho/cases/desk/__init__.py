"""The agents' desk: queues, leases, macros, drafts, honest numbers."""
