"""The pictures of README and docs, from this script alone: the river, and a figure of the report.

python tools/site/pictures.py            # the river
python tools/site/pictures.py figure     # also the figure, from the public edition (`cpc publish 2023 --edition public`)
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

PICTURES = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures"
INK, SOFT, WATER, PALE, BACK = "#1b3a57", "#5d6b79", "#cfe0ee", "#f4f7fa", "#b4532a"
WORDS = {
    "en": {
        "title": "From a ministry's workbook to the annual report",
        "about": "Workbooks flow through seven stages to tables, figures and the report. What is wrong flows back to its sender.",
        "stages": [
            ("Agreed", "indicators, targets,\nplaces, rules"),
            ("Received", "every cell is read\nor named"),
            ("Checked", "against what\nwas agreed"),
            ("On record", "nothing is lost,\nnothing overwritten"),
            ("Computed", "a value per indicator,\nyear and place"),
            ("Protected", "no child can\nbe found"),
            ("Published", "tables, figures,\nreport, open data"),
        ],
        "in": "Workbooks of\nministries and partners",
        "out": "Both governments,\nand the public",
        "back": "what is wrong goes back to its sender: the own workbook, each cell marked, with what to do",
        "trace": "every printed number leads back to its cell",
    },
    "es": {
        "title": "Del libro de un ministerio al informe anual",
        "about": "Los libros pasan por siete etapas hasta los cuadros, las figuras y el informe. Lo que está mal vuelve a quien lo envió.",
        "stages": [
            ("Acordado", "indicadores, metas,\nlugares, reglas"),
            ("Recibido", "cada celda se lee\no se nombra"),
            ("Revisado", "contra lo que\nse acordó"),
            ("Registrado", "nada se pierde\nni se sobrescribe"),
            ("Calculado", "un valor por indicador,\naño y lugar"),
            ("Protegido", "no se puede\nencontrar a nadie"),
            ("Publicado", "cuadros, figuras,\ninforme, datos"),
        ],
        "in": "Libros de ministerios\ny socios",
        "out": "Los dos Gobiernos\ny el público",
        "back": "lo que está mal vuelve a quien lo envió: su propio libro, cada celda marcada, con qué hacer",
        "trace": "cada número impreso lleva de vuelta a su celda",
    },
}
WIDE, HIGH, BOX, GAP, TOP = 1120, 330, 130, 24, 104


def river(language: str) -> str:
    """The picture in one language, as SVG."""
    words = WORDS[language]
    left = (WIDE - 7 * BOX - 6 * GAP) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img" '
        f'font-family="DejaVu Sans, Arial, sans-serif"><title>{escape(str(words["title"]))}</title>'
        f"<desc>{escape(str(words['about']))}</desc>",
        f'<rect width="{WIDE}" height="{HIGH}" fill="white"/>',
        _text(left, 34, str(words["title"]), 19, INK, bold=True),
        f'<rect x="0" y="{TOP + 20}" width="{WIDE}" height="70" fill="{WATER}"/>',
        *_arrow_heads(),
    ]
    for number, (name, about) in enumerate(words["stages"]):  # type: ignore[misc]
        x = left + number * (BOX + GAP)
        parts.append(
            f'<rect x="{x}" y="{TOP}" width="{BOX}" height="110" rx="8" fill="{PALE}" stroke="{INK}" stroke-width="1.4"/>'
        )
        parts.append(_text(x + BOX / 2, TOP + 30, str(name), 14, INK, bold=True, middle=True))
        parts += _lines(x + BOX / 2, TOP + 56, str(about), 10.5, SOFT)
        if number:
            parts.append(_line(x - GAP + 2, TOP + 55, x - 3, TOP + 55, INK, "ahead"))
    received, checked, published = (left + n * (BOX + GAP) + BOX / 2 for n in (1, 2, 6))
    parts += _lines(received, 62, str(words["in"]), 10.5, INK)
    parts.append(_line(received, 84, received, TOP - 3, INK, "ahead"))
    parts += _lines(published, 62, str(words["out"]), 10.5, INK)
    parts.append(_line(published, TOP - 3, published, 84, INK, "ahead"))
    parts.append(
        f'<path d="M {checked} {TOP + 112} V 250 H {received - 40} V {TOP + 116}" fill="none" stroke="{BACK}" '
        f'stroke-width="1.6" stroke-dasharray="5 3" marker-end="url(#back)"/>'
    )
    parts.append(_text(received - 40, 268, str(words["back"]), 11, BACK))
    parts.append(
        f'<path d="M {published} {TOP + 112} V 292 H {received - 60} V {TOP + 116}" fill="none" stroke="{SOFT}" '
        f'stroke-width="1.2" marker-end="url(#soft)"/>'
    )
    parts.append(_text(published - 8, 309, str(words["trace"]), 11, SOFT, end=True))
    return "\n".join([*parts, "</svg>", ""])


def _arrow_heads() -> list[str]:
    heads = (("ahead", INK), ("back", BACK), ("soft", SOFT))
    return [
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{colour}"/></marker>'
        for name, colour in heads
    ]


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, head: str) -> str:
    ends = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
    return f'<line {ends} stroke="{colour}" stroke-width="1.8" marker-end="url(#{head})"/>'


def _lines(x: float, y: float, text: str, size: float, colour: str) -> list[str]:
    return [_text(x, y + n * (size + 4), line, size, colour, middle=True) for n, line in enumerate(text.split("\n"))]


def _text(
    x: float,
    y: float,
    text: str,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    middle: bool = False,
    end: bool = False,
) -> str:
    anchor = "middle" if middle else "end" if end else "start"
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'
    )


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    for language in WORDS:
        (PICTURES / f"river_{language}.svg").write_text(river(language), encoding="utf-8")
    if "figure" in sys.argv[1:]:
        import cpc_pipeline as cpc

        edition = cpc.open_edition("colombia", 2023, "public")
        for language in WORDS:
            edition.figure("trend", "protection", language=language).save(PICTURES / f"figure_{language}.png")


if __name__ == "__main__":
    main()
