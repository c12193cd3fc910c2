"""Reading the two YAML files with marks: loop.yaml (the artist's) and kiosk.yaml (the technician's)."""

LOOP, KIOSK = "loop.yaml", "kiosk.yaml"
