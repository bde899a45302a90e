"""The configuration file: what it may say, what it says, and changes to it."""
