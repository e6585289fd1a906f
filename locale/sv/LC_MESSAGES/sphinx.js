// What the search says. Sphinx copies this file in place of its own, whose Swedish lacks these words. The plural is a
// function, because Sphinx would make one from text, which the pages' policy does not admit.
Object.assign(Documentation, {
  "LOCALE": "sv",
  "PLURAL_EXPR": (n) => Number(n != 1),
  "TRANSLATIONS": {
    ", in ": ", i ",
    "Hide Search Matches": "Sluta markera sökorden",
    "Preparing search...": "Förbereder sökningen …",
    "Search": "Sök",
    "Search Results": "Sökresultat",
    "Search finished, found ${resultCount} page(s) matching the search query.": "Sökningen är klar. Antal sidor: ${resultCount}.",
    "Searching": "Söker",
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.": "Inga sidor matchar sökningen. Kontrollera stavningen."
  }
});
