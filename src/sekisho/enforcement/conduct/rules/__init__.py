"""What conduct decides: pure, no database, no clock. Time is handed in."""
