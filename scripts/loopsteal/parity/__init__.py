"""Parity: the same programs on the originals and on ours, compared line by line."""
