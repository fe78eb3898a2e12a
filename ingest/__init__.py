"""From a PDF to the corpus."""
