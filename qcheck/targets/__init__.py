"""What each app of inference.sh takes, one data file an app."""
