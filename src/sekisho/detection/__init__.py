"""Text in, findings out. No Django, no network (but for the judge), no decision: what a finding means is the policy's to say."""
