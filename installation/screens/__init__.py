"""X11 and no screen at all: find and probe."""
