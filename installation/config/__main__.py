"""Writes down what the models say: the JSON Schemas beside the YAML files, and the README's tables of keys."""

from pathlib import Path

from installation.config.kiosk import Kiosk
from installation.config.loop import Loop
from installation.config.reference import with_tables
from installation.config.schemas import written_schema
from installation.config.validating import Part

CHECKOUT = Path(__file__).parents[2]
FILES: dict[str, type[Part]] = {"loop": Loop, "kiosk": Kiosk}

if __name__ == "__main__":
    for name, model in FILES.items():
        (CHECKOUT / "config" / f"{name}.schema.json").write_text(written_schema(model), encoding="utf-8")
    readme = CHECKOUT / "README.md"
    readme.write_text(with_tables(readme.read_text(encoding="utf-8")), encoding="utf-8")
