"""What several repairs share."""
