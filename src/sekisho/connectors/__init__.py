"""The directory of connectors (MCP servers): what is listed, what was checked, and what has changed since (P-033)."""
