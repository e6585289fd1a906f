"""Build the website: run the notebooks, assemble the book, check it for completeness and disclosure, publish it."""
