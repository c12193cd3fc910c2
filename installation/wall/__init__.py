"""What belongs on the wall now: the show, its place in the loop, the one that waits, the screen that it goes to."""
