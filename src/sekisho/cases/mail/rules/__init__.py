"""What is decided about mail. Pure: no Django, no clock, no network."""
