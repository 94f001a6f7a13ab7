"""What was done, counted for everybody to read (P-072)."""
