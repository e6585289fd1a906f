"""Describe a frozen edition for machines and citation: RO-Crate as JSON-LD, and CITATION.cff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from riktvarden.editions import record

CONTEXT: Sequence[object] = ("https://w3id.org/ro/crate/1.1/context", {"sha256": "https://schema.org/sha256"})
CONFORMS = "https://w3id.org/ro/crate/1.1"
TEXT_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CODE_LICENCE = "https://spdx.org/licenses/MIT"
KINDS = {
    ".arrow": "application/vnd.apache.arrow.file",
    ".cff": "application/yaml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".lock": "text/plain",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".whl": "application/zip",
}
RUN = "#run"


def citation(cited: Mapping[str, Any], name: str, title: str, date: str, commit: str) -> dict[str, Any]:
    """Return the contents of CITATION.cff of an edition, from those of the project.

    Parameters
    ----------
    cited
        The project's own.
    name, title, date, commit
        Of the edition; date and commit may be empty.
    """
    of_edition = {"title": f"{cited['title']}: {title}", "version": name}
    known = {"date-released": date, "commit": commit}
    return {**cited, **of_edition, **{key: value for key, value in known.items() if value}}


def crate(
    manifest: record.Manifest, files: Mapping[str, tuple[int, str]], cited: Mapping[str, Any], site: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the RO-Crate metadata of an edition: what each file is, and the run that made the results.

    Parameters
    ----------
    manifest
        The edition's manifest.
    files
        Path → size in bytes and SHA-256 of every file but the metadata and the manifest.
    cited
        Contents of its CITATION.cff.
    site
        ``riktvarden_site`` of ``_config.yml``; what is not stated there is omitted.
    """
    of_package = {"license": {"@id": CODE_LICENCE}, "version": manifest.version}
    described = [
        {**each, "@type": ["File", "SoftwareApplication"], **of_package} if each["@id"] == manifest.package else each
        for each in _described(files)
    ]
    run = {
        "@id": RUN,
        "@type": "CreateAction",
        "name": f"Run of the model with {manifest.draws} draws",
        "instrument": {"@id": manifest.package},
        "object": [{"@id": path} for path in sorted(files) if path.startswith(f"{record.DATA}/")],
        "result": [{"@id": path} for path in sorted(files) if path.startswith(f"{record.RESULTS}/")],
    }
    address = str(site.get("address") or "").strip().rstrip("/")
    more = {"mentions": {"@id": RUN}, **({"url": f"{address}/{manifest.name}/"} if address else {})}
    root = {"version": manifest.name, "datePublished": manifest.date.isoformat(), **more}
    return _graph(root, cited.get("abstract") or manifest.title, cited, site, [run, *described])


def of_selection(
    name: str,
    description: str,
    date: str,
    files: Mapping[str, tuple[int, str]],
    cited: Mapping[str, Any],
    site: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the RO-Crate metadata of the edition of a selection of chapters.

    Parameters
    ----------
    name, description, date
        Of the edition; the date may be empty.
    files, cited, site
        As of `crate`.
    """
    root = {"version": name, **({"datePublished": date} if date else {})}
    return _graph(root, description, cited, site, _described(files))


def _graph(
    root: Mapping[str, Any],
    description: str,
    cited: Mapping[str, Any],
    site: Mapping[str, Any],
    entities: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the metadata of a crate of entities, of which those with a size are its files."""
    body = str(site.get("responsible_body") or "").strip()
    authors = [
        {"@id": f"#author-{at}", "@type": "Organization" if "name" in author else "Person", "name": _named(author)}
        for at, author in enumerate(cited["authors"], 1)
    ]
    publisher = [{"@id": "#publisher", "@type": "Organization", "name": body}] if body else []
    whole = {
        "@id": "./",
        "@type": "Dataset",
        "name": cited["title"],
        "description": description,
        "keywords": list(cited.get("keywords", [])),
        "license": {"@id": TEXT_LICENCE},
        "author": [_to(author) for author in authors],
        **({"publisher": _to(publisher[0])} if publisher else {}),
        "hasPart": [_to(each) for each in entities if "contentSize" in each],
        **root,
    }
    about = {"@id": record.CRATE, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": CONFORMS}}
    licences = [
        {"@id": TEXT_LICENCE, "@type": "CreativeWork", "name": "Creative Commons Attribution 4.0"},
        {"@id": CODE_LICENCE, "@type": "CreativeWork", "name": "MIT License"},
    ]
    return {"@context": list(CONTEXT), "@graph": [about, whole, *authors, *publisher, *licences, *entities]}


def _described(files: Mapping[str, tuple[int, str]]) -> list[dict[str, Any]]:
    """Describe each file."""
    return [
        {
            "@id": path,
            "@type": "File",
            "name": path.rpartition("/")[2],
            "encodingFormat": next((kind for end, kind in KINDS.items() if path.endswith(end)), "application/octet-stream"),
            "contentSize": str(size),
            "sha256": digest,
        }
        for path, (size, digest) in sorted(files.items())
    ]


def _named(author: Mapping[str, Any]) -> str:
    return str(author.get("name") or f"{author['given-names']} {author['family-names']}")


def _to(entity: Mapping[str, Any]) -> dict[str, Any]:
    return {"@id": entity["@id"]}
