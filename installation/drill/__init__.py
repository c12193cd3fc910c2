"""Rehearses faults on the installation that runs, before the doors open: a client of it, which harms nothing."""
