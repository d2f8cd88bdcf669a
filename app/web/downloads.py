"""Files to keep: what a browser saves instead of showing."""

from fastapi.responses import Response


def attachment(content: str | bytes, name: str, media_type: str) -> Response:
    """The content as a file; `name` is of our own words and checked ones only."""
    return Response(content, media_type=media_type, headers=as_attachment(name))


def as_attachment(name: str) -> dict[str, str]:
    """The header that makes an answer a file of this name, which is as in `attachment`."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
