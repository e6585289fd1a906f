"""Describe the open data for data portals: a catalogue in the Swedish profile DCAT-AP-SE, as JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from riktvarden.book import stage
from riktvarden.report.kit.language import Language
from riktvarden.report.reference import published, values

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
EU = "http://publications.europa.eu/resource/authority"
LANGUAGES = {"sv": f"{EU}/language/SWE", "en": f"{EU}/language/ENG"}
HEALTH, PUBLIC = f"{EU}/data-theme/HEAL", f"{EU}/access-right/PUBLIC"
SWEDEN = "http://sws.geonames.org/2661886"
LICENCE = "http://creativecommons.org/licenses/by/4.0/"
FORMATS = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def catalogue(
    files: Sequence[str], edition: str, code: str, config: Mapping[str, Any], updated: str, language: Language
) -> dict[str, Any]:
    """Return the catalogue of an edition.

    Publisher and contact, which the profile requires, come from ``riktvarden_site`` in ``_config.yml`` and are omitted
    if not stated there; without the site's address, all addresses are relative to the catalogue's own.

    Parameters
    ----------
    files
        Paths below the edition's folder.
    edition
        Name of the edition.
    code, language
        Code and language of the descriptions.
    config
        Contents of ``_config.yml``.
    updated
        Date of the latest change of the sources; empty if unknown.
    """
    site = stage.site_of(config)
    address = stage.address(site)
    folder = f"{address}/data/{edition}" if address else "."
    start = f"{address or '../..'}/{code}/"
    own = f"{folder}/dcat.jsonld"
    responsible = _responsible(site, own)
    common = {
        **responsible,
        "dcterms:language": _link(LANGUAGES.get(code, LANGUAGES["en"])),
        **({"dcterms:modified": {"@type": "xsd:date", "@value": updated}} if updated else {}),
    }
    of_dataset = {
        "dcat:theme": _link(HEALTH),
        "dcterms:spatial": _link(SWEDEN),
        "dcterms:accessRights": _link(PUBLIC),
        "dcat:landingPage": _link(f"{start}chapters/data.html"),
    }
    tables = [name for name in files if name.startswith(("tables/", f"{values.NAME}."))]
    distributions = [
        _distribution(f"{own}#{suffix[1:]}", folder, kind, [name for name in tables if name.endswith(suffix)], start)
        for suffix, kind in FORMATS.items()
    ]
    books = [name for name in files if name.endswith(".xlsx")]
    if books:
        distributions.append(_distribution(f"{own}#xlsx", folder, WORKBOOK, books, start))
    title, description = published.described(language)
    source_title, source_description = published.source_described(language)
    sources = [name for name in files if name.startswith("source/tables/") and name.endswith(".csv")]
    datasets = [
        {
            "@id": f"{own}#tables",
            "@type": "dcat:Dataset",
            "dcterms:title": _words(title, code),
            "dcterms:description": _words(description, code),
            "dcat:version": edition,
            **common,
            **of_dataset,
            "dcat:distribution": distributions,
        }
    ]
    if sources:
        from_source = _distribution(f"{own}#source-csv", folder, FORMATS[".csv"], sources, start)
        del from_source["dcterms:license"]  # each table has its own
        datasets.append(
            {
                "@id": f"{own}#source",
                "@type": "dcat:Dataset",
                "dcterms:title": _words(source_title, code),
                "dcterms:description": _words(source_description, code),
                "dcat:version": edition,
                **common,
                **of_dataset,
                "dcat:distribution": [from_source],
            }
        )
    return {
        "@context": CONTEXT,
        "@id": f"{own}#catalogue",
        "@type": "dcat:Catalog",
        "dcterms:title": _words(str(config.get("title") or title), code),
        "dcterms:description": _words(description, code),
        **{name: value for name, value in common.items() if name != "dcat:contactPoint"},
        "dcterms:license": _link(LICENCE),
        "dcat:themeTaxonomy": _link(f"{EU}/data-theme"),
        "foaf:homepage": _link(start),
        "dcat:dataset": datasets,
    }


def _responsible(site: Mapping[str, Any], own: str) -> dict[str, Any]:
    """Return publisher and contact, if stated."""
    reported: dict[str, Any] = {}
    body, contact = (str(site.get(name) or "").strip() for name in ("responsible_body", "contact"))
    if body:
        reported["dcterms:publisher"] = {"@id": f"{own}#publisher", "@type": "foaf:Agent", "foaf:name": body}
    if contact:
        reached = {"vcard:hasEmail": _link(f"mailto:{contact}")} if "@" in contact else {"vcard:hasURL": _link(contact)}
        reported["dcat:contactPoint"] = {
            "@id": f"{own}#contact",
            "@type": "vcard:Organization",
            "vcard:fn": body or contact,
            **reached,
        }
    return reported


def _distribution(name: str, folder: str, kind: str, files: Sequence[str], start: str) -> dict[str, Any]:
    """Return one format of a dataset, listing every file."""
    return {
        "@id": name,
        "@type": "dcat:Distribution",
        "dcterms:format": kind,
        "dcterms:license": _link(LICENCE),
        "dcat:accessURL": _link(f"{start}chapters/data.html"),
        "dcat:downloadURL": [_link(f"{folder}/{file}") for file in files],
    }


def _link(address: str) -> dict[str, str]:
    return {"@id": address}


def _words(text: str, code: str) -> dict[str, str]:
    return {"@language": code, "@value": text}
