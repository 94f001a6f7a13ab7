"""What is known of each provider: whether it retains, trains, and grants zero retention; with evidence and date."""
