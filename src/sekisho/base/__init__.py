"""Words every room shares: ids, clocks, errors, settings, bilingual text. No Django."""
