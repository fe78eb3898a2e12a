"""Imported once by the fork server, so that reading processes start with everything loaded."""

from ingest.reader import warm_up

warm_up()
