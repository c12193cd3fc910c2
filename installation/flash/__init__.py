"""The light of moving pictures, judged from arrays: where it flashes, and what that may do to those who watch."""
