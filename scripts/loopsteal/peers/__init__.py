"""loopsteal and other people's schedulers, event loops and simulators on the same work."""
