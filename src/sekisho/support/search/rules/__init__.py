"""What search decides: words, ranks, languages. Pure: no database, no Django."""
