"""The blocks of the guides, to be typed as they stand."""

import pathlib
import re

GUIDES = pathlib.Path(__file__).resolve().parents[3] / "docs" / "guides"


def block(guide, language, containing=""):
    """The first block of that language that contains a text."""
    text = (GUIDES / guide).read_text()
    for found in re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if containing in found:
            return found
    raise AssertionError(f"{guide} has no block of {language} with {containing!r}")
