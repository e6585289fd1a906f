"""Store what the notebooks of a build share; run by the build as ``python -m riktvarden.book.prepare FOLDER``."""

import sys
from pathlib import Path

from riktvarden.problems import InputError
from riktvarden.report import material

if __name__ == "__main__":
    try:
        material.write(Path(sys.argv[1]))
    except InputError as error:
        sys.exit(str(error))
