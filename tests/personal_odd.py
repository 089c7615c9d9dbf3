"""Invented files, one for each odd place and each odd way of writing in which a person may be told of, and as many
harmless ones that look like them. Made when asked for: no list of identities lies here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import xlsxwriter
import xlwt

from tests.hostile.build import PKG, REL, record, wide, xlsb, xlsb_cell
from tests.messy.books import text, xlsx
from tests.personal_corpus import Case

CHILD = " ".join(("Nasly", "Camila", "Mosquera", "Riascos"))
CARD = "1134" + "567" + "891"
DOTTED = "1.134." + "567.891"
MOBILE = "310" + "555" + "0142"
STORY = f"La niña {CHILD} fue atendida en Tumaco"
TABLE: list[list[Any]] = [["Municipio", "Casos"], ["Pasto", 3], ["Tumaco", 5], ["Ipiales", 2], ["Túquerres", 4]]
Prepare = Callable[[Any, Any], object]


def book(
    prepare: Prepare = lambda book, sheet: None, rows: list[list[Any]] | None = None, name: str = "Datos"
) -> bytes:
    """A table by xlsxwriter, and what is done to it."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False})
    sheet = made.add_worksheet(name)
    for number, row in enumerate(rows or TABLE):
        sheet.write_row(number, 0, row)
    prepare(made, sheet)
    made.close()
    return stream.getvalue()


