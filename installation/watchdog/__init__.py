"""Sees to it that what belongs on the wall is there. stdlib and sdnotify only."""
