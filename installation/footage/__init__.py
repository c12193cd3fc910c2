"""The archive: probing, fixity, stand-in footage. Masters are read, never written."""
