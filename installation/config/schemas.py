"""JSON Schemas of both files, made from the models: by them an editor completes, explains and checks every key.

`python -m installation.config` writes them beside the files, which name them in their first line.
"""

import json
from typing import cast

from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from installation.config.validating import LEFT_OUT, Part, left_out

DIALECT = "http://json-schema.org/draft-07/schema#"  # the one that every editor understands


def schema_of(model: type[Part]) -> JsonSchemaValue:
    """Return the JSON Schema of a file that `model` reads."""
    return {"$schema": DIALECT, **model.model_json_schema(schema_generator=_ForEditors)}


def written_schema(model: type[Part]) -> str:
    """Return the JSON Schema as it lies beside the file."""
    return json.dumps(schema_of(model), indent=2, ensure_ascii=False) + "\n"


class _ForEditors(GenerateJsonSchema):
    """What pydantic makes of a model, reshaped for a person who writes YAML."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Explain every key of a part, in the order in which people write them."""
        part = cast("type[Part]", schema["cls"])
        made = super().model_schema(schema)
        fields = part.fields()
        made["properties"] = {key: _explained(made["properties"][key], fields[key]) for key in fields}
        return {**made, "title": part.called()}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A key may be left out, but where it stands it has a value."""
        return self.generate_inner(schema["schema"])


def _explained(shape: JsonSchemaValue, field: FieldInfo) -> JsonSchemaValue:
    """Return the shape of a key's value with its meaning, in plain words and in Markdown where that says more."""
    shape = {key: value for key, value in shape.items() if key not in ("title", "default", LEFT_OUT)}
    meaning = field.description or ""
    told = meaning[:1].upper() + meaning[1:] + "."
    if left_out(field):
        told += f" If left out: {left_out(field)}."
    shape["description"] = told.replace("`", "")
    if "`" in told:
        shape["markdownDescription"] = told
    if isinstance(field.default, str):
        shape["default"] = int(field.default) if field.default.isdigit() else field.default
    return shape
