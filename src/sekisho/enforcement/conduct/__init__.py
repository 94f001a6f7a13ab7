"""What only shows over many messages: counters, campaigns, links between accounts (P-045)."""
