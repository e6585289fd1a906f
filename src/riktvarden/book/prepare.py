"""Store the shared results of a build; run by it as ``python -m riktvarden.book.prepare FOLDER [ANALYSIS | words]``."""

import sys
from pathlib import Path

from riktvarden.problems import InputError
from riktvarden.store import material

if __name__ == "__main__":
    folder, *analyses = sys.argv[1:]
    try:
        if not analyses:
            material.write(Path(folder))
        for name in analyses:
            if name == "words":
                material.write_words(Path(folder))
            else:
                material.write_analysis(Path(folder), name)
    except InputError as error:
        sys.exit(str(error))
