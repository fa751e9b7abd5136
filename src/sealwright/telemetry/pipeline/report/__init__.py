"""The report of a run: gathered batch by batch, kept as one document, shown as one page."""
