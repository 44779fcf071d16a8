"""Addresses of what one is told: notices, choices, deadlines, calendar."""

from django.urls import path

from netzstadt.core.notices.views import calendars, choices, notices

app_name = "notices"
urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/bell/", notices.bell, name="bell"),
    path("notices/read/", notices.read_all, name="read-all"),
    path("notices/undo/", notices.undo, name="undo"),
    path("notices/<uuid:notice_id>/open/", notices.open_notice, name="open"),
    path("notices/<uuid:notice_id>/read/", notices.read, name="read"),
    path("notices/unsubscribe/<str:token>/", choices.unsubscribe, name="unsubscribe"),
    path("account/notices/", choices.choices, name="choices"),
    path("account/calendar/", calendars.calendar, name="calendar"),
    path("calendar/<str:token>.ics", calendars.calendar_feed, name="calendar-feed"),
    path("office/deadlines/", calendars.deadlines, name="deadlines"),
    path("office/deadlines/<str:uid>.ics", calendars.deadline, name="deadline"),
]
