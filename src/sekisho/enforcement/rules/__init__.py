"""What enforcement decides: pure, no database, no clock. Time is handed in."""
