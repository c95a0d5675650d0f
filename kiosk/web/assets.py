"""The built scripts, styles and icons, and how they are served.

`npm run build` puts them into static/bundle/ under names that hold a hash of their content, each
beside a compressed copy, and lists them in assets.json. A name once served never changes its
content, so browsers keep it for good.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, abort, current_app

from kiosk.web.headers import WORKER_POLICY, takes_gzip

__all__ = ["BUNDLE", "Assets", "AssetsError", "the_assets", "use_assets"]

BUNDLE = Path(__file__).parent / "static" / "bundle"
"""Where the build puts its files."""

_FOR_GOOD = "public, max-age=31536000, immutable"
_KINDS = {".js": "text/javascript", ".wasm": "application/wasm", ".svg": "image/svg+xml"}


class AssetsError(RuntimeError):
    """The pages were never built."""


@dataclass(frozen=True)
class Assets:
    """The files of one build, in `folder`."""

    folder: Path = BUNDLE

    @cached_property
    def names(self) -> dict[str, str]:
        """The name under which each file is served, by its plain name.

        Raises:
            AssetsError: the pages were never built.
        """
        try:
            found: dict[str, str] = json.loads((self.folder / "assets.json").read_bytes())
        except FileNotFoundError:
            raise AssetsError("the pages are not built: run `make setup`") from None
        return found

    def url(self, name: str) -> str:
        """The address of the file with this plain name."""
        return f"/static/{self.names[name]}"

    def serve(self, name: str) -> Response:
        """The file that is served under `name`, compressed where the browser takes it so."""
        if name not in self.names.values():
            abort(404)
        path = self.folder / name
        response = Response(mimetype=_KINDS.get(path.suffix) or guess_type(name)[0])
        packed = path.with_name(name + ".gz")
        if packed.exists():
            response.vary.add("Accept-Encoding")
            if takes_gzip():
                path = packed
                response.headers["Content-Encoding"] = "gzip"
        response.set_data(path.read_bytes())
        response.headers["Cache-Control"] = _FOR_GOOD
        if name == self.names["decoder.js"]:
            response.headers["Content-Security-Policy"] = WORKER_POLICY
        return response


def use_assets(app: Flask, assets: Assets) -> None:
    """Make `app` serve the built files, and templates name them.

    Raises:
        AssetsError: the pages were never built.
    """
    if not assets.names:
        raise AssetsError("the build left nothing: run `make setup`")
    app.extensions["assets"] = assets
    app.add_url_rule("/static/<name>", "asset", assets.serve)
    app.context_processor(lambda: {"asset": assets.url})


def the_assets() -> Assets:
    """The built files of the running application."""
    assets: Assets = current_app.extensions["assets"]
    return assets
