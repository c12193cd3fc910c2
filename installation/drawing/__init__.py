"""The loop as a score: drawn on one sheet, at scale of time, to be printed and hung up."""
