"""Rules of plans: the file that describes a whole production."""