def changed(
    content: bytes, new: Mapping[str, str | bytes], replace: Mapping[str, tuple[str, str]] | None = None
) -> bytes:
    """A package with more parts, and with a text of a part replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name in old.namelist():
            data = old.read(name)
            for before, after in [(replace or {}).get(name, ("", ""))]:
                data = data.replace(before.encode(), after.encode(), 1) if before else data
            if name not in new:
                made.writestr(name, data)
        for name, part in new.items():
            made.writestr(name, part)
    return stream.getvalue()


def inside(content: str, *tags: str) -> str:
    """Elements around a text, the outermost first; a tag may have attributes."""
    for tag in reversed(tags):
        content = f"<{tag}>{content}</{tag.split(' ')[0]}>"
    return content


def links(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{PKG}"><Relationship Id="rId1" Type="{REL}/{kind}" Target="{target}"/></Relationships>'
    )


def beside_table(column: str, values: list[Any]) -> bytes:
    """The table with one more column."""
    return book(rows=[[*TABLE[0], column], *([*row, value] for row, value in zip(TABLE[1:], values, strict=False))])


def column(heading: str, *values: Any) -> bytes:
    return book(rows=[["Municipio", heading], *(["Pasto", value] for value in values)])


def note(words: str) -> bytes:
    """One remark in a cell of an otherwise harmless table."""
    return beside_table("Observaciones", ["", words, "", ""])


# --- places -------------------------------------------------------------------------------------------------------

SHEET1 = "xl/worksheets/sheet1.xml"


def _threaded() -> bytes:
    part = inside(STORY, 'ThreadedComments xmlns="x"', 'threadedComment ref="B2" id="1"', "text")
    return changed(
        book(),
        {
            "xl/threadedComments/threadedComment1.xml": part,
            "xl/worksheets/_rels/sheet1.xml.rels": links("threadedComment", "../threadedComments/threadedComment1.xml"),
        },
    )


def _chart(prepare: Callable[[Any], object]) -> Prepare:
    def draw(made: Any, sheet: Any) -> None:
        chart = made.add_chart({"type": "column"})
        chart.add_series({"values": "=Datos!$B$2:$B$5"})
        prepare(chart)
        sheet.insert_chart("E2", chart)

    return draw


def _chartsheet(made: Any, sheet: Any) -> None:
    chart = made.add_chart({"type": "column"})
    chart.add_series({"values": "=Datos!$B$2:$B$5"})
    chart.set_title({"name": STORY})
    made.add_chartsheet("Gráfico").set_chart(chart)


def _hidden_list(made: Any, sheet: Any) -> None:
    away = made.add_worksheet("Hoja9")
    for number, person in enumerate(("Kevin Torres", "Luz Palacios", "Juan Vélez", "Sofía Gómez")):
        away.write(number, 0, person)
    away.very_hidden()


def _pivot() -> bytes:
    """A pivot whose list has gone, and whose fields keep their values."""
    items = "".join(f'<s v="{name} Gómez Torres"/>' for name in ("Kevin", "Luz", "Juan", "Sofía"))
    part = inside(items, "p", "cacheFields", 'cacheField name="VAR"', "sharedItems")
    return changed(book(), {"xl/pivotCache/pivotCacheDefinition1.xml": part})


def _link() -> bytes:
    cells = "".join(
        f'<row r="{n}"><cell r="A{n}" t="str"><v>{who} Vélez Gómez</v></cell></row>'
        for n, who in enumerate(("Ana", "Luz", "Juan"), 1)
    )
    part = inside(cells, "externalLink", "externalBook", "sheetDataSet", 'sheetData sheetId="0"')
    return changed(book(), {"xl/externalLinks/externalLink1.xml": part})


def _old(prepare: Callable[[Any, Any], object] = lambda book, sheet: None) -> bytes:
    made, stream = xlwt.Workbook(), io.BytesIO()
    sheet = made.add_sheet("Datos")
    for r, row in enumerate(TABLE):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    prepare(made, sheet)
    made.save(stream)
    return stream.getvalue()


def _old_footer(made: Any, sheet: Any) -> None:
    sheet.footer_str = b"&L" + STORY.replace("ñ", "n").encode()


PLACES: dict[str, Callable[[], bytes]] = {
    "note": lambda: book(lambda b, s: s.write_comment("B2", STORY)),
    "threaded note": _threaded,
    "header of the page": lambda: book(lambda b, s: s.set_header(f"&C{STORY}")),
    "text box": lambda: book(lambda b, s: s.insert_textbox("E2", STORY)),
    "words for a picture": lambda: book(
        lambda b, s: s.insert_textbox("E2", "ok", {"description": f"Foto de la niña {CHILD}"})
    ),
    "title of a chart": lambda: book(_chart(lambda c: c.set_title({"name": STORY}))),
    "name of an axis": lambda: book(_chart(lambda c: c.set_x_axis({"name": f"T.I. {DOTTED}"}))),
    "sheet that is a chart": lambda: book(_chartsheet),
    "boxes of a diagram": lambda: changed(
        book(), {"xl/diagrams/data1.xml": f'<d:m xmlns:d="d" xmlns:a="a"><a:t>{STORY}</a:t></d:m>'}
    ),
    "caption of a button": lambda: changed(
        book(),
        {"xl/drawings/vmlDrawing1.vml": inside(STORY, 'xml xmlns:v="v"', "v:textbox", "div", "font")},
    ),
    "list of a validation": lambda: book(
        lambda b, s: s.data_validation(
            "C2", {"validate": "list", "source": ["Kevin Torres Gómez", "Luz Palacios Gil", CHILD]}
        )
    ),
    "message of a validation": lambda: book(
        lambda b, s: s.data_validation("C2", {"validate": "any", "input_title": "Caso", "input_message": STORY})
    ),
    "condition of a format": lambda: book(
        lambda b, s: s.conditional_format("A1:A9", {"type": "cell", "criteria": "==", "value": f'"{CHILD}"'})
    ),
    "name of a range": lambda: book(lambda b, s: b.define_name("Caso_Camila_Mosquera", "=Datos!$A$1")),
    "constant behind a name": lambda: book(lambda b, s: b.define_name("nota", f'="{STORY}"')),
    "title in the properties": lambda: book(lambda b, s: b.set_properties({"title": f"Caso de la menor {CHILD}"})),
    "remark in the properties": lambda: book(lambda b, s: b.set_properties({"comments": f"T.I. {DOTTED}"})),
    "property of their own": lambda: book(lambda b, s: b.set_custom_property("víctima", CHILD)),
    "address of a link": lambda: book(
        lambda b, s: s.write_url("D2", "mailto:nasly.mosquera@correo.example", string="ver")
    ),
    "words over a link": lambda: book(
        lambda b, s: s.write_url("D2", "https://entidad.example", string="ver", tip=STORY)
    ),
    "hidden sheet": lambda: book(_hidden_list),
    "hidden column": lambda: book(
        lambda b, s: s.set_column("C:C", None, None, {"hidden": True}),
        [
            [*r, n]
            for r, n in zip(
                TABLE, ["VAR", *(["Luz Torres Gil", "Juan Vélez", "Ana Gómez", "Kevin Parra"])], strict=True
            )
        ],
    ),
    "fields of a pivot": _pivot,
    "cells of another workbook": _link,
    "text that no cell shows": lambda: changed(
        book(), {}, {"xl/sharedStrings.xml": ("</sst>", f"<si><t>{STORY}</t></si></sst>")}
    ),
    "part of another program": lambda: changed(book(), {"customXml/item1.xml": f"<nota>{STORY}</nota>"}),
    "history of a shared workbook": lambda: changed(
        book(),
        {"xl/revisions/revisionLog1.xml": inside(STORY, "revisions", "rcc", 'nc r="A1" t="inlineStr"', "is", "t")},
    ),
    "question to a database": lambda: changed(
        book(),
        {
            "xl/connections.xml": inside(
                f"<dbPr command=\"SELECT * FROM nna WHERE documento = '{CARD}' AND T.I. {CARD}\"/>", "connections"
            )
        },
    ),
    "scenario": lambda: changed(
        book(),
        {},
        {
            SHEET1: (
                "</sheetData>",
                "</sheetData>" + inside("", "scenarios", f'scenario name="uno" comment="{STORY}"'),
            )
        },
    ),
    "words in a number format": lambda: book(
        lambda b, s: s.write(1, 2, 7, b.add_format({"num_format": f'"{CHILD} "0'}))
    ),
    "words in a formula": lambda: book(lambda b, s: s.write_formula("C2", f'=IF(A2="{CHILD}",1,0)', None, 0)),
    "heading of a table": lambda: book(
        lambda b, s: s.add_table(
            "E1:F4", {"name": "Caso_Camila_Mosquera", "columns": [{"header": "Tema"}, {"header": "Valor"}]}
        )
    ),
    "name of a sheet": lambda: book(name="caso Camila Mosquera"),
    "number as name of a sheet": lambda: book(name=CARD),
    "picture in a cell": lambda: changed(book(), {"xl/media/image1.png": b"\x89PNG"}),
    "footer of an .xls": lambda: _old(_old_footer),
    "note of an .xlsb": lambda: _xlsb_with(
        {"xl/comments1.bin": record(637, b"\0" + wide(STORY))}, "comments", "../comments1.bin"
    ),
    "box of an .xlsb": lambda: _xlsb_with(
        {"xl/drawings/drawing1.xml": f'<x xmlns:a="a"><a:t>{STORY}</a:t></x>'}, "drawing", "../drawings/drawing1.xml"
    ),
    "pivot of an .xlsb": lambda: _xlsb_with(
        {"xl/pivotCache/pivotCacheDefinition1.bin": record(24, wide(f"La niña {CHILD}"))}, "x", "x"
    ),
}


def _xlsb_with(new: Mapping[str, str | bytes], kind: str, target: str) -> bytes:
    content = xlsb({0: [xlsb_cell(6, 0, wide("Municipio"))], 1: [xlsb_cell(6, 0, wide("Pasto"))]})
    return changed(content, {**new, "xl/worksheets/_rels/sheet1.bin.rels": links(kind, target)})


# --- ways of writing ------------------------------------------------------------------------------------------------


def _form(**said: Any) -> bytes:
    return book(rows=[["FICHA DE ATENCIÓN"], [], *([label.replace("_", " "), value] for label, value in said.items())])


def _phones(sign: str) -> str:
    return f"Llamar a la tía {MOBILE[:3]}{sign}{MOBILE[3:6]}{sign}{MOBILE[6:]}"


WRITINGS: dict[str, Callable[[], bytes]] = {
    "label and number in two cells": lambda: book(rows=[*TABLE, [], ["T.I.", int(CARD)]]),
    "label, sign and number in three cells": lambda: book(rows=[*TABLE, [], ["T.I.", "No.", CARD]]),
    "number in two columns": lambda: book(
        rows=[["NUIP (1)", "NUIP (2)"], *([f"{n}134", f"567{n}91"] for n in range(1, 6))]
    ),
    "telephone with slashes": lambda: note(_phones("/")),
    "telephone with dashes of print": lambda: note(_phones("–")),
    "telephone with points": lambda: note(_phones(".")),
    "telephone with underscores": lambda: note(_phones("_")),
    "telephone in wide figures": lambda: note("Celular " + "".join(chr(0xFEE0 + ord(d)) for d in MOBILE)),
    "telephone with blanks of no width": lambda: note("Celular " + "\u200b".join(MOBILE)),
    "two telephones in a cell": lambda: column("Dato", *(f"{MOBILE[:-1]}{n}/{MOBILE[:-1]}{9 - n}" for n in range(5))),
    "telephone of Venezuela": lambda: note("Contacto 0412-555" + "0142"),
    "telephone of Venezuela with its code": lambda: note("Contacto +58 412 555" + " 0142"),
    "document of Venezuela": lambda: note("Madre con cédula V-25." + "123.456"),
    "column of documents of Venezuela": lambda: column("Dato", *(f"V-2512{n}45{n}" for n in range(1, 6))),
    "document of Venezuela, labelled": lambda: note("C.I. 25" + "123456"),
    "number of the registry of migrants": lambda: note("RUMV 54" + "12345"),
    "label joined to the number": lambda: note(f"TI{CARD}"),
    "label with a dash": lambda: note(f"TI-{CARD}"),
    "label with words between": lambda: note(f"identificada con número {CARD}"),
    "label with an underscore": lambda: note(f"TI_{CARD}"),
    "number with apostrophes": lambda: note("menor 1'134." + "567.891"),
    "number with its name": lambda: column("Dato", *(f"{CARD[:-1]}{n} - RIASCOS MOSQUERA" for n in range(1, 6))),
    "numbers with a decimal": lambda: column("Dato", *(f"11345678{n}1.0" for n in range(1, 6))),
    "name in small letters": lambda: note(f"la niña {CHILD.lower()} fue atendida"),
    "one given name after the child": lambda: note("Se atendió a la niña Nasly en la comisaría"),
    "initials of a child": lambda: note("La adolescente N.C.M.R. ingresó a protección"),
    "age in words and figures": lambda: note("Adolescente de trece (13) años del municipio de Tumaco"),
    "age in short": lambda: note("NNA femenina, 13 a, Tumaco"),
    "birthday in a text": lambda: note("Menor nacida el 3 de mayo de 2011"),
    "mail in words": lambda: note("nasly.mosquera arroba correo punto com"),
    "mail in brackets": lambda: note("nasly.mosquera [at] correo.com"),
    "profile": lambda: note("Perfil facebook.com/nasly.mosquera.9"),
    "handle": lambda: note("Instagram: @nasly_mosquera"),
    "block and house": lambda: note("Vive en la manzana C casa 12 del barrio El Bosque"),
    "address with a letter": lambda: note("Reside en la calle 5ta con carrera 9na"),
    "farm in a hamlet": lambda: note("Reside en la vereda La Esperanza, finca El Roble"),
    "position on earth": lambda: note("Ubicación 1.79861, -78.81564"),
    "indigenous names": lambda: column(
        "Dato",
        "Rosa Epiayú Uriana",
        "Luz Ipuana Pushaina",
        "Juan Chindoy Jacanamejoy",
        "Ana Tunubalá Muelas",
        "José Domicó Jarupia",
    ),
    "names on no list": lambda: column(
        "Dato",
        "Leidis Epinayú Ipuana",
        "Eider Chindoy Muchavisoy",
        "Yurleis Tunubalá Muelas",
        "Dairo Domicó Bailarín",
        "Nayibe Queta Jacanamejoy",
    ),
    "initials in a column": lambda: column("NNA", "N.C.M.", "J.P.R.", "L.M.T.", "K.S.V.", "A.B.C."),
    "one child in a row": lambda: book(
        rows=[["Sexo", "Edad", "Municipio", "Fecha"], ["F", 14, "Tumaco", "03/05/2025"]]
    ),
    "form of one child": lambda: _form(Sexo="F", Edad=14, Municipio_de_residencia="Tumaco", Pertenencia_étnica="Awá"),
    "children in columns": lambda: book(
        rows=[
            ["Variable", "Caso 1", "Caso 2", "Caso 3", "Caso 4"],
            ["Sexo", "F", "M", "F", "F"],
            ["Edad", 12, 14, 15, 11],
            ["Municipio", "Tumaco", "Pasto", "Tumaco", "Pasto"],
        ]
    ),
    "ages with months": lambda: book(
        rows=[["Sexo", "Edad", "Municipio"], *(["F", f"{n} años y {n - 8} meses", "Tumaco"] for n in (10, 12, 14, 15))]
    ),
    "ages of an event": lambda: book(
        rows=[["Género", "Edad al momento del hecho", "Departamento"], *(["F", n, "Nariño"] for n in (10, 12, 14, 15))]
    ),
    "crosses for the sex": lambda: book(
        rows=[
            ["NIÑA", "NIÑO", "EDAD", "MUNICIPIO"],
            *(["X" if n % 2 else "", "" if n % 2 else "X", n, "Tumaco"] for n in (10, 11, 13, 14)),
        ]
    ),
    "headings joined with capitals": lambda: column("NombreCompleto", "Xyz Qwe", "Rty Uio", "Pas Dfg"),
    "birthday joined with capitals": lambda: column("FechaNacimiento", "03/05/2011", "04/06/2012", "05/07/2013"),
    "abbreviated heading of the document": lambda: column("NUM_IDENT", 52345678, 52345679, 41345671),
    "abbreviated heading of the telephone": lambda: column("Tel. acudiente", 7234567, 7234568, 7234569),
    "heading with a bar": lambda: column("Nombre del/la NNA", "Xyz Qwe", "Rty Uio", "Pas Dfg"),
    "heading with brackets": lambda: column("Nombre(s)", "Xyz Qwe", "Rty Uio", "Pas Dfg"),
    "alias": lambda: column("Alias o apodo", "La Mona", "El Flaco", "Pitufo"),
    "heading of the mother": lambda: column("Nombre madre", "Xyz Qwe", "Rty Uio", "Pas Dfg"),
    "child of a person": lambda: column("Identificador NNA", "A-7781", "A-7782", "A-7783"),
    "names far below": lambda: book(
        rows=[*TABLE, *[[]] * 60, ["Kevin Torres Gil"], ["Luz Palacios Parra"], ["Juan Vélez Gómez"]]
    ),
    "names below a merged heading": lambda: book(
        lambda b, s: s.merge_range("D1:F1", "Víctimas"),
        [
            [*r, *p]
            for r, p in zip(
                TABLE,
                [
                    ["", "", ""],
                    ["Kevin", "Torres", "Gil"],
                    ["Luz", "Palacios", "Parra"],
                    ["Juan", "Vélez", "Gómez"],
                    ["Ana", "Gómez", "Gil"],
                ],
                strict=True,
            )
        ],
    ),
    "remark lines of a text file": lambda: text([["# " + STORY], *TABLE]),
    "names in UTF-16 text": lambda: text(
        [["Dato", "N"], *([f"{who} Torres Gil", 1] for who in ("Kevin", "Luz", "Juan", "Ana"))],
        separator="\t",
        encoding="utf-16",
    ),
    "person first in a title": lambda: book(rows=[[f"CASO: {CHILD.upper()}"], [], *TABLE]),
}

# --- harmless ---------------------------------------------------------------------------------------------------------

HARMLESS: dict[str, Callable[[], bytes]] = {
    "note of an office": lambda: book(
        lambda b, s: s.write_comment("B2", "Cifra revisada por la Dirección de Protección", {"author": "Sandra Gómez"})
    ),
    "footer with page and file": lambda: book(lambda b, s: s.set_footer("&LICBF – Observatorio&CPágina &P de &N&R&F")),
    "author in the properties": lambda: book(
        lambda b, s: b.set_properties(
            {"author": "Sandra Patricia Gómez", "company": "ICBF", "title": "Reporte anual 2025"}
        )
    ),
    "list of departments in a validation": lambda: book(
        lambda b, s: s.data_validation("C2", {"validate": "list", "source": ["Nariño", "Cauca", "Chocó", "Santander"]})
    ),
    "message of a validation": lambda: book(
        lambda b, s: s.data_validation(
            "C2",
            {
                "validate": "any",
                "input_title": "Casos",
                "input_message": "Escriba el número de casos, sin nombres ni documentos",
            },
        )
    ),
    "named ranges": lambda: book(lambda b, s: b.define_name("Lista_Santander_Sur", "=Datos!$A$2:$A$5")),
    "link to the site of an office": lambda: book(
        lambda b, s: s.write_url(
            "D2", "https://www.icbf.gov.co/observatorio", string="Fuente", tip="Abrir el observatorio"
        )
    ),
    "chart of departments": lambda: book(_chart(lambda c: c.set_title({"name": "Casos en Norte de Santander, 2025"}))),
    "box with a source": lambda: book(
        lambda b, s: s.insert_textbox("E2", "Fuente: Fiscalía General de la Nación, corte 31 de diciembre de 2025")
    ),
    "sums by formula": lambda: book(
        lambda b, s: s.write_formula("B7", '=IF(SUM(B2:B5)>0,SUM(B2:B5),"SIN DATO")', None, 14)
    ),
    "formula that looks up": lambda: book(
        lambda b, s: s.write_formula("C2", '=VLOOKUP("Norte de Santander",A1:B5,2,FALSE)', None, 3)
    ),
    "formats of money": lambda: book(
        lambda b, s: s.write(1, 2, 7, b.add_format({"num_format": '"COP "#,##0;[Red]"menos "#,##0'}))
    ),
    "table of a program": lambda: book(
        lambda b, s: s.add_table("E1:F4", {"name": "Tabla1", "columns": [{"header": "Tema"}, {"header": "Valor"}]})
    ),
    "pivot of departments": lambda: changed(
        book(),
        {
            "xl/pivotCache/pivotCacheDefinition1.xml": inside(
                '<s v="Nariño"/><s v="Cauca"/><s v="Santander"/><s v="San Andrés"/>',
                *("p", "cacheFields", 'cacheField name="Departamento"', "sharedItems"),
            )
        },
    ),
    "cells of another workbook": lambda: changed(
        book(),
        {
            "xl/externalLinks/externalLink1.xml": inside(
                '<cell r="A1" t="str"><v>Nariño</v></cell><cell r="B1"><v>1630592</v></cell>',
                *("e", "sheetDataSet", "sheetData", 'row r="1"'),
            )
        },
    ),
    "phone of an office": lambda: note("Línea gratuita nacional 01 8000 918080 y línea 141"),
    "years with slashes": lambda: note("Vigencias 2019/2020/2021 y 2022-2023"),
    "resolution and date": lambda: note("Resolución 1526 del 23 de febrero de 2016, modificada por la 1888 de 2021"),
    "laws": lambda: note("Ley 1098 de 2006, artículo 188A de la Ley 599 de 2000"),
    "money in words": lambda: note("Se ejecutaron $1.134.567.891 en 2025 (COP 3.205.550.142 aprobados)"),
    "codes of budget": lambda: column("Rubro", "C-4102-1500-18", "C-4102-1500-19", "C-4102-1500-20"),
    "codes of places with V": lambda: column("Código", "V-01", "V-02", "V-03", "V-04"),
    "versions": lambda: column("Formato", "F1.P7.PP v3", "F2.P7.PP v1", "F3.P7.PP v2"),
    "acronyms with points": lambda: column("Entidad", "I.C.B.F.", "F.G.N.", "D.N.P.", "M.E.N.", "U.N.P."),
    "names of programmes": lambda: column(
        "Programa", "Generaciones Sacúdete", "Mi Familia", "Sembrando Paz", "Atrapasueños", "Katünaa Territorio"
    ),
    "names of sentences": lambda: column(
        "Modalidad",
        "Hogar Sustituto",
        "Casa Hogar Externado",
        "Internado Vulneración",
        "Apoyo Psicosocial",
        "Casa Universitaria",
    ),
    "departments in capitals": lambda: column(
        "DEPTO", "NORTE DE SANTANDER", "VALLE DEL CAUCA", "SAN ANDRES ISLAS", "LA GUAJIRA"
    ),
    "towns named after people": lambda: column(
        "Lugar",
        "Puerto Santander",
        "San José del Guaviare",
        "Santa Rosa de Osos",
        "San Juan de Pasto",
        "Puerto Carreño",
    ),
    "organisations named after people": lambda: column(
        "Operador",
        "Fundación Juan Bosco Gómez",
        "Corporación Ana María Torres",
        "Hospital Rafael Uribe",
        "Colegio Luis Carlos Galán",
    ),
    "peoples": lambda: column("Pueblo indígena", "Wayuu", "Embera Chamí", "Nasa", "Awá", "Pijao"),
    "courses": lambda: column("Curso", "Curso 1 A", "Curso 2 B", "Curso 3 C"),
    "children in general": lambda: note(
        "Los niños de 13 años o más y las niñas de 6 a 11 años recibieron talleres en Tumaco"
    ),
    "age limits": lambda: note("Se incluyen adolescentes de 14 a 17 años del departamento de Nariño"),
    "sexes counted": lambda: book(rows=[["Sexo", "Casos"], ["Mujer", 4], ["Hombre", 3]]),
    "sex and age in rows, counted": lambda: book(
        rows=[["Sexo", "Edad", "Casos 2024", "Casos 2025"], *(["Mujer", n, 4, 7] for n in range(10, 17))]
    ),
    "ages in columns": lambda: book(
        rows=[["Sexo", "12", "13", "14", "15"], ["Mujer", 4, 7, 3, 1], ["Hombre", 2, 0, 5, 9]]
    ),
    "variables and totals": lambda: book(
        rows=[
            ["Variable", "2023", "2024"],
            ["Sexo: mujer", 40, 42],
            ["Edad: 12 a 17", 31, 30],
            ["Municipio: Tumaco", 8, 9],
        ]
    ),
    "counts of girls and boys": lambda: book(
        rows=[
            ["Municipio", "NIÑA", "NIÑO", "Edad promedio"],
            ["Pasto", 4, 5, 12],
            ["Tumaco", 7, 1, 13],
            ["Ipiales", 2, 2, 14],
        ]
    ),
    "name of the indicator": lambda: column(
        "Nombre del indicador", "Niñas atendidas", "Niños atendidos", "Casos judicializados"
    ),
    "name of the person in charge of a sheet": lambda: book(
        rows=[*TABLE, [], ["Elaboró: Subdirección de Restablecimiento de Derechos"]]
    ),
    "coordinates of municipalities": lambda: book(
        rows=[
            ["Municipio", "LATITUD", "LONGITUD"],
            ["Pasto", 1.21361, -77.28111],
            ["Tumaco", 1.79861, -78.81556],
            ["Ipiales", 0.83028, -77.64444],
        ]
    ),
    "web page of an office": lambda: note("Ver https://www.facebook.com/ICBFColombia y @ICBFColombia en X"),
    "codes with a letter": lambda: column("Radicación interna", 12, 15, 18),
    "types of contact": lambda: column("Medio", "Correo electrónico", "Teléfono", "Celular", "Dirección"),
    "hours": lambda: note("Atención 8:00-12:00 y 14:00-17:00, extensión 3101"),
    "size of a file": lambda: column("Valor contrato", 1134567891, 3105550142, 1098765432),
    "an unused text that is harmless": lambda: changed(
        book(), {}, {"xl/sharedStrings.xml": ("</sst>", "<si><t>Reporte anual</t></si></sst>")}
    ),
    "template of other data": lambda: xlsx(
        {"Instrucciones": [["No escriba nombres ni documentos de identidad de las víctimas"]], "Datos": TABLE}
    ),
    "old workbook": _old,
    "routes": lambda: note("Ruta 25 Tumaco – Pasto, km 45 de la vía Panamericana"),
}


LATER: dict[str, Callable[[], bytes]] = {
    "number with an apostrophe, labelled": lambda: note("CC No 52'" + "345.678 de Pasto"),
    "telephone cut unevenly": lambda: note(f"escribir al {MOBILE[:3]} {MOBILE[3:]} (WhatsApp)"),
    "label in letters apart": lambda: note(f"T I {CARD}"),
    "number with dashes, labelled": lambda: note("NUIP: 1134-" + "567-891"),
    "a baby, in months": lambda: note("Lactante de 8 meses, hija de la señora Rosa, en Tumaco"),
    "mother of a child": lambda: note("La mamá del menor, Yurleis Cuero, trabaja en el puerto"),
    "by-name with age": lambda: note("alias La Mona, 15 años, Tumaco"),
    "medical history": lambda: note("HC 5234" + "5678"),
    "number of a request": lambda: note("SIM 17623" + "45678"),
    "youth": lambda: note("Boleta de libertad del joven Kevin Riascos"),
    "surnames with an initial": lambda: column("Dato", "RIASCOS MOSQUERA N.", "TORRES GIL K.", "GOMEZ PARRA J."),
    "surname, given name": lambda: column("Dato", "Riascos, Nasly", "Torres, Kevin", "Gómez, Luz", "Vélez, Juan"),
    "several people in a cell": lambda: note("Kevin Torres, Luz Gil, Juan Vélez y Ana Parra"),
    "list of people in English": lambda: book(
        rows=[["Gender", "Age (years)", "City"], *(["F", n, "Tumaco"] for n in (12, 13, 14, 15))]
    ),
    "school and grade": lambda: note("Estudiante de grado 7B de la I.E. San José, 13 años, embarazada"),
    "mail in capitals": lambda: note("NASLY.MOSQUERA@CORREO.EXAMPLE.COM"),
    "number in a header": lambda: book(lambda b, s: s.set_header(f"&LTI {CARD}")),
    "number in the words for a picture": lambda: book(
        lambda b, s: s.insert_textbox("E2", "x", {"description": f"Cédula {CARD}"})
    ),
    "text that its format hides": lambda: book(
        lambda b, s: s.write_string(6, 0, "Camila Mosquera", b.add_format({"num_format": ";;;"}))
    ),
    "drawn on a chart": lambda: changed(
        book(), {"xl/drawings/drawing9.xml": inside(STORY, 'c:userShapes xmlns:c="c" xmlns:a="a"', "a:t")}
    ),
    "chosen in a filter": lambda: changed(
        book(),
        {},
        {
            SHEET1: (
                "</sheetData>",
                '</sheetData><autoFilter ref="A1:B5">'
                + inside('<filter val="Camila Mosquera Gil"/>', 'filterColumn colId="0"', "filters")
                + "</autoFilter>",
            )
        },
    ),
    "field of a pivot": lambda: changed(
        book(),
        {"xl/pivotTables/pivotTable1.xml": inside('<pivotField name="Camila Mosquera Gil"/>', "p", "pivotFields")},
    ),
    "rich value": lambda: changed(book(), {"xl/richData/rdrichvalue.xml": inside(STORY, "r", "rv", "v")}),
    "model of data": lambda: changed(book(), {"xl/model/item.data": bytes(100)}),
}
"""Made after the rules had been mended for the others: of 29 that were tried first, 16 were noticed. Four still are by
no rule: dates of birth below a heading that says nothing, headings of one letter, a house described, figures in words.
"""


def later() -> Iterator[Case]:
    return (Case(f"later: {name}", make(), True) for name, make in LATER.items())


def places() -> Iterator[Case]:
    """One file for each place beside the cells that are shown."""
    return (Case(f"place: {name}", make(), True) for name, make in PLACES.items())


def writings() -> Iterator[Case]:
    """One file for each way of writing."""
    return (Case(f"writing: {name}", make(), True) for name, make in WRITINGS.items())


def harmless() -> Iterator[Case]:
    return (Case(f"harmless: {name}", make(), False) for name, make in HARMLESS.items())
