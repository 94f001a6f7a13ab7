"""Text in, findings out. No Django, no network but for the judge, no decision: the policy says what findings mean."""
