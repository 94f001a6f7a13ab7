"""The page about settings.

`python -m sekisho.base.settings_page > docs/operate/settings.md` writes it; a test compares the two.
"""

from __future__ import annotations

from sekisho.base.settings import SETTINGS, Setting


def page() -> str:
    """Return `docs/operate/settings.md`."""
    rows = "\n".join(_row(setting) for setting in SETTINGS)
    return f"""# Settings

<!-- Written by `python -m sekisho.base.settings_page`. The table is in `base/settings.py`. -->

Everything Sekisho can be told from outside. A setting is an environment variable; the same name with `_FILE`
at its end names a file that holds the value, which is how container platforms hand over secrets. Nothing here
has to be set.

| variable | default | meaning |
| --- | --- | --- |
{rows}
"""


def _row(setting: Setting) -> str:
    variables = ", ".join(f"`{name}`" for name in (f"SEKISHO_{setting.name.upper()}", *setting.aliases))
    default = f"`{setting.default}`" if setting.default else ""
    return f"| {variables} | {default} | {setting.help}{' (secret)' if setting.secret else ''} |"


if __name__ == "__main__":
    print(page(), end="")
