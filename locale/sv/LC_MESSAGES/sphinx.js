// What the search says. Sphinx copies this file in place of its own, whose Swedish lacks these words.
Documentation.addTranslations({
  "locale": "sv",
  "messages": {
    ", in ": ", i ",
    "Hide Search Matches": "Sluta markera sökorden",
    "Preparing search...": "Förbereder sökningen …",
    "Search": "Sök",
    "Search Results": "Sökresultat",
    "Search finished, found ${resultCount} page(s) matching the search query.": "Sökningen är klar. Antal sidor: ${resultCount}.",
    "Searching": "Söker",
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.": "Inga sidor matchar sökningen. Kontrollera stavningen."
  },
  "plural_expr": "(n != 1)"
});
