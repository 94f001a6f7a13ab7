"""The detectors that gateways use, for pages that try something on them. Loaded when first asked for."""

from __future__ import annotations

from functools import lru_cache

from sekisho.detection.cascade import Cascade, default_cascade


@lru_cache(maxsize=1)
def cascade() -> Cascade:
    """The detectors that gateways use too. Loaded at the first activation: other pages do not need them."""
    return default_cascade()


@lru_cache(maxsize=1)
def quick_cascade() -> Cascade:
    """The same detectors without the scorer's slow step: for thousands of stored turns."""
    return default_cascade(step="cheap")
