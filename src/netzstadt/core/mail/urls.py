"""Addresses of mail."""

from django.urls import path

from netzstadt.core.mail import views

app_name = "mail"
urlpatterns = [
    path("office/mail/", views.outgoing, name="outgoing"),
    path("office/mail/server/", views.server, name="server"),
    path("office/mail/server/test/", views.try_server, name="server-test"),
    path("office/mail/server/remove/", views.remove_server, name="server-remove"),
    path("office/mail/<uuid:mail_id>/", views.mail, name="mail"),
    path("office/mail/<uuid:mail_id>/send-again/", views.send_again, name="send-again"),
    path("demo/mail/", views.letter_box, name="letter-box"),
]
