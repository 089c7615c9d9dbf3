"""The outline of the report is data: parts, order and words, by language."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pikepdf
import pytest
import yaml
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.publication import report
from cpc_pipeline.publication.report.model import Document, Heading, Table
from cpc_pipeline.publication.report.pdf import pdf
from cpc_pipeline.publication.report.speech import Speech

from tests.conftest import COMPACTS, write_submission

pytestmark = pytest.mark.slow


def heads(document: Document) -> list[tuple[str, str]]:
    return [(b.number, b.text) for b in document.blocks if isinstance(b, Heading) and b.level == 1]


def test_the_parties_rearrange_the_report_by_data_alone(tmp_path: Path, utopia: Catalogue) -> None:
    project = Project(Folders(tmp_path, "utopia"), utopia)
    write_submission(project, "moon", 2024, [{"indicator": "U-2", "value": 9}])
    pipeline.take_in(project, pipeline.todo(project, years=()).submissions)
    pipeline.compute_measures(project)
    release = pipeline.release_for(project, 2024)
    french, portuguese = (report.build(release, utopia, 2024, x) for x in ("fr", "pt"))
    assert heads(french) == [
        ("1", "Les chiffres de l'exercice"),
        ("2", "Recommandations"),
        ("3", "Résumé"),
        ("Annexe A", "Signes et termes"),
    ]
    first = next(b for b in portuguese.blocks if isinstance(b, Table))
    assert [c.title for c in first.columns] == ["Indicador", "Valor 2024", "Meta 2024", "Avaliação"]
    assert dict(french.facts)["Période"] == "du 1 juillet 2023 au 30 juin 2024"
    with pikepdf.open(io.BytesIO(pdf(french))) as opened:
        assert str(opened.Root.Lang) == "fr"


def test_an_outline_that_names_what_is_not_there_is_refused_with_its_part(tmp_path: Path) -> None:
    from cpc_pipeline.catalogue import CatalogueFaults

    folder = tmp_path / "utopia"
    shutil.copytree(COMPACTS / "utopia", folder)
    outline = {"parts": [{"id": "nowhere", "content": [{"show": "texts", "texts": ["unsaid"]}]}]}
    (folder / "report.yaml").write_text(yaml.safe_dump(outline), encoding="utf-8")
    with pytest.raises(CatalogueFaults) as refused:
        load("utopia", extra=[tmp_path])
    said = {f.message for f in refused.value.faults if f.file == "report.yaml"}
    assert {"part 'nowhere': no title in 'fr'", "part 'nowhere': no text for 'report.text.unsaid' in 'pt'"} <= said


def test_counted_things_follow_the_language(utopia: Catalogue, arcadia: Catalogue) -> None:
    french, english = Speech(utopia, "fr"), Speech(arcadia, "en")
    said = [[say.counted("open.no_target", n).split()[1] for n in (0, 1, 2)] for say in (french, english)]
    assert said == [["indicateur", "indicateur", "indicateurs"], ["indicators", "indicator", "indicators"]]
