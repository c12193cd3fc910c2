"""Notices what is saved while the wall goes on, and tells once it has settled."""
