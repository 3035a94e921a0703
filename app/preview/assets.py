"""Static files, read once. Their URLs contain a hash of the content, so browsers can cache them forever."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
COMPONENT = "forewarn-alert.all.js"  # in FOLDER of an installed package; a checkout has it where it is built
_BUILT = Path(__file__).parents[2] / "clients/web/dist" / COMPONENT

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_CACHE_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    type: str
    version: str


class Assets:
    """The preview's own files with the web component, and those of `folders`."""

    def __init__(self, *folders: Path) -> None:
        self._by_name = {
            path.relative_to(folder).as_posix(): _asset(path)
            for folder in (FOLDER, *folders)
            for path in sorted(folder.rglob("*"))
            if path.suffix in _TYPES
        }
        if COMPONENT not in self._by_name:
            self._by_name[COMPONENT] = _asset(_BUILT)

    @property
    def bodies(self) -> dict[str, bytes]:
        """The content of every file, by name."""
        return {name: asset.body for name, asset in self._by_name.items()}

    def address(self, name: str) -> str:
        return f"/static/{name}?v={self._by_name[name].version}"

    def respond(self, request: Request, name: str) -> Response:
        asset = self._by_name.get(name)
        if asset is None:
            return Response(status_code=404)
        same = request.query_params.get("v") == asset.version
        return Response(asset.body, 200, {"cache-control": _CACHE_FOREVER if same else "no-cache"}, asset.type)


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, _TYPES[path.suffix], sha256(body).hexdigest()[:12])
