"""Appeals against what was done, heard by somebody who had no part in it (P-062)."""
