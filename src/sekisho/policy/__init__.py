"""The usage policy as a dated, versioned object: what is asked of people, and what is done when it is broken."""
