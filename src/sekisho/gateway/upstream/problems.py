"""What a connection to a provider can die of, besides silence (`TimeoutError`)."""


class BrokenConnectionError(ConnectionError):
    """The connection ended before the answer did."""


class MalformedHTTPError(ValueError):
    """What came is no HTTP, or none that has one meaning."""
