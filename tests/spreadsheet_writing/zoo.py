"""Workbooks as teams have them: charts, pivots, macros, comments, pictures, tables, validations, prefixes, 1904."""

import io
import struct
import zlib
from datetime import date
from pathlib import Path

import openpyxl
import openpyxl.chart
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from tests.spreadsheet_writing.packages import (
    make_strict,
    parts,
    prefix_parts,
    rewrite,
    with_data_descriptors,
)

PLAN = "xl/worksheets/sheet1.xml"
HEADINGS = ["No.", "Project", "Sponsor", "Finish", "Progress", "Effort", "Phase", "Total"]
ROWS = [
    ["P-1", "Intranet", "Ada", date(2026, 3, 4), 0.5, 12.5, "planning"],
    ["P-2", "Payroll & <more>", "", date(2026, 5, 6), 0.25, 7, "execution"],
    ["P-3", "Archive", "Grace", date(2026, 7, 8), 1, 3, "closing"],
]
PHASES = ["initiation", "planning", "execution", "monitoring", "closing"]


def picture() -> io.BytesIO:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">2I5B", 1, 1, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def by_xlsxwriter(path: Path, *, date_1904: bool = False) -> Path:
    """Title rows, headings in row 3, a table on a sheet of its own, and everything around that a patch must keep."""
    book = xlsxwriter.Workbook(path, {"date_1904": date_1904})
    sheet = book.add_worksheet("Plan")
    day, percent = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "0%"})
    sheet.write("A1", "Projects of the department")
    sheet.write_row("A3", HEADINGS, book.add_format({"bold": True, "bg_color": "#DDEEFF"}))
    for at, row in enumerate(ROWS, 3):
        for column, value in enumerate(row):
            sheet.write(at, column, value, {3: day, 4: percent}.get(column))
        sheet.write_formula(at, 7, f"=E{at + 1}*F{at + 1}", None, row[4] * row[5])
    sheet.write_blank("C20", None, percent)
    sheet.data_validation("G4:G30", {"validate": "list", "source": PHASES})
    sheet.data_validation("B4:B30", {"validate": "list", "source": "=Lists!$A$1:$A$5"})
    sheet.conditional_format("E4:E6", {"type": "data_bar", "data_bar_2010": True})
    sheet.write_comment("C4", "Asked on Monday", {"author": "Ada"})
    sheet.insert_image("J2", "dot.png", {"image_data": picture()})
    sheet.add_sparkline("I4", {"range": "Plan!E4:F4"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Plan!$F$4:$F$6"})
    sheet.insert_chart("J10", chart)
    sheet.merge_range("A22:C23", "Remarks")
    lists = book.add_worksheet("Lists")
    lists.write_column("A1", ["Intranet", "Payroll", "Archive", 7])
    table = book.add_worksheet("Register")
    columns = [{"header": "No."}, {"header": "PMO id"}, {"header": "Budget", "total_function": "sum"}]
    data = [["P-1", "", 100], ["P-2", "", 200]]
    table.add_table("A1:C4", {"name": "Projects", "data": data, "columns": columns, "total_row": True})
    book.define_name("Phases", "=Lists!$A$1:$A$3")
    book.close()
    return path


def with_macros(path: Path) -> Path:
    blob = path.with_suffix(".bin")
    blob.write_bytes(b"\xd0\xcf\x11\xe0 a macro project as opaque bytes" * 20)
    book = xlsxwriter.Workbook(path)
    book.add_vba_project(str(blob))
    sheet = book.add_worksheet("Plan")
    sheet.write_row("A3", HEADINGS)
    sheet.insert_button("J2", {"macro": "Refresh", "caption": "Refresh"})
    for at, row in enumerate(ROWS, 3):
        sheet.write_row(at, 0, [str(value) for value in row])
    book.close()
    return path


def by_openpyxl(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Plan"
    sheet["A1"] = "Projects of the department"
    for column, heading in enumerate(HEADINGS, 1):
        sheet.cell(3, column, heading)
    for at, row in enumerate(ROWS, 4):
        for column, value in enumerate(row, 1):
            sheet.cell(at, column, value or None)
        sheet.cell(at, 8, f"=E{at}*F{at}")
    sheet["C4"].comment = Comment("Asked on Monday", "Ada")
    rule = DataValidation(type="list", formula1='"Ada,Grace,Linus"', allow_blank=True)
    rule.add("C4:C9")
    sheet.add_data_validation(rule)
    bars = openpyxl.chart.BarChart()
    bars.add_data(openpyxl.chart.Reference(sheet, min_col=6, min_row=3, max_row=6), titles_from_data=True)
    sheet.add_chart(bars, "J10")
    register = book.create_sheet("Register")
    register.append(["No.", "PMO id"])
    register.append(["P-1", None])
    register.add_table(Table(displayName="Projects", ref="A1:B2"))
    book.save(path)
    return path


_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def with_pivot(path: Path) -> Path:
    """A pivot table at L3:M7 of the plan with one page field above it, and its cache: written by hand."""
    by_xlsxwriter(path)
    pivot = (
        f'<pivotTableDefinition {_MAIN} name="Pivot" cacheId="1" dataCaption="Values"><location ref="L3:M7" '
        'firstHeaderRow="1" firstDataRow="1" firstDataCol="1" rowPageCount="1" colPageCount="1"/>'
        "</pivotTableDefinition>"
    )
    cache = (
        f'<pivotCacheDefinition {_MAIN} refreshOnLoad="0" recordCount="0"><cacheSource type="worksheet">'
        '<worksheetSource ref="A3:F6" sheet="Plan"/></cacheSource><cacheFields count="0"/></pivotCacheDefinition>'
    )

    def link(kind: str, target: str) -> bytes:
        return f'<Relationship Id="rId99" Type="{_RELATIONSHIPS}/{kind}" Target="{target}"/>'.encode()

    def linked(kind: str, target: str):
        return lambda data: data.replace(b"</Relationships>", link(kind, target) + b"</Relationships>")

    return rewrite(
        path,
        {
            "xl/pivotTables/pivotTable1.xml": pivot.encode(),
            "xl/pivotCache/pivotCacheDefinition1.xml": cache.encode(),
            "xl/worksheets/_rels/sheet1.xml.rels": linked("pivotTable", "../pivotTables/pivotTable1.xml"),
            "xl/_rels/workbook.xml.rels": linked("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
            "xl/workbook.xml": lambda data: data.replace(
                b"</workbook>", b'<pivotCaches><pivotCache cacheId="1" r:id="rId99"/></pivotCaches></workbook>'
            ),
        },
    )


def with_prefix(path: Path) -> Path:
    """As ClosedXML writes: the main namespace under `x:` in every sheet, the workbook, the styles and the strings."""
    by_xlsxwriter(path)
    names = [name for name in parts(path) if name.startswith("xl/worksheets/sheet")]
    return prefix_parts(path, *names, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml")


def with_descriptors(path: Path) -> Path:
    return with_data_descriptors(by_xlsxwriter(path))


def strict(path: Path) -> Path:
    return make_strict(by_xlsxwriter(path))


def from_1904(path: Path) -> Path:
    return by_xlsxwriter(path, date_1904=True)


def with_bytes_before(path: Path) -> Path:
    """Some programs put a launcher before the archive; the offsets then count from the archive's beginning."""
    by_xlsxwriter(path)
    path.write_bytes(b"#!/bin/launcher\n" + path.read_bytes())
    return path


KINDS = [
    by_xlsxwriter,
    by_openpyxl,
    with_macros,
    with_pivot,
    with_prefix,
    with_descriptors,
    strict,
    from_1904,
    with_bytes_before,
]
