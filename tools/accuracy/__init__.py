"""How often each rule is right, and the fitted numbers that ship with qcheck."""
