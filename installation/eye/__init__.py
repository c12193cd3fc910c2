"""Reads the screen itself and compares it with what the player says it shows. A process of its own."""
