"""Starts, watches and restarts the player. stdlib and sdnotify only."""
