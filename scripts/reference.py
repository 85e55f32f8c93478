"""Writes docs/reference/settings.md from the settings themselves; the other pages there are written by hand."""

import sys
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.kernel.settings import Settings, variable_name  # noqa: E402  the path comes first


def main() -> None:
    """Write the page."""
    lines = [
        "# Settings",
        "",
        "Read from the environment. An unknown name is refused with the nearest known one.",
        "",
        "| Variable | What it is | Default |",
        "| --- | --- | --- |",
    ]
    for each in fields(Settings):
        default = "the `instance` folder" if each.name == "instance" else f"`{each.default}`" if each.default else "–"
        lines.append(f"| `{variable_name(each.name)}` | {each.metadata['help']} | {default} |")
    (ROOT / "docs" / "reference").mkdir(exist_ok=True)
    (ROOT / "docs" / "reference" / "settings.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
