"""One case for all that somebody brings to people: support, lockouts, safety, notices, complaints, appeals, orders."""
