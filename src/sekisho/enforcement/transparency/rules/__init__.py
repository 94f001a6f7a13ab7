"""What the transparency report says, and withholds: pure, no database, no clock."""
