"""Steps that bring a data folder to the newest shape; run by `corpus.catalogue`."""
