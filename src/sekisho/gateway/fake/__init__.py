"""Development twins that ship with the product: a provider that needs no key, a detector that says what it
is told."""

from sekisho.gateway.fake.detector import FixedDetector
from sekisho.gateway.fake.upstream import FakeUpstream

__all__ = ["FakeUpstream", "FixedDetector"]
