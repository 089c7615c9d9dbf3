"""The report's page holds no serious barrier that axe-core finds in a real browser."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from cpc_pipeline.project import Project

AXE = find_spec("axe_playwright_python")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(AXE is None, reason="axe-core is not installed (pip install --no-deps axe-playwright-python)"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
]
RUN = """axe.run(document, {resultTypes: ['violations']}).then(found => {
  document.title = 'AXE' + JSON.stringify(found.violations.map(v => [v.id, v.impact, v.nodes.length]))})"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("edition", ["internal", "public"])
def test_the_page_of_the_report_has_no_serious_barrier(
    issued_arcadia: Project, tmp_path: Path, edition: str, language: str
) -> None:
    assert AXE is not None
    assert AXE.origin is not None
    assert CHROMIUM is not None
    page = issued_arcadia.folders.edition(2024, edition) / "report" / f"report_{language}.html"
    axe = (Path(AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8").replace("</script>", "<\\/script>")
    looked = tmp_path / "page.html"
    # The page forbids scripts from elsewhere; the copy that is looked at lets this one in.
    content = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text(encoding="utf-8"))
    looked.write_text(content.replace("</body>", f"<script>{axe}</script><script>{RUN}</script></body>"))
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000", "--dump-dom"]
    shown = subprocess.run([*command, looked.as_uri()], capture_output=True, text=True, timeout=240, check=True).stdout
    title = re.search(r"<title>AXE(.*?)</title>", shown, re.DOTALL)
    assert title is not None, "axe-core did not run"
    found = json.loads(html.unescape(title[1]))
    assert [v for v in found if v[1] in ("serious", "critical")] == []
