"""Results as links in the UI: a page cannot open a file of the disk, so this machine serves its own results to itself.

Loopback only, read only, below a key that other pages and other users of the machine cannot guess, and only from the
folders named. The key is kept beside the run history, so that a link in an old run still leads somewhere.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Iterable, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dagster as dg

from cpc_pipeline.folders import Folders

PORT = 3001
ADDRESS = "CPC_PUBLIC_ADDRESS"
"""Where people come in, when that is another machine than theirs: the proxy passes /results/ on (deploy/nginx)."""


def served(folders: Folders) -> Mapping[str, Path]:
    """What may be read, by the first part of the path.

    Annotated workbooks are whole submissions: they stay on this machine, whoever comes in through a proxy.
    """
    results = {"quality": folders.quality, "published": folders.published}
    return results if os.environ.get(ADDRESS) else results | {"feedback": folders.feedback}


def link(folders: Folders, path: Path) -> str:
    """The address of a result while the UI runs; raises ValueError for a file outside the served folders."""
    settings = _settings(folders.root)
    for name, folder in served(folders).items():
        if path.is_relative_to(folder):
            below = quote(path.relative_to(folder).as_posix())
            public = os.environ.get(ADDRESS, "").rstrip("/")
            place = f"{public}/results" if public else f"http://127.0.0.1:{settings['port']}"
            return f"{place}/{settings['key']}/{name}/{below}"
    raise ValueError("not a result")


def links(folders: Folders, paths: Iterable[Path]) -> dg.MarkdownMetadataValue:
    """One line per file: a link where it is served, else where it lies."""
    there = tuple(served(folders).values())
    lines = [
        f"- [{path.name}]({link(folders, path)})" if any(map(path.is_relative_to, there)) else f"- {path.name}: {path}"
        for path in paths
    ]
    return dg.MetadataValue.md("\n".join(lines))


def start(folders: Folders, port: int) -> ThreadingHTTPServer | None:
    """Serve in the background; None where the port is taken: the UI works all the same, its links do not."""
    settings = _settings(folders.root, port)
    handler = partial(_Handler, key=settings["key"], port=port, roots=served(folders))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        return None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _settings(root: Path, port: int | None = None) -> dict[str, Any]:
    """Key and port of this project, made once."""
    path = root / ".dagster" / "files.json"
    try:
        known = json.loads(path.read_text())
    except (OSError, ValueError):
        known = {"key": secrets.token_hex(12), "port": PORT}
    wanted = known if port is None else known | {"port": port}
    if wanted != known or not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(json.dumps(wanted))
        path.chmod(0o600)
    return dict(wanted)


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, key: str, port: int, roots: Mapping[str, Path], **named: Any) -> None:
        self.key, self.port, self.roots = key, port, roots
        super().__init__(*arguments, **named)

    def send_head(self) -> Any:
        """Answer only to this machine's own name (a page elsewhere may point its own name at 127.0.0.1)."""
        parts = self.path.partition("?")[0].split("/", 3)
        allowed = self.headers.get("Host") in (f"127.0.0.1:{self.port}", f"localhost:{self.port}")
        known = len(parts) == 4 and secrets.compare_digest(parts[1].encode(), self.key.encode())
        if not (allowed and known and parts[2] in self.roots):
            self.send_error(404)
            return None
        self.directory, self.path = str(self.roots[parts[2]]), f"/{parts[3]}"
        return super().send_head()

    def list_directory(self, path: Any) -> None:
        self.send_error(404)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *arguments: Any) -> None:
        """Nothing is written down about who looked at what."""
