"""The words that every room shares; nothing in here imports anything of qcheck outside it."""
