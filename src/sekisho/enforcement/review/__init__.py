"""The queue of cases that reviewers look at (P-064, P-065)."""
