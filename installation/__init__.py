"""A single-channel video installation player: YAML and footage in, an unattended picture out."""

__version__ = "0.1.0"
