"""People, organisations, plans, roles, keys and permissions."""
