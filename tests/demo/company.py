"""What stands in the sample company's workbooks on Wednesday 25 November 2026, mistakes included.

`make_samples.py` writes the workbooks from this once; the files are kept in the repository. Dates are texts
(`2026-11-13`) where the sheet has a true date; in quotes of their own (`'15. März 2027'`) where somebody typed them.
"""

from typing import NamedTuple


class ProjectRow(NamedTuple):
    """A line of the PMO's register."""

    no: str
    name: str
    department: str
    status: str
    rag: str
    phase: str
    manager: str
    sponsor: str
    objective: str
    start: str
    finish: str
    baseline_start: str
    baseline_finish: str
    complete: float | None
    budget: int | None
    tier: int | None
    kind: str = ""
    jira: str = ""


# fmt: off
PROJECTS = [
    # Green, and three months later than its baseline.
    ProjectRow("P-001", "Payments platform renewal", "Engineering", "Active", "Green", "Execution",
               "Anna Keller", "Petra Vogel", "Settle card payments the same day for all shops by January 2027.",
               "2026-02-02", "2027-01-29", "2026-02-02", "2026-10-30", 0.62, 480_000, 1, "regulatory"),
    ProjectRow("P-002", "Customer portal 3.0", "Engineering", "Active", "Amber", "Execution",
               "Markus Lindner", "Petra Vogel", "Half of all service requests need no call by summer 2027.",
               "2026-04-07", "2027-03-26", "2026-04-07", "2027-03-19", 0.55, 320_000, 1, "change", "PORT"),
    # Its finish has passed, and its manager has left the company.
    ProjectRow("P-003", "Data centre exit", "Engineering", "Active", "Red", "Execution",
               "Tom Baker", "Petra Vogel", "Close the Kiel data centre and save 210 k€ a year.",
               "2025-11-03", "2026-11-13", "2025-11-03", "2026-09-30", 0.88, 610_000, 1),
    # No sponsor, no health.
    ProjectRow("P-004", "Warehouse sensors", "Engineering", "active", "", "Planning",
               "Lena Hoffmann", "", "Know the temperature of every pallet within a minute.",
               "2026-09-01", "'30. April 2027'", "", "", 0.1, 95_000, 2),
    # In execution with nothing to measure against.
    ProjectRow("P-005", "Identity and access", "Engineering", "Active", "Green", "Execution",
               "Markus Lindner", "Petra Vogel", "One login for 14 systems; leavers lose access the same day.",
               "2026-06-01", "2027-02-26", "", "", 0.4, 150_000, 2, "regulatory", "IAM"),
    # Completed, with tasks left open.
    ProjectRow("P-006", "Mobile app accessibility", "Engineering", "Completed", "Green", "Closing",
               "Anna Keller", "Petra Vogel", "The app meets WCAG 2.2 AA before the law asks for it.",
               "2026-03-02", "2026-10-16", "2026-03-02", "2026-10-16", 1.0, 88_000, 2, "regulatory"),
    ProjectRow("P-007", "Spring campaign 2027", "Marketing", "Planned", "Green", "Planning",
               "Sophie Brandt", "Jonas Richter", "tbd",
               "2026-11-02", "2027-04-30", "2026-11-02", "2027-04-30", 0.05, 140_000, 2),
    ProjectRow("P-008", "Brand refresh", "Marketing", "Active", "Green", "Execution",
               "Sophie Brandt", "Jonas Richter", "All material carries the new brand by March 2027.",
               "2026-05-04", "'15. März 2027'", "2026-05-04", "2027-03-15", 0.5, 210_000, 2, "change"),
    # Finishes before it starts.
    ProjectRow("P-009", "Trade fair Hannover 2027", "Marketing", "Active", "Amber", "Planning",
               "Milan Novak", "Jonas Richter", "120 qualified leads from the fair in April 2027.",
               "2027-04-19", "2027-04-12", "2026-09-07", "2027-04-30", 0.2, 75_000, 2),
    # Active in name only.
    ProjectRow("P-010", "Customer survey", "Marketing", "Active", "Green", "Execution",
               "Milan Novak", "Jonas Richter", "Know why customers leave: 800 answers, one page.",
               "2026-03-16", "2026-12-18", "2026-03-16", "2026-12-18", 0.35, 40_000, 3),
    # Nobody manages it.
    ProjectRow("P-011", "Fleet electrification", "Operations", "Active", "Green", "Planning",
               "", "Hanna Weiss", "40 of 60 vans are electric by the end of 2027.",
               "2026-08-03", "2027-12-17", "2026-08-03", "2027-12-17", 0.15, 1_250_000, 1),
    ProjectRow("P-012", "Line 4 overhaul", "Operations", "Active", "Amber", "Execution",
               "Karl Jensen", "Hanna Weiss", "Line 4 stands still for less than 2% of its planned hours.",
               "2026-07-06", "2027-01-22", "2026-07-06", "2027-01-15", 0.7, 265_000, 2, "Maintenance"),
    # Waits for its meters since September.
    ProjectRow("P-013", "Energy monitoring", "Operations", "On hold", "Amber", "Execution",
               "Karl Jensen", "Hanna Weiss", "Cut the base load of both sites by 8%.",
               "2026-02-16", "2027-01-08", "2026-02-16", "2026-12-11", 0.7, 60_000, 3, "change"),
    ProjectRow("P-014", "Supplier portal", "Operations", "Proposed", "", "Initiation",
               "Karl Jensen", "Hanna Weiss", "Suppliers confirm orders themselves.",
               "2027-02-01", "2027-09-30", "", "", None, 180_000, 2),
    # 4 May or 5 April: nobody can tell, so the row waits in quarantine.
    ProjectRow("P-015", "Payroll interface", "Operations", "Planned", "", "Planning",
               "Karl Jensen", "Hanna Weiss", "Payroll gets its hours without a single e-mail.",
               "'04/05/2027'", "2027-08-27", "", "", None, 35_000, 3),
    # The same number twice.
    ProjectRow("P-014", "Supplier portal (old)", "Operations", "Cancelled", "", "Initiation",
               "Karl Jensen", "", "",
               "2025-10-01", "2026-03-31", "", "", None, 15_000, 3),
    # Planned in Jira alone.
    ProjectRow("P-016", "Privacy compliance 2027", "Legal", "Active", "Green", "Execution",
               "Stefan Ritter", "Petra Vogel", "No open finding in the audit of spring 2027.",
               "2026-09-01", "2027-03-31", "2026-09-01", "2027-03-31", 0.4, 70_000, 2, "", "GDPR"),
]
# fmt: on

