"""Five short strategies of invented regions: their sources, the PDFs made of them and their truth."""
