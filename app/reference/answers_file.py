"""Reading an answers file: YAML, of which JSON is a part, without surprises."""

from typing import Any

import yaml


def plain_data(text: str) -> Any:  # noqa: ANN401 - a file may hold anything; the reader judges it
    """The plain data in `text`.

    Raises:
        yaml.YAMLError: it is not YAML, asks for objects, or gives a key twice.
    """
    try:
        return yaml.load(text, Loader=_UniqueKeys)  # noqa: S506 - a safe loader, see its base
    except (TypeError, ValueError, RecursionError) as error:
        # A list as a key, the 45th of a month, 5,000 digits, 5,000 brackets.
        raise yaml.YAMLError(str(error)) from error


class _UniqueKeys(yaml.SafeLoader):
    """Plain data only; a key given twice is an error, because the first would vanish."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - as the base declares it
    ) -> dict[Any, Any]:
        """The mapping, or a sentence about the key that stands in it twice."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                message = f"the key {key!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)
