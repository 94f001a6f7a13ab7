"""The data plane: raw ASGI, no Django, no database. It holds everyone's keys, so it needs little and starts
in a blink."""
