"""What every chapter and page is made with: context, words, charts, maps, tables and downloads."""
