"""Search in the help centre: one index code for both databases, Japanese and English alike."""
