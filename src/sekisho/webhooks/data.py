"""What the tables of webhooks hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    DELETE,
    Category,
    Expiry,
    Reach,
    TableData,
    Whose,
    where,
)

_WITH_ORGANISATION = "Deleted with the organisation."

_OF_ORGANISATION = Reach(organisation=where(organisation="{organisation}"))
_TENDED = Expiry(tended_by="sekisho.webhooks.tasks.forget_old_messages")

TABLES = {
    "webhooks_endpoint": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="Until it is removed.",
        exported="In the organisation's export.",
        erased=_WITH_ORGANISATION,
        reach=_OF_ORGANISATION,
        erase=DELETE,
    ),
    "webhooks_secret": TableData(
        Category.CREDENTIAL,
        Whose.ORGANISATION,
        retention="Until its endpoint is removed, or a day after it was rotated.",
        exported="That it exists, and since when; never the secret.",
        erased=_WITH_ORGANISATION,
        reach=Reach(organisation=where(endpoint__organisation="{organisation}")),
        erase=DELETE,
    ),
    "webhooks_message": TableData(
        Category.METADATA,
        Whose.ORGANISATION,
        retention="30 days.",
        exported="In the organisation's export: kind, ids and state; messages hold no content.",
        erased=_WITH_ORGANISATION,
        reach=_OF_ORGANISATION,
        erase=DELETE,
        expires=_TENDED,
    ),
    "webhooks_delivery": TableData(
        Category.METADATA,
        Whose.ORGANISATION,
        retention="30 days.",
        exported="In the organisation's export: when it was sent, and the status of the answer.",
        erased=_WITH_ORGANISATION,
        reach=_OF_ORGANISATION,
        erase=DELETE,
        expires=_TENDED,
    ),
}
