"""Invented files with and without personal data, made from patterns when they are asked for: no list lies here.

Each half has headings, people and shapes of its own; only the first was looked at while the rules were made.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cpc_pipeline.catalogue import Catalogue

Column = tuple[str, list[Any]]
ROWS = 14
# Given names and surnames by half, some of which are on no list.
PEOPLE = tuple(
    tuple(names.split(","))
    for names in (
        "Camila,Juan,Valentina,Santiago,Mariana,Kevin,Luz,Yeison,Sofía,Brayan,Nasly,Dairo",
        "Rodríguez,Mosquera,Gómez,Riascos,Pérez,Quiñones,Torres,Palacios,Jaramillo,Epiayú,Zambrano,Vélez",
        "Daniela,Andrés,Isabella,Jhon,Laura,Samuel,Karen,Miguel,Yuliana,Esteban,Leidis,Eider",
        "García,Caicedo,Martínez,Hurtado,López,Angulo,Ramírez,Salazar,Ospina,Uriana,Bolaños,Guerrero",
    )
)
TOWNS = (("Quibdó", "Tumaco", "Buenaventura", "Cúcuta", "Riohacha"), ("Leticia", "Pasto", "Soacha", "Maicao", "Ibagué"))


@dataclass(frozen=True)
class Case:
    """One file: what it is, its bytes, and whether it holds personal data."""

    name: str
    content: bytes
    seeded: bool


class Maker:
    """Makes numbers, names and files from one source of chance."""

    def __init__(self, half: int, number: int) -> None:
        self.half = half
        self.by = random.Random(1000 * half + number)

    def digits(self, count: int) -> str:
        return "".join(self.by.choice("0123456789") for _ in range(count))

    def town(self) -> str:
        return self.by.choice(TOWNS[self.half])

    def given(self) -> str:
        return self.by.choice(PEOPLE[2 * self.half])

    def surname(self) -> str:
        return self.by.choice(PEOPLE[2 * self.half + 1])

    def person(self) -> str:
        return f"{self.given()} {self.given()} {self.surname()} {self.surname()}"

    def nuip(self) -> str:
        return "1" + self.by.choice(("0", "1")) + self.digits(7) + self.by.choice("123456789")

    def mobile(self) -> str:
        return self.by.choice(("300", "310", "313", "320", "350")) + self.digits(6) + self.by.choice("123456789")

    def birth(self) -> tuple[int, int, int]:
        return self.by.randint(2006, 2019), self.by.randint(1, 12), self.by.randint(1, 28)

    def old_card(self) -> str:
        year, month, day = self.by.randint(88, 99), self.by.randint(1, 12), self.by.randint(1, 28)
        return f"{year}{month:02d}{day:02d}" + self.digits(4) + self.by.choice("123456789")

    def permit(self) -> str:
        year, month, day = self.birth()
        return self.digits(7) + f"{day:02d}{month:02d}{year}"

    def case_number(self) -> str:
        return "11001" + "60" + self.digits(5) + str(self.by.randint(2012, 2025)) + self.digits(5)

    def court_file(self) -> str:
        return "05001" + "31" + "10" + self.digits(3) + str(self.by.randint(2012, 2025)) + self.digits(5) + "00"

    def rows(self, make: Callable[[], Any]) -> list[Any]:
        return [make() for _ in range(ROWS)]

    # --- harmless columns ---

    def towns(self) -> Column:
        return self.by.choice(("MUNICIPIO", "Municipio", "Nombre del municipio")), self.rows(self.town)

    def codes(self) -> Column:
        code = lambda: self.by.choice(("05001", "27001", "52835", "76109", "44430", "91001"))  # noqa: E731
        if self.by.random() < 0.5:
            return "COD_MUNI", self.rows(code)
        return "CODIGO DANE", self.rows(lambda: int(code()) * 1000)

    def counts(self) -> Column:
        heading = self.by.choice(("CANTIDAD", "Número de víctimas", "Total casos", "NNA atendidos"))
        return heading, self.rows(lambda: self.by.randint(0, 60))

    def harmless(self) -> list[Column]:
        return self.by.sample([self.towns(), self.codes(), self.counts()], self.by.randint(1, 3))

    # --- files ---

    def book(self, columns: list[Column], sheet: str = "Datos") -> bytes:
        """A workbook with some lines of a title above the table, as people make them."""
        import xlsxwriter

        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        page = book.add_worksheet(sheet)
        top, left = self.by.choice(((0, 0), (3, 0), (6, 1)))
        if top:
            page.write(0, left, "REPORTE DE LA VIGENCIA 2025")
        for at, (heading, values) in enumerate(columns, start=left):
            page.write(top, at, heading)
            for row, value in enumerate(values, start=top + 1):
                page.write(row, at, value)
        if self.by.random() < 0.5:
            page.write(top + ROWS + 2, left, "Fuente: sistema de información de la entidad, corte a 31/12/2025")
        book.close()
        return stream.getvalue()

    def text(self, columns: list[Column]) -> bytes:
        """The same as text with semicolons, as systems export it."""
        lines = [";".join(heading for heading, _ in columns)]
        lines += [";".join(str(values[row]) for _, values in columns) for row in range(ROWS)]
        return ("\r\n".join(lines) + "\r\n").encode("cp1252", errors="replace")

    def file(self, columns: list[Column]) -> bytes:
        return self.text(columns) if self.by.random() < 0.2 else self.book(columns)


Kind = Callable[[Maker], Column]
HEADINGS: tuple[dict[str, str], dict[str, str]] = (
    {
        "name": "NOMBRE DE LA VÍCTIMA",
        "names": "Nombres y apellidos",
        "surname": "PRIMER APELLIDO",
        "document": "No. Documento",
        "birth": "Fecha de nacimiento",
        "phone": "CELULAR",
        "mail": "Correo electrónico",
        "address": "Dirección de residencia",
        "case": "RADICADO",
        "history": "Historia de atención",
        "card": "TARJETA DE IDENTIDAD",
        "plain": "DATO",
        "other": "Observaciones",
        "district": "BARRIO",
    },
    {
        "name": "nombre_del_nna",
        "names": "NOMBRES",
        "surname": "Apellidos",
        "document": "numero_identificacion",
        "birth": "FEC_NAC",
        "phone": "Teléfono de contacto",
        "mail": "E-mail",
        "address": "DIRECCION",
        "case": "Número de proceso",
        "history": "Historia clínica",
        "card": "NUIP",
        "plain": "VAR_07",
        "other": "Detalle",
        "district": "Vereda",
    },
)


def _dotted(digits: str) -> str:
    return f"{int(digits):,}".replace(",", ".")


def personal_columns(make: Maker) -> dict[str, Column]:
    """A personal column of each kind, below a heading that says so or below one that says nothing."""
    say, rows, by = HEADINGS[make.half], make.rows, make.by
    born = lambda: "{2:02d}/{1:02d}/{0}".format(*make.birth())  # noqa: E731
    street = lambda: f"{by.choice(('Calle', 'Cra.', 'KR', 'Diagonal', 'Tv'))} {by.randint(1, 99)}"  # noqa: E731
    address = lambda: f"{street()} {by.choice(('#', 'No.', '# '))}{by.randint(1, 90)}-{by.randint(1, 90)}"  # noqa: E731

    def upper() -> str:
        return f"{make.surname()} {make.surname()} {make.given()}".upper()

    def mail() -> str:
        return f"{make.given()}.{make.digits(3)}@correo.example".lower()

    def mobile_apart() -> str:
        mobile = make.mobile()
        return f"{mobile[:3]} {mobile[3:6]} {mobile[6:]}"

    return {
        "names said": (say["names"], rows(make.person)),
        "name said": (say["name"], rows(make.given)),
        "surnames said": (say["surname"], rows(make.surname)),
        "names unsaid": (say["plain"], rows(make.person)),
        "surnames first, in capitals": (
            say["other"],
            rows(upper),
        ),
        "documents said, old series": (say["document"], rows(lambda: int("5" + make.digits(7)))),
        "documents said, as text": (say["document"], rows(make.nuip)),
        "nuip unsaid, numbers": (say["plain"], rows(lambda: int(make.nuip()))),
        "nuip unsaid, with points": (say["plain"], rows(lambda: _dotted(make.nuip()))),
        "identity cards said": (say["card"], rows(lambda: int(make.nuip()))),
        "old identity cards unsaid": (say["plain"], rows(make.old_card)),
        "permits unsaid": (say["other"], rows(make.permit)),
        "passports unsaid": (say["plain"], rows(lambda: by.choice(("AB", "VE", "AR")) + make.digits(6))),
        "labelled documents in text": (say["other"], rows(lambda: f"Identificada con T.I. {_dotted(make.nuip())}")),
        "birth said": (say["birth"], rows(born)),
        "phones said": (say["phone"], rows(lambda: int(make.mobile()))),
        "phones unsaid": (say["plain"], rows(lambda: int(make.mobile()))),
        "phones unsaid, apart": (say["other"], rows(mobile_apart)),
        "phones with the code of the country": (say["plain"], rows(lambda: f"+57 {make.mobile()}")),
        "landlines": (say["plain"], rows(lambda: f"(601) {make.digits(3)} {make.digits(4)}")),
        "mail said": (say["mail"], rows(mail)),
        "mail unsaid": (say["other"], rows(mail)),
        "addresses said": (say["address"], rows(address)),
        "addresses unsaid": (say["plain"], rows(address)),
        "districts said": (say["district"], rows(lambda: f"El {make.surname()}")),
        "case numbers said": (say["case"], rows(make.case_number)),
        "case numbers unsaid": (say["plain"], rows(make.case_number)),
        "court files unsaid": (say["other"], rows(make.court_file)),
        "histories said": (say["history"], rows(lambda: int("1" + make.digits(6)))),
        "stories with a name": (
            say["other"],
            rows(lambda: f"La niña {make.given()} {make.surname()} fue llevada a {make.town()} por un vecino."),
        ),
    }


def lists_of_people(make: Maker) -> dict[str, list[Column]]:
    """One row per person, without any name."""
    by, rows = make.by, make.rows
    sex = ("SEXO", rows(lambda: by.choice(("MUJER", "HOMBRE"))))
    age = ("EDAD", rows(lambda: by.randint(3, 17)))
    day = ("FECHA HECHO", rows(lambda: f"{by.randint(1, 28):02d}/{by.randint(1, 12):02d}/2025"))
    group = ("Grupo de edad", rows(lambda: by.choice(("6 a 11", "12 a 17"))))
    return {
        "exact ages": [sex, age, make.towns()],
        "exact ages, each counted once": [sex, age, day, ("CANTIDAD", [1] * ROWS)],
        "age groups without a quantity": [make.towns(), ("Género", sex[1]), group, day],
        "ages in words": [("Sexo", sex[1]), ("Edad", rows(lambda: f"{by.randint(3, 17)} años")), day],
    }


def clean_columns(make: Maker) -> dict[str, list[Column]]:
    """What looks like personal data and is none."""
    by, rows = make.by, make.rows
    return {
        "populations": [make.towns(), ("POBLACIÓN", rows(lambda: by.randint(4_000, 2_900_000)))],
        "sums of money": [make.towns(), ("Presupuesto ejecutado (COP)", rows(lambda: by.randint(10**9, 4 * 10**9)))],
        "sums as text": [make.towns(), ("Valor", rows(lambda: "$ " + _dotted(str(by.randint(10**9, 4 * 10**9)))))],
        "long sums": [make.towns(), ("RECURSOS", rows(lambda: by.random() * 10**12))],
        "resolutions": [
            ("ACTO", rows(lambda: f"Resolución {make.digits(4)} de {by.randint(2012, 2025)}")),
            make.counts(),
        ],
        "companies": [("NIT", rows(lambda: f"{by.choice('89')}{make.digits(8)}-{by.randint(0, 9)}")), make.counts()],
        "codes of hamlets": [("CENTRO POBLADO", rows(lambda: "05001" + make.digits(3))), make.counts()],
        "codes as numbers": [make.codes(), make.towns(), make.counts()],
        "days": [
            ("FECHA DE CORTE", rows(lambda: f"{by.randint(1, 28):02d}/{by.randint(1, 12):02d}/2025")),
            make.counts(),
        ],
        "channels": [
            ("Canal de denuncia", rows(lambda: by.choice(("Línea 141", "Presencial", "Web")))),
            ("Teléfono", rows(lambda: by.randint(0, 400))),
            ("Correo electrónico", rows(lambda: by.randint(0, 400))),
        ],
        "kinds of document": [
            ("Tipo de documento", rows(lambda: by.choice(("TI", "RC", "CC", "PPT")))),
            ("Número de víctimas", rows(lambda: by.randint(0, 90))),
        ],
        "names of places": [("NOMBRE", rows(make.town)), make.counts()],
        "schools": [
            ("Nombre de la institución", rows(lambda: f"I.E. José {by.choice(('Celestino Mutis', 'María Córdoba'))}")),
            make.counts(),
        ],
        "institutions": [
            ("Nombre", rows(lambda: by.choice(("Hospital San Rafael", "Fundación Renacer", "Colegio Simón Bolívar")))),
            make.counts(),
        ],
        "events with a quantity": [
            ("FECHA HECHO", rows(lambda: f"{by.randint(1, 28):02d}/{by.randint(1, 12):02d}/2025")),
            make.codes(),
            make.towns(),
            ("DESCRIPCION CONDUCTA", ["ARTÍCULO 188A. TRATA DE PERSONAS"] * ROWS),
            ("CANTIDAD", rows(lambda: by.randint(1, 3))),
        ],
        "sexes and groups counted": [
            ("Sexo", rows(lambda: by.choice(("Mujer", "Hombre")))),
            ("Grupo de edad", rows(lambda: by.choice(("0 a 5", "6 a 11", "12 a 17")))),
            ("Casos", rows(lambda: by.randint(0, 60))),
        ],
        "ages counted": [("Edad", list(range(4, 4 + ROWS))), ("Sexo", ["Mujer"] * ROWS), make.counts()],
        "years in columns": [
            make.towns(),
            *((str(year), rows(lambda: by.randint(0, 90))) for year in range(2020, 2026)),
        ],
        "projects": [
            ("BPIN", rows(lambda: f"2021011{make.digits(6)}")),
            ("Nombre del proyecto", ["Prevención"] * ROWS),
        ],
        "shares": [make.towns(), ("Porcentaje", rows(lambda: round(by.random() * 100, 2)))],
        "long text": [
            (
                "Avances",
                [
                    f"En {make.town()} se formó a {by.randint(20, 400)} docentes según la Ley 985 de 2005 y el Decreto "
                    f"{make.digits(4)} de 2014, con la Gobernación y la Universidad Simón Bolívar."
                ]
                * ROWS,
            )
        ],
        "sessions": [("Sesión", rows(lambda: f"Acta {make.digits(3)} del comité")), ("Asistentes", rows(lambda: 12))],
        "help lines": [("Línea", ["Línea nacional 01 8000 522020, línea 141 y línea 123"] * ROWS), make.counts()],
        "contracts": [("CONTRATO", rows(lambda: f"CO1.PCCNTR.{make.digits(7)}")), make.counts()],
        "unknown marks": [make.towns(), ("Víctimas", rows(lambda: by.choice(("ND", "S/D", "<5", 7))))],
    }


def seeded(half: int) -> Iterator[Case]:
    """34 kinds of personal data, in a table of other columns; most of them twice."""
    for turn in range(2):
        make = Maker(half, turn)
        for name, column in personal_columns(make).items():
            columns = [*make.harmless(), column]
            make.by.shuffle(columns)
            yield Case(f"{name} ({turn})", make.file(columns), True)
        for name, columns in lists_of_people(make).items():
            yield Case(f"{name} ({turn})", make.file(columns), True)


def clean(half: int, catalogue: Catalogue) -> Iterator[Case]:
    """25 kinds that are often taken for personal data, twice each, and the template of every organisation of a half."""
    for turn in range(2):
        make = Maker(half, 100 + turn)
        for name, columns in clean_columns(make).items():
            yield Case(f"{name} ({turn})", make.file(columns), False)
    yield from templates(half, catalogue)


def templates(half: int, catalogue: Catalogue) -> Iterator[Case]:
    from cpc_pipeline import contracts
    from cpc_pipeline.intake import indicators_of, template_bytes

    blank = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    reporting = [o for o in catalogue.organisations if indicators_of(catalogue, o, 2025)]
    for organisation in reporting[half::2]:
        content = template_bytes(catalogue, organisation, 2025, catalogue.languages[half % 2], blank)
        yield Case(f"template of {organisation}", content, False)