PEOPLE = [  # name, e-mail, department, still here, hours a week, rate in EUR
    ("Anna Keller", "anna.keller@nordhaus.example", "Engineering", "yes", 40, 92),
    ("Markus Lindner", "markus.lindner@nordhaus.example", "Engineering", "yes", 40, 92),
    ("Tom Baker", "tom.baker@nordhaus.example", "Engineering", "no", 40, 92),
    ("Lena Hoffmann", "lena.hoffmann@nordhaus.example", "Engineering", "yes", 32, 84),
    ("Ravi Menon", "ravi.menon@nordhaus.example", "Engineering", "yes", 40, 78),
    ("Julia Sommer", "julia.sommer@nordhaus.example", "Engineering", "yes", 40, 78),
    ("Oskar Berg", "oskar.berg@nordhaus.example", "Engineering", "yes", 40, 78),
    ("Sophie Brandt", "sophie.brandt@nordhaus.example", "Marketing", "yes", 40, 80),
    ("Milan Novak", "milan.novak@nordhaus.example", "Marketing", "yes", 36, 80),
    ("Clara Jung", "clara.jung@nordhaus.example", "Marketing", "yes", 20, 64),
    ("Jonas Richter", "jonas.richter@nordhaus.example", "Marketing", "yes", 40, 120),
    ("Karl Jensen", "karl.jensen@nordhaus.example", "Operations", "yes", 40, 88),
    ("Hanna Weiss", "hanna.weiss@nordhaus.example", "Operations", "yes", 40, 120),
    ("Petra Vogel", "petra.vogel@nordhaus.example", "Engineering", "yes", 40, 130),
    ("Stefan Ritter", "stefan.ritter@nordhaus.example", "Legal", "yes", 40, 110),
    ("Nora Falk", "nora.falk@nordhaus.example", "Legal", "yes", 40, 96),
]

