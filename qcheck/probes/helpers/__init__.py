"""What several measurers share."""
