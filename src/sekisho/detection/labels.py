"""What the scorer speaks of: the columns of its weights, in their order."""

from __future__ import annotations

from typing import Final

STANDARDS: Final = (
    "legal_violation",
    "critical_infrastructure",
    "cyber",
    "weapons",
    "violence_hate",
    "privacy_identity",
    "child_safety",
    "psych_harm",
    "misinformation",
    "elections",
    "justice_surveillance",
    "fraud_predation",
    "platform_abuse",
    "sexual_explicit",
)
"""The universal standards; injection and jailbreaks count as `platform_abuse`."""

DOMAINS: Final = (
    "hr_legal",
    "hr_healthcare",
    "hr_insurance",
    "hr_finance",
    "hr_employment_housing",
    "hr_academic",
    "hr_media",
)
"""The high-risk domains: topics, which say nothing of harm."""

CLAUSES: Final = STANDARDS + DOMAINS

VIOLATION: Final = "violation"
"""The column that tells whether anything is violated at all; it steadies each standard's own column."""

HEADS: Final = (*CLAUSES, VIOLATION)

ADVICE: Final = "advice"
"""The column that tells advice on somebody's own case from general information (P-022); the reader alone has it."""

READER_HEADS: Final = (*HEADS, ADVICE)
"""What the scorer's second step is asked."""
