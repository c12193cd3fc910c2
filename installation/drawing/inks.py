"""The colours of the sheet: black on white, and one red for what the edit does to the picture's light."""

PAPER = (255, 255, 255)
INK = (26, 26, 28)
GREY = (112, 112, 115)
PALE = (168, 168, 168)
DARK = (16, 16, 18)
"""What is black on the wall."""
MOUNT = (230, 229, 225)
"""What a still lies on for as long as it stands."""
ACCENT = (222, 54, 34)
"""The red of a seal."""
