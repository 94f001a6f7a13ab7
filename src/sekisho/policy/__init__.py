"""The usage policy as a dated, versioned object: what is asked of people, what follows if it is broken."""
