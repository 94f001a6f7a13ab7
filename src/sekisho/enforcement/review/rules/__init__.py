"""Decisions of the review queue: pure, the moment is passed in. `docs/rules/review.md` holds their tables."""
