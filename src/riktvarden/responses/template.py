"""Write the file of a response: of what it says, or begun for someone to fill in."""

from __future__ import annotations

import json

from riktvarden.responses import form
from riktvarden.responses.form import Organisation, Response

_EXAMPLES = """
# Remove the marks # of what you use, and repeat a table for each further value, answer or number.

# [[values]]
# assumption = "completion_share"
# value = 0.93
# reason = "Why, and where the value comes from."

# [[answers]]
# question = "completion_share"
# text = "An answer in words."

# [[numbers]]
# quantity = "st_persons"
# value = 62
# date = 2026-10-31
"""


def begun(own: Organisation, edition: str) -> str:
    """Return a response with nothing but the organisation, and examples of the rest as comments."""
    response = Response(form=form.FORM, version=form.VERSION, edition=edition, organisation=own)
    return written(response).replace("\n[organisation]", 'comment = ""\n\n[organisation]', 1) + _EXAMPLES


def written(response: Response) -> str:
    """Return a response as TOML, which `riktvarden.responses.check.parse` reads to the same response."""
    top = {"form": response.form, "version": response.version, "edition": response.edition}
    if response.comment:
        top["comment"] = response.comment
    lines = [*_keys(top), "", "[organisation]", *_keys(_filled(response.organisation.model_dump()))]
    for name in form.LISTS:
        for entry in getattr(response, name):
            lines += ["", f"[[{name}]]", *_keys(entry.model_dump())]
    return "\n".join(lines) + "\n"


def _filled(keys: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in keys.items() if value != ""}


def _keys(keys: dict[str, object]) -> list[str]:
    # JSON's text in quotes is TOML's too, but for the delete character, which JSON leaves as it is.
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False) if isinstance(value, str) else value}".replace("\x7f", "\\u007f")
        for key, value in keys.items()
    ]
