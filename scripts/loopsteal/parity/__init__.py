"""Parity: the same programs on the reference runtimes and on loopsteal, compared line by line."""
