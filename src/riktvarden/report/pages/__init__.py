"""Pages that are not chapters: start, search, region, municipality, comparison, explorer, paper."""
