"""The files under /static: kept by browsers for a year, since their address has their hash."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class KeptFiles(StaticFiles):
    """Static files; one asked for with its hash never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, and for how long a browser may keep it."""
        response = await super().get_response(path, scope)
        kept = b"v=" in scope["query_string"] and response.status_code == 200
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if kept else "no-cache"
        )
        return response
