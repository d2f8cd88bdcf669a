"""Files to keep: what a browser saves instead of showing."""

from fastapi.responses import Response


def attachment(content: str | bytes, name: str, media_type: str) -> Response:
    """The content as a file; `name` is of our own words and checked ones only."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
