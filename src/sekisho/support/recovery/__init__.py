"""For those who cannot sign in: a ladder of proof, waiting periods, and nothing that logs anybody in."""
