"""Results in files: computed once for a build, read by each page, which notes the parts that it uses."""
