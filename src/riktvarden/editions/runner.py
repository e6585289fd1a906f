"""Run the model of one edition and write its guideline quantities: a script, run with that edition's own package.

It imports only what every edition has had, as the package on the path may be older than this file.
"""

import argparse
import importlib
from pathlib import Path

import pandas as pd

import riktvarden
from riktvarden import assumptions, model, tables

KEYS = ["profession", "measure", "region", "municipality", "cooperation", "principal", "year", "bound"]
"""What distinguishes a quantity; `bound` is the value, or the low or high end of its interval."""
AMOUNT = "amount"


def quantities(results: object) -> pd.DataFrame:
    """Return the results of regions and the guideline values as one row a number: `KEYS` and `AMOUNT`."""
    frames = [frame for name in ("tidy", "guidelines") if isinstance(frame := getattr(results, name, None), pd.DataFrame)]
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.assign(**{name: "" for name in KEYS[:-1] if name not in rows})
    year = rows["year"].astype("Int64").astype("string").fillna("")
    rows = rows.assign(year=year, **{name: rows[name].fillna("").astype(str) for name in KEYS[:-2]})
    long = rows.melt(KEYS[:-1], ["value", "low", "high"], KEYS[-1], AMOUNT)
    long = long.assign(amount=long[AMOUNT].astype(float)).dropna(subset=AMOUNT)
    return long.drop_duplicates(KEYS).sort_values(KEYS).reset_index(drop=True).astype(dict.fromkeys(KEYS, "str"))


def returned() -> dict[str, pd.DataFrame]:
    """Return the regions' returns, if this edition knows of any."""
    try:
        store = importlib.import_module("riktvarden.returns.store")
    except ImportError:
        return {}
    return dict(store.frames()) if hasattr(store, "frames") else {}


def main() -> None:
    """Run the model on the data beside the package, and write the quantities."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--draws", type=int, required=True)
    wish = parser.parse_args()
    package = Path(riktvarden.__file__).resolve()
    if not package.is_relative_to(wish.root.resolve()):
        raise SystemExit(f"the package of the edition is not the one that was imported: {package}")
    found = model.run({**tables.read_all(), **returned()}, assumptions.read(), wish.draws)
    quantities(found).to_parquet(wish.target)


if __name__ == "__main__":
    main()
