"""Where model files lie, and how they are fetched."""
