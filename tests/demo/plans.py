"""The two departments' task plans and the timesheet of the sample company."""

from typing import NamedTuple


class TaskRow(NamedTuple):
    """A line of engineering's plan; the number says what it belongs to (1.2 is under 1)."""

    wbs: str
    project: str
    title: str
    who: str
    start: str
    due: str
    status: str
    hours: float | str | None
    after: str = ""


ENGINEERING = [
    TaskRow("1", "P-001", "Payments platform renewal", "", "", "", "", None),
    TaskRow("1.1", "P-001", "Scheme certification", "Ravi Menon", "2026-06-01", "2026-10-23", "Done", 200),
    TaskRow("1.2", "P-001", "Settlement engine", "Julia Sommer", "2026-05-04", "2026-11-13", "In progress", 360, "1.1"),
    TaskRow("1.3", "P-001", "Terminals, pilot", "Oskar Berg", "2026-11-16", "2026-12-18", "In progress", 160, "1.2"),
    TaskRow("1.4", "P-001", "Go-live acceptance", "Anna Keller", "2027-01-11", "2027-01-29", "Open", 40, "1.3"),
    TaskRow("1.5", "P-001", "Training of the shops", "Anna Keller", "2026-12-07", "2027-01-08", "Open", 30, "1.2"),
    TaskRow("1.6", "P-001", "Fraud rules", "", "2026-10-12", "2026-12-04", "In progress", 90),
    TaskRow("2", "P-002", "Customer portal 3.0", "", "", "", "", None),
    TaskRow("2.4", "P-002", "Load test", "Ravi Menon", "2027-01-11", "2027-01-29", "Open", 60),
    TaskRow("2.5", "P-002", "Training of the service desk", "Lena Hoffmann", "2027-02-15", "2027-02-05", "Open", 24),
    TaskRow("2.6", "P-002", "Product design", "Markus Lindner", "2026-09-01", "2027-01-29", "In progress", 380),
    TaskRow("3", "P-003", "Data centre exit", "", "", "", "", None),
    TaskRow("3.1", "P-003", "Move the last 6 racks", "Tom Baker", "2026-09-14", "2026-10-30", "In progress", 120),
    TaskRow("3.2", "P-003", "Wipe and hand over the rooms", "Tom Baker", "2026-11-02", "2026-11-13", "Open", 60, "3.1"),
    TaskRow("3.3", "P-003", "Cancel the power contract", "Lena Hoffmann", "2026-10-01", "2026-10-16", "Done", 4),
    TaskRow("4", "P-004", "Warehouse sensors", "", "", "", "", None),
    TaskRow(
        "4.1", "P-004", "Trial with two suppliers", "Lena Hoffmann", "2026-11-02", "2026-12-11", "In progress", 110
    ),
    TaskRow("4.2", "P-004", "Radio survey of hall B", "Oskar Berg", "2026-11-16", "'KW 49'", "Open", "2 d"),
    TaskRow("4.3", "P-004", "Write the business case", "Lena Hoffmann", "2026-11-16", "2026-12-18", "Open", "1,5 d"),
    TaskRow("4.4", "P-004", "Ask the three halls", "Lena Hoffmann", "2026-09-01", "2026-10-30", "Done", 120),
    TaskRow("5", "P-005", "Identity and access", "", "", "", "", None),
    TaskRow("5.3", "P-005", "Leaver process", "Markus Lindner", "2026-12-01", "2027-01-22", "Open", 45),
    TaskRow("5.5", "P-005", "Connect the first 9 systems", "Markus Lindner", "2026-08-31", "2026-11-13", "Done", 200),
    TaskRow("6", "P-006", "Mobile app accessibility", "", "", "", "", None),
    TaskRow("6.1", "P-006", "Contrast and focus", "Julia Sommer", "2026-04-06", "2026-06-26", "Done", 90),
    TaskRow("6.2", "P-006", "Screen reader test with users", "Oskar Berg", "2026-08-03", "2026-09-25", "Done", 60),
    TaskRow("6.3", "P-006", "Publish the statement", "Anna Keller", "2026-10-05", "2026-10-16", "Open", 6),
]

OPERATIONS_HEAD = "Nr;Projekt;Aufgabe;Verantwortlich;Beginn;Fällig;Status;Aufwand (h);PMO-Phase"
OPERATIONS = [  # the department's CSV, line by line
    "O-01;P-011;Angebote für Ladepunkte;Hanna Weiss;05.10.2026;06.11.2026;Erledigt;24;",
    "O-02;P-011;Ladepunkte bestellen;Hanna Weiss;16.11.2026;04.12.2026;In Arbeit;20;planning",
    'O-03;P-011;"Stellplätze; beide Standorte";;16.11.2026;11.12.2026;In Arbeit;62,5;',
    # Borrowed from Engineering.
    "O-04;P-011;App zeigt freie Ladepunkte;Julia Sommer;30.11.2026;18.12.2026;Offen;36;",
    "O-05;P-011;Schulung der Fahrer;Karl Jensen;01.02.2027;26.02.2027;Offen;40;",
    "O-06;P-012;Altes Getriebe ausbauen;Karl Jensen;31.08.2026;06.11.2026;Erledigt;240;",
    "O-07;P-012;Fundament prüfen;Karl Jensen;09.11.2026;20.11.2026;In Arbiet;70;",
    "O-08;P-012;Neues Getriebe einbauen;Karl Jensen;07.12.2026;18.12.2026;Offen;60;",
    "O-09;P-012;Probelauf;Karl Jensen;11.01.2027;22.01.2027;Offen;32,0;execution",
    "O-10;P-013;Zähler an Standort A;Karl Jensen;02.03.2026;26.06.2026;Erledigt;45;",
    "O-11;P-013;Zähler an Standort B;Karl Jensen;11.01.2027;29.01.2027;Offen;30;",
]

WEEKS = [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47]
HOURS = [  # person, project, hours in each of WEEKS
    ("Anna Keller", "P-001", [20, 22, 20, 24, 20, 18, 22, 24, 26, 24, 28, 26]),
    ("Anna Keller", "P-006", [16, 16, 18, 12, 14, 12, 8, None, None, None, None, None]),
    ("Markus Lindner", "P-002", [20, 18, 20, 20, 16, 20, 22, 20, 20, 18, 20, 20]),
    ("Markus Lindner", "P-005", [16, 18, 16, 16, 20, 16, 16, 16, 18, 20, 18, 18]),
    ("Tom Baker", "P-003", [36, 38, 40, 32, None, None, None, None, None, None, None, None]),
    ("Lena Hoffmann", "P-004", [8, 8, 12, 12, 16, 16, 20, 20, 24, 24, 24, 28]),
    ("Ravi Menon", "P-001", [20, 20, 16, 16, 20, 20, 16, 16, 4, None, None, None]),
    ("Julia Sommer", "P-001", [22, 20, 24, 22, 20, 24, 24, 26, 28, 24, 26, 24]),
    ("Oskar Berg", "P-001", [None, None, None, None, 16, 20, 22, 24, 24, 22, 20, 22]),
    ("Oskar Berg", "P-006", [30, 28, 24, 20, 8, None, None, None, None, None, None, None]),
    ("Karl Jensen", "P-012", [24, 26, 24, 28, 28, 26, 24, 28, 30, 28, 32, 30]),
    ("Karl Jensen", "P-013", [6, 4, None, None, None, None, None, None, None, None, None, None]),
    ("K. Jensen", "P-014", [None, None, None, None, None, None, None, None, 2, 4, 4, 6]),
]
