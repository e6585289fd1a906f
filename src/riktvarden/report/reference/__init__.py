"""Reference material of the report: formulas, tables, assumptions, terms, open data and citation."""
