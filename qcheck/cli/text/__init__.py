"""What commands print for people, as text."""
