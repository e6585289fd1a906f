"""Turn a project folder into a website: run the notebooks, assemble the book, check every page is there."""
