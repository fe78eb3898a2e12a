"""What is held: catalogue, full-text index, vectors, samples."""
