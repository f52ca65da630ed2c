"""Kimai: exports as CSV and XLSX in the user's language, and the API's timesheets as JSON.

The headers are those of Kimai's translations (English, German, French, Spanish, Italian, Dutch);
`Name` is what a user is called, `User` the login. Clocks come without seconds, and durations as
`H:MM` or hundredths of an hour, so they may differ by a minute. A break is taken out of the
duration, and nobody knows when it was: such a row is a day's amount. `exported` may mean that an entry was
invoiced, or that somebody looked at a report: it is not read.
"""

from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe

_TABLE: Final = Shape(
    columns={
        "worker": maybe("Name", "Nom", "Nombre", "Nome", "Naam"),
        "worker_id": column(
            "User",
            "Username",
            "Benutzer",
            "Utilisateur",
            "Nom d'utilisateur",
            "Usuario",
            "Utente",
            "Gebruikersnaam",
            "Gebruiker",
        ),
        "email": maybe("E-mail", "Courriel", "Correo electrónico"),
        "date": column("Date", "Datum", "Fecha", "Data"),
        "start_time": column("From", "Von", "De", "Da", "Van"),
        "end_time": column("To", "Bis", "À", "Para", "A", "Tot"),
        "duration": column("Duration", "Dauer", "Durée", "Duración", "Durata", "Duur"),
        "break": maybe("Break", "Pause", "Pausa", "Pauze"),
        "customer": maybe("Customer", "Kunde", "Client", "Cliente", "Klant"),
        "project": column("Project", "Projekt", "Projet", "Proyecto", "Progetto"),
        "task": maybe("Activity", "Tätigkeit", "Activité", "Actividad", "Attività", "Activiteit"),
        "notes": maybe("Description", "Beschreibung", "Descripción", "Descrizione", "Beschrijving"),
        "billable": maybe("Billable", "Abrechenbar", "Facturable", "Fatturabile", "Factureerbaar"),
        "tags": maybe("Tags", "Schlagworte", "Mots-clés", "Etiquetas", "Etichette", "Labels"),
        "id": maybe("ID", "Identifiant", "Id."),
    },
    key=("worker", "start"),
    unit="hours",
    slack=78,
)
_JSON: Final = Shape(
    columns={
        "id": column("id"),
        "worker": maybe("user.alias", "user.username"),
        "worker_id": maybe("user.username", "user.id", "user"),
        "start": column("begin"),
        "end": column("end"),
        "seconds": maybe("duration"),
        "break": maybe("break"),
        "customer": maybe("project.customer.name"),
        "customer_id": maybe("project.customer.id", "project.customer"),
        "project": maybe("project.name"),
        "project_id": maybe("project.id", "project"),
        "task": maybe("activity.name"),
        "task_id": maybe("activity.id", "activity"),
        "notes": maybe("description"),
        "billable": maybe("billable"),
        "tags": maybe("tags"),
    }
)
PROFILE: Final = Profile(name="kimai", shapes=(_TABLE, _JSON))
