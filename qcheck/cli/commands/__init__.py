"""One module per command, named after it; found by that name, imported when it is needed."""
