"""Cuts the faces to the scripts that a page needs, and renames them, as their licence asks of a changed font.

usage: python3 subset.py FOLDER   (FOLDER holds node_modules of source-sans, source-serif, source-code-pro)
"""

import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

# Latin with its extensions and phonetic letters, marks, Greek with accents, Cyrillic, punctuation, currency, arrows,
# mathematical signs, boxes and shapes.
RANGES = [
    (0x20, 0x7E), (0xA0, 0x36F), (0x370, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x22FF), (0x2300, 0x23FF),
    (0x2500, 0x27BF), (0xFB00, 0xFB04), (0xFFFD, 0xFFFD),
]
# The face, its size in the npm package, and what it is called here.
FACES = [
    ("source-sans/TTF/SourceSans3-Regular.ttf", "Paper Sans", "Regular", "sans-regular.ttf"),
    ("source-sans/TTF/SourceSans3-Semibold.ttf", "Paper Sans", "Semibold", "sans-semibold.ttf"),
    ("source-serif/TTF/SourceSerif4-Semibold.ttf", "Paper Serif", "Semibold", "serif-semibold.ttf"),
    ("source-code-pro/TTF/SourceCodePro-Regular.ttf", "Paper Mono", "Regular", "mono-regular.ttf"),
]
# Kerning, marks over letters; figures are of one width without any. No ligatures: a value must be read letter by letter.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl"]


def main(folder: str) -> None:
    here = pathlib.Path(__file__).parent
    for source, family, style, target in FACES:
        font = TTFont(pathlib.Path(folder) / "node_modules" / source, recalcTimestamp=False)
        options = subset.Options()
        options.layout_features = FEATURES
        options.hinting = False
        options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
        cut = subset.Subsetter(options)
        cut.populate(unicodes=[c for first, last in RANGES for c in range(first, last + 1)])
        cut.subset(font)
        plain = family.replace(" ", "")
        for number, text in {
            1: f"{family} {style}", 2: "Regular", 3: f"{plain}-{style}", 4: f"{family} {style}",
            6: f"{plain}-{style}", 16: family, 17: style,
        }.items():
            for record in list(font["name"].names):
                if record.nameID == number:
                    font["name"].setName(text, number, record.platformID, record.platEncID, record.langID)
        font.save(here / target)


main(sys.argv[1])
