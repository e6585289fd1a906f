"""What a reader looks up: formulas, tables, assumptions, terms, open data and how to cite."""
