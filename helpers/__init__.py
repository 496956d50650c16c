"""Small tested functions for the course Embeddings for Health Data."""
