"""Write the report of a verification: as JSON for machines, as a page for people, and signed if a key is given."""

from __future__ import annotations

import html
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from riktvarden.verify.checks import Check
from riktvarden.verify.trees import Difference, Exempt

JSON, PAGE = "verification.json", "verification.html"
SIGNER = "minisign"
"""Program that signs the report; hashes are checked without it."""

_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;"
    "border-bottom:1px solid color-mix(in srgb,currentColor 25%,transparent)}td.number{text-align:right;"
    "font-variant-numeric:tabular-nums}li,code{overflow-wrap:anywhere}div{overflow-x:auto}"
)


class SigningError(Exception):
    """The report cannot be signed; the message says what to do."""


@dataclass(frozen=True)
class Verification:
    """All that a verification looked at and found.

    Attributes
    ----------
    against
        Folder or address of the published book.
    edition
        Name of the edition.
    list_of_sums
        SHA-256 of the book's list of checksums, which identifies the book.
    commit
        Commit of the sources, and whether files differ from it; empty without a history.
    is_quick
        Whether the book was not built again.
    checks, differences, exempt
        The checks, all files that differ, and the files that were not compared byte by byte, with the reason.
    """

    against: str
    edition: str
    list_of_sums: str
    commit: str
    is_quick: bool
    checks: Sequence[Check]
    differences: Sequence[Difference]
    exempt: Sequence[Exempt] = ()

    @property
    def passed(self) -> bool:
        """Return whether nothing differs and no check failed."""
        return not self.differences and not any(check.found for check in self.checks)

    @property
    def verdict(self) -> str:
        """Return the outcome in one sentence."""
        if not self.passed:
            files, checks = len(self.differences), sum(bool(check.found) for check in self.checks)
            differ = _counted(files, "file differs", "files differ")
            return f"Not proven: {differ}, {_counted(checks, 'check', 'checks')} failed."
        if self.is_quick:
            return "No fault found; the book was not built again, so its numbers are not proven."
        left = sum(len(each.names) for each in self.exempt)
        apart = f", apart from {_counted(left, 'file that was', 'files that were')} not compared" if left else ""
        return f"Proven: the book was built again from nothing, and nothing differs{apart}."


def as_json(verification: Verification) -> str:
    """Return a verification as JSON."""
    content = {
        "verdict": verification.verdict,
        "passed": verification.passed,
        "against": verification.against,
        "edition": verification.edition,
        "sha256sums": verification.list_of_sums,
        "commit": verification.commit,
        "quick": verification.is_quick,
        "checks": [{**asdict(check), "outcome": check.outcome} for check in verification.checks],
        "differences": [asdict(each) for each in verification.differences],
        "not_compared": [asdict(each) for each in verification.exempt],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n"


def as_page(verification: Verification) -> str:
    """Return a verification as a page that needs no other file."""
    rows = "".join(
        f"<tr><td>{_text(check.name)}</td><td>{_text(check.outcome)}</td><td class='number'>{check.seconds:.0f} s</td>"
        f"<td>{_facts(check)}</td></tr>"
        for check in verification.checks
    )
    differences = [str(each) for each in verification.differences]
    exempt = [f"{', '.join(each.names)}: {each.reason}" for each in verification.exempt]
    facts = {
        "Published book": verification.against,
        "Edition": verification.edition,
        "SHA-256 of its SHA256SUMS": verification.list_of_sums,
        "Commit of the sources": verification.commit or "no history",
    }
    about = "".join(f"<tr><th>{_text(name)}</th><td><code>{_text(fact)}</code></td></tr>" for name, fact in facts.items())
    head = "<tr><th>Check</th><th>Outcome</th><th>Time</th><th>Facts and faults</th></tr>"
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>Verification</title>"
        f"<meta name='viewport' content='width=device-width'><style>{_STYLE}</style></head><body>"
        f"<h1>Verification</h1><p><strong>{_text(verification.verdict)}</strong></p><div><table>{about}</table></div>"
        f"<h2>What was checked</h2><div tabindex='0' role='region' aria-label='Checks'><table>{head}{rows}</table></div>"
        f"<h2>Differences</h2>{_listed(differences, 'None.')}"
        f"<h2>Not compared byte by byte</h2>{_listed(exempt, 'None.')}</body></html>\n"
    )


def write(verification: Verification, folder: Path, key: Path | None = None) -> list[Path]:
    """Write both forms of the report, and sign the first.

    Parameters
    ----------
    verification
        What was found.
    folder
        Folder to write to.
    key
        Secret key of minisign; not signed without one.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    SigningError
        If it cannot be signed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / JSON, folder / PAGE]
    for file, text in zip(written, (as_json(verification), as_page(verification)), strict=True):
        file.write_text(text, encoding="utf-8", newline="\n")
    signature = folder / f"{JSON}.minisig"
    signature.unlink(missing_ok=True)  # of an earlier report
    if key is not None:
        done = subprocess.run([signer(), "-S", "-s", str(key), "-m", str(folder / JSON)], check=False)  # noqa: S603
        if done.returncode:
            raise SigningError(f"{SIGNER} failed with exit code {done.returncode}; the report is not signed")
        written.append(signature)
    return written


def signer() -> str:
    """Return the program that signs.

    Raises
    ------
    SigningError
        If it is not installed.
    """
    program = shutil.which(SIGNER)
    if program is None:
        raise SigningError(f"{SIGNER} is not installed, so the report cannot be signed; leave out --key, or install it")
    return program


def _facts(check: Check) -> str:
    facts = [f"{name}: {fact}" for name, fact in check.facts.items()]
    said = _text("; ".join([*facts, *([check.left_out] if check.left_out else [])]))
    return said + (_listed(check.found, "") if check.found else "")


def _listed(lines: Sequence[str], none: str) -> str:
    return f"<ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>" if lines else f"<p>{none}</p>"


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _text(text: object) -> str:
    return html.escape(str(text))
