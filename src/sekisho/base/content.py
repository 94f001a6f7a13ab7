"""Values that hold what people and models said, and that do not say it by accident."""

from __future__ import annotations

from typing import Any, NoReturn


class Content:
    """A value with content in it. Printed, formatted into a message, or shown by an error reporter that prints local
    variables, it gives its class alone; it cannot be pickled, hence neither queued nor cached by what does that. Who
    needs the content names the field.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: content withheld>"

    def __rich_repr__(self) -> Any:
        yield "content withheld"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds content and is not pickled.")
