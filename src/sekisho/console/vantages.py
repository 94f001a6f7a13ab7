"""From where somebody reads articles: the surface, and the regions whose duties apply to this installation.

Where somebody is, nobody asks and nothing concludes; so an article for a region is for all who read where its duties
apply, by what the operator has stated (R-SUP-005). It is done here: neither the help centre nor compliance knows the
other.
"""

from __future__ import annotations

from sekisho.compliance.queries import regions_in_force
from sekisho.support.help.types import Vantage
from sekisho.support.types import Surface


def vantage_of(surface: Surface = Surface.HELP_CENTRE) -> Vantage:
    """Return from where somebody reads on this surface."""
    return Vantage(surface, regions_in_force())
