"""Questions and answers: search, comparison, HTTP, command line."""
