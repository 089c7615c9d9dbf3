"""Long texts of the pack go on on slides of their own; the look of the slides is handed out."""

from __future__ import annotations

from pathlib import Path

import pytest
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.publication.pack import template
from cpc_pipeline.publication.pack.deck import Text
from cpc_pipeline.publication.pack.flowing import flow, parted
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import COMPACTS

pytestmark = pytest.mark.slow


def test_a_long_explanation_goes_on_on_a_slide_of_its_own_and_nothing_of_it_is_cut() -> None:
    sentences = " ".join(f"Sentence number {n} tells why the road was closed." for n in range(60))
    texts = [Text("Why", 16, head=True), Text(sentences, 18)]
    slides_ = flow(texts)
    assert len(slides_) > 2
    assert all(slide[0].text == "Why" for slide in slides_)
    assert " ".join(t.text for slide in slides_ for t in slide if not t.head) == sentences
    assert parted(sentences, 300)[0].endswith("closed.")


@given(st.text(alphabet="ab. ", max_size=400), st.integers(5, 60))
def test_parts_of_a_text_are_short_enough_and_together_have_all_its_letters(text: str, most: int) -> None:
    parts = parted(text, most)
    assert all(len(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_the_template_is_handed_out_and_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arcadia: Catalogue
) -> None:
    monkeypatch.setenv("CPC_HOME", str(tmp_path))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    path = tmp_path / "look.pptx"
    typed = ["pack", "template", "-o", str(path), "--compact", arcadia.id]
    assert main(typed) == 0
    assert path.read_bytes() == template()
    assert main(typed) == 2
    assert main(["pack", "someday", "--compact", arcadia.id]) == 2
    assert "someday" in capsys.readouterr().out