REPORTS = [  # project, day, author, RAG, text
    ("P-001", "2026-11-20", "Anna Keller", "Green", "Cut-over tested with two shops; acceptance moves to January."),
    ("P-001", "2026-11-06", "Anna Keller", "Green", "Scheme certification took longer than planned."),
    ("P-002", "2026-11-19", "Markus Lindner", "Amber", "Search is late by a week; the rest is on plan."),
    ("P-002", "2026-11-05", "Markus Lindner", "Amber", "Design of the order pages is approved."),
    ("P-003", "2026-09-25", "Tom Baker", "Red", "The last 6 racks wait for the network provider."),
    ("P-004", "2026-11-18", "Lena Hoffmann", "", "Two suppliers invited to a trial."),
    ("P-005", "2026-11-17", "Markus Lindner", "Green", "9 of 14 systems connected."),
    ("P-007", "2026-11-16", "Sophie Brandt", "Green", "Briefing sent to three agencies."),
    ("P-008", "2026-11-12", "Sophie Brandt", "Green", "Packaging is done, vehicles follow."),
    ("P-009", "2026-11-13", "Milan Novak", "Amber", "The stand is booked; who builds it is open."),
    ("P-010", "2026-08-14", "Milan Novak", "Green", "Questions agreed with sales."),
    ("P-011", "2026-11-11", "Hanna Weiss", "Green", "Charging points: three offers are in."),
    ("P-012", "2026-11-20", "Karl Jensen", "Amber", "The gearbox arrives on 7 December."),
    ("P-013", "2026-11-13", "Karl Jensen", "Amber", "The meters of site B come in December; we go on in January."),
    ("P-016", "2026-11-18", "Stefan Ritter", "Green", "Register is done but for the shops; payroll has yet to sign."),
]

MILESTONES = [  # number, project, kind, milestone, owner, due, status
    ("MS-01", "P-001", "Gate", "Scheme certification passed", "Anna Keller", "2026-10-23", "Done"),
    ("MS-02", "P-001", "Milestone", "First shop live", "Anna Keller", "2026-11-06", "Open"),
    ("MS-03", "P-001", "Gate", "Go-live", "Anna Keller", "2027-01-29", "Open"),
    ("MS-04", "P-002", "Milestone", "Search live", "Markus Lindner", "2026-11-20", "Open"),
    ("MS-05", "P-002", "Gate", "Go-live", "Markus Lindner", "2027-03-26", "Open"),
    ("MS-06", "P-003", "Milestone", "Racks moved", "Tom Baker", "2026-10-30", "Open"),
    ("MS-07", "P-003", "Gate", "Rooms handed over", "Tom Baker", "2026-11-13", "Open"),
    ("MS-08", "P-004", "Gate", "Business case approved", "Lena Hoffmann", "'18. Dezember 2026'", "Open"),
    ("MS-09", "P-005", "Milestone", "9 systems connected", "Markus Lindner", "2026-11-13", "Done"),
    ("MS-10", "P-005", "Milestone", "14 systems connected", "Markus Lindner", "2027-02-26", "Open"),
    ("MS-11", "P-007", "Milestone", "Agency chosen", "Sophie Brandt", "2026-12-11", "Open"),
    ("MS-12", "P-007", "Milestone", "Campaign starts", "Sophie Brandt", "2027-03-29", "Open"),
    ("MS-13", "P-008", "Milestone", "Packaging done", "Sophie Brandt", "2026-10-30", "Done"),
    ("MS-14", "P-008", "Milestone", "Vehicles done", "Sophie Brandt", "2026-12-18", "Open"),
    ("MS-15", "P-009", "Milestone", "Stand booked", "Milan Novak", "2026-10-09", "Done"),
    ("MS-16", "P-009", "MS", "Stand builder chosen", "Milan Novak", "2026-11-13", "Open"),
    ("MS-17", "P-010", "Milestone", "Questions agreed", "Milan Novak", "2026-08-14", "Done"),
    ("MS-18", "P-010", "Milestone", "Results presented", "Milan Novak", "2026-12-18", "Open"),
    ("MS-19", "P-011", "Gate", "Charging points ordered", "Hanna Weiss", "2026-12-04", "Open"),
    ("MS-20", "P-011", "Milestone", "First 20 vans on the road", "Hanna Weiss", "2027-06-30", "Open"),
    ("MS-21", "P-012", "Milestone", "Old gearbox out", "Karl Jensen", "2026-11-06", "Done"),
    ("MS-22", "P-012", "Milestone", "New gearbox runs", "Karl Jensen", "2026-12-18", "Open"),
    ("MS-23", "P-013", "Milestone", "Site A measured", "Karl Jensen", "2026-06-26", "Done"),
    ("MS-24", "P-013", "Milestone", "Site B measured", "Karl Jensen", "2027-01-08", "Open"),
]
