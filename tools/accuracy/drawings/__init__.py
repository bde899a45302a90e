"""What covers a face, and what does not, drawn on aligned faces to fit with."""
