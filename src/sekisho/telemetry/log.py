"""Structured logs that cannot carry content: JSON lines made only of the fields in `catalogue.py`.

Python's logging fills messages with arguments, and exceptions quote the value they choked on: both are how
prompts end up in logs. So the formatter writes neither. It writes the *name* of a catalogued event, the
catalogued fields in shape, and of an exception its class and place. Anything else is dropped and counted.
"""

from __future__ import annotations

import json
import logging
import logging.config
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType

from sekisho.base import settings
from sekisho.base.errors import SekishoError
from sekisho.telemetry.catalogue import BY_NAME, EVENTS, UNCATALOGUED

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What Python itself puts into a record; everything else came through `extra`."""

_SET_HERE = frozenset(
    {"time", "level", "logger", "event", "place", "dropped", "error_type", "error_place", "error_cause"}
)


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object, out of catalogued fields alone."""

    def format(self, record: logging.LogRecord) -> str:
        try:
            return json.dumps(line(record), ensure_ascii=True, separators=(",", ":"))
        except Exception:  # a line that cannot be written must neither raise nor print what it holds
            return '{"level":"error","event":"uncatalogued","dropped":1}'


def line(record: logging.LogRecord) -> dict[str, object]:
    """Return the fields of one line."""
    known = isinstance(record.msg, str) and record.msg in EVENTS
    fields: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created, UTC)
        .isoformat(timespec="microseconds")
        .replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": record.msg if known else UNCATALOGUED,
    }
    if not known:
        fields["place"] = f"{_module(record.pathname)}:{record.lineno}"
    extra = {name: value for name, value in vars(record).items() if name not in _OWN}
    fields |= {name: value for name, value in extra.items() if _fits(name, value)}
    fields |= dict(_exception(record.exc_info[1])) if record.exc_info else {}
    kept = {name: value for name, value in fields.items() if BY_NAME[name].takes(value)}
    dropped = len([name for name in extra if name not in kept]) + len(
        [name for name in fields if name not in kept]
    )
    return kept | ({"dropped": dropped} if dropped else {})


def _fits(name: str, value: object) -> bool:
    return name in BY_NAME and name not in _SET_HERE and BY_NAME[name].takes(value)


def _exception(problem: BaseException | None) -> Iterator[tuple[str, object]]:
    """Yield an exception's class, place and code; never its text, which may quote content."""
    if problem is None:
        return
    yield "error_type", _class(problem)
    if problem.__traceback__:
        yield "error_place", _place(problem.__traceback__)
    if cause := problem.__cause__ or problem.__context__:
        yield "error_cause", _class(cause)
    if isinstance(problem, SekishoError):
        yield "code", problem.code


def _class(problem: BaseException) -> str:
    return f"{type(problem).__module__}.{type(problem).__qualname__}".replace("builtins.", "").replace(
        "<locals>.", ""
    )


def _place(trace: TracebackType) -> str:
    while trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return f"{_module(code.co_filename)}:{trace.tb_lineno}:{code.co_name}"


def _module(path: str) -> str:
    """Return the last parts of a file's path, dotted, such as `sekisho.link.ingest`: no folder of this
    machine.
    """
    parts = PurePath(path).with_suffix("").parts
    start = parts.index("sekisho") if "sekisho" in parts else max(len(parts) - 2, 0)
    return ".".join(part for part in parts[start:] if part != "/")


# --- setting it up ------------------------------------------------------------------------------------------
def configure(level: str = "info") -> None:
    """Send everything this process logs, libraries included, to the error output through `JsonFormatter`."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonFormatter}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"level": level.upper(), "handlers": ["stderr"]},
            # Libraries that bring handlers of their own, which would write message texts.
            "loggers": {
                name: {"handlers": [], "propagate": True, "level": "NOTSET"}
                for name in (
                    "django",
                    "django.server",
                    "django.request",
                    "uvicorn",
                    "uvicorn.error",
                    "uvicorn.access",
                )
            }
            # Their ordinary lines say nothing that the catalogue has a field for.
            | {name: {"level": "WARNING"} for name in ("uvicorn.error", "httpx", "httpx2", "asyncio")}
            # One line a request, with its path: the journal knows better, and paths are not in the catalogue.
            | {"uvicorn.access": {"handlers": [], "propagate": False, "level": "CRITICAL"}},
        }
    )


def configure_process() -> None:
    """Do that for a process without Django, at the level that the settings say, and hide tracebacks."""
    configure(settings.text("log_level"))
    hide_uncaught()


def configure_django(options: Mapping[str, str]) -> None:
    """Do the same from Django's settings: `LOGGING_CONFIG` names this function, `LOGGING` holds `{"level":
    …}`.
    """
    configure(options["level"])


def hide_uncaught() -> None:
    """Log uncaught errors instead of printing tracebacks, whose last line quotes values. For long-running
    processes.
    """
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _uncaught(kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
    if problem is None or issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("exception.uncaught", exc_info=(kind, problem, trace))
