"""What was done, by whom, to what: a log that shows when it has been tampered with."""
