"""What the directory decides: pure, no database, no network, no clock."""
