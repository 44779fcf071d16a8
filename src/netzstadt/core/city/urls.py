"""Addresses of the city."""

from django.urls import path

from netzstadt.core.city.views import feedback, office, public, setup

app_name = "city"
urlpatterns = [
    path("imprint/", public.imprint, name="imprint"),
    path("privacy/", public.privacy, name="privacy"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("accessibility/report/", feedback.barrier, name="barrier"),
    path("contact/", feedback.contact, name="contact"),
    path("contact/thanks/", feedback.thanks, name="feedback-thanks"),
    path("city/look/<slug:accent>.css", public.look, name="look"),
    path("city/logo/<slug:digest>", public.logo, name="logo"),
    path("office/city/", office.settings, name="settings"),
    path("office/city/look/<slug:accent>.css", office.look_sample, name="look-sample"),
    path("office/city/<slug:part>/", office.settings, name="settings-part"),
    path("office/feedback/", feedback.messages_list, name="feedback"),
    path("office/feedback/<uuid:message_id>/", feedback.message, name="feedback-message"),
    path("office/feedback/<uuid:message_id>/take/", feedback.take, name="feedback-take"),
    path("setup/<slug:secret>/", setup.administrator, name="setup"),
    path("setup/<slug:secret>/mail/", setup.mail, name="setup-mail"),
    path("setup/<slug:secret>/done/", setup.done, name="setup-done"),
    path("setup/<slug:secret>/<slug:part>/", setup.part, name="setup-part"),
]
