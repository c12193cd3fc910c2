"""X11, Wayland, DRM and no screen at all: find, probe, power, and the picture that is really shown."""
