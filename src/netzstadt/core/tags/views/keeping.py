"""The office side: keeping vocabularies and their terms."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.core.form_pages import form_page, sent
from netzstadt.core.refusal import Refusal
from netzstadt.core.tags import queries
from netzstadt.core.tags.forms import (
    ConceptForm,
    ImportForm,
    NewSchemeForm,
    SchemeForm,
    TermForm,
)
from netzstadt.core.tags.models import Concept, ImportDraft, Scheme
from netzstadt.core.tags.permissions import KEEP_VOCABULARIES
from netzstadt.core.tags.services import concepts, imports, schemes
from netzstadt.core.tags.shipped import SHIPPED, content_of
from netzstadt.core.tags.views.reading import concept_of, scheme_of, tree_context
from netzstadt.lib import clock

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _form_page(
    request: HttpRequest, form: forms.Form, title: str, submit: str, **more: Any
) -> HttpResponse:
    return form_page(request, "tags/form.html", form, title=title, submit=submit, **more)


@needs(KEEP_VOCABULARIES)
@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """All vocabularies, for those who keep them."""
    found = queries.schemes(to=signed_in_person(request))
    return render(request, "tags/office.html", {"schemes": found[: queries.WHOLE_TREE]})


@needs(KEEP_VOCABULARIES)
@_get_or_post
def new_scheme(request: HttpRequest) -> HttpResponse:
    """Begin a vocabulary."""
    form = NewSchemeForm(sent(request), initial={"visibility": "PUBLIC"})
    if request.method == "POST" and form.is_valid():
        try:
            made = schemes.make_scheme(
                key=form.cleaned_data["key"],
                facts=form.facts(),
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("key", str(refusal))
        else:
            return redirect("tags:keep-scheme", made.key)
    return _form_page(request, form, _("New vocabulary"), _("Begin"))


@needs(KEEP_VOCABULARIES)
@require_safe
def keep_scheme(request: HttpRequest, key: str) -> HttpResponse:
    """The tree of a vocabulary with what can be done."""
    return render(request, "tags/keep_scheme.html", tree_context(request, scheme_of(request, key)))


@needs(KEEP_VOCABULARIES)
@_get_or_post
def change_scheme(request: HttpRequest, key: str) -> HttpResponse:
    """Say something else of a vocabulary."""
    scheme = scheme_of(request, key)
    names = SchemeForm.base_fields
    form = SchemeForm(sent(request), initial={name: getattr(scheme, name) for name in names})
    if request.method == "POST" and form.is_valid():
        schemes.change_scheme(
            scheme=scheme, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        )
        return redirect("tags:keep-scheme", scheme.key)
    return _form_page(request, form, _("Change the vocabulary"), _("Save"), scheme=scheme)


@needs(KEEP_VOCABULARIES)
@_get_or_post
def new_concept(request: HttpRequest, key: str) -> HttpResponse:
    """Add a term, at the top or below the one that the address names."""
    scheme = scheme_of(request, key)
    below = _named_in_query(request, scheme)
    form = ConceptForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = concepts.add_concept(
                scheme=scheme,
                facts=form.facts(),
                broader=below,
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("tags:keep-concept", scheme.key, made.pk)
    title = _("New term below “%(term)s”") % {"term": below.label} if below else _("New term")
    return _form_page(request, form, title, _("Add the term"), scheme=scheme, concept=below)


@needs(KEEP_VOCABULARIES)
@require_safe
def keep_concept(request: HttpRequest, key: str, concept_id: uuid.UUID) -> HttpResponse:
    """A term with what can be done with it."""
    concept = concept_of(request, key, concept_id)
    context = {
        "concept": concept,
        "scheme": concept.scheme,
        "above": queries.above(concept),
        "narrower": queries.narrower_of(concept)[: queries.WHOLE_TREE],
        "others": queries.alt_labels_of([concept.pk])[concept.pk],
    }
    return render(request, "tags/keep_concept.html", context)


@needs(KEEP_VOCABULARIES)
@_get_or_post
def change_concept(request: HttpRequest, key: str, concept_id: uuid.UUID) -> HttpResponse:
    """Say something else of a term."""
    concept = concept_of(request, key, concept_id)
    form = ConceptForm(sent(request), initial=_said_of(concept))
    if request.method == "POST" and form.is_valid():
        try:
            concepts.change_concept(
                concept=concept, facts=form.facts(), by=signed_in_person(request), at=clock.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("tags:keep-concept", key, concept.pk)
    return _form_page(
        request, form, _("Change the term"), _("Save"), scheme=concept.scheme, concept=concept
    )


@needs(KEEP_VOCABULARIES)
@_get_or_post
def move_concept(request: HttpRequest, key: str, concept_id: uuid.UUID) -> HttpResponse:
    """Put a term with all below it under another, or to the top."""
    concept = concept_of(request, key, concept_id)
    form = TermForm(
        sent(request),
        scheme=concept.scheme,
        label=_("Broader term"),
        hint=_("Its words or its notation. Empty: to the top."),
        initial={"term": concept.broader.label if concept.broader else ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            concepts.move_concept(
                concept=concept, broader=form.term(), by=signed_in_person(request), at=clock.now()
            )
        except Refusal as refusal:
            form.add_error("term", str(refusal))
        else:
            return redirect("tags:keep-concept", key, concept.pk)
    title = _("Move “%(term)s”") % {"term": concept.label}
    return _term_page(request, form, concept, title, _("Move"))


@needs(KEEP_VOCABULARIES)
@_get_or_post
def merge_concept(request: HttpRequest, key: str, concept_id: uuid.UUID) -> HttpResponse:
    """Let a term go into another."""
    concept = concept_of(request, key, concept_id)
    form = TermForm(
        sent(request),
        scheme=concept.scheme,
        label=_("The term that stays"),
        hint=_("Tags, narrower terms and words go there; this one stays as a reference to it."),
        required=True,
    )
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data["term"]
        try:
            concepts.merge_concepts(
                concept=concept, into=into, by=signed_in_person(request), at=clock.now()
            )
        except Refusal as refusal:
            form.add_error("term", str(refusal))
        else:
            merged = _("“%(term)s” went into “%(into)s”.")
            messages.success(request, merged % {"term": concept.label, "into": into.label})
            return redirect("tags:keep-concept", key, into.pk)
    title = _("Merge “%(term)s” into another") % {"term": concept.label}
    return _term_page(request, form, concept, title, _("Merge"))


@needs(KEEP_VOCABULARIES)
@_get_or_post
def deprecate_concept(request: HttpRequest, key: str, concept_id: uuid.UUID) -> HttpResponse:
    """Take a term out of use."""
    concept = concept_of(request, key, concept_id)
    form = TermForm(
        sent(request),
        scheme=concept.scheme,
        label=_("Replaced by"),
        hint=_("What is tagged already stays tagged; nothing new can be."),
    )
    if request.method == "POST" and form.is_valid():
        try:
            concepts.deprecate_concept(
                concept=concept,
                replaced_by=form.term(),
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("term", str(refusal))
        else:
            return redirect("tags:keep-concept", key, concept.pk)
    title = _("Retire “%(term)s”") % {"term": concept.label}
    return _term_page(request, form, concept, title, _("Retire"))


@needs(KEEP_VOCABULARIES)
@require_POST
def revive_concept(request: HttpRequest, key: str, concept_id: uuid.UUID) -> HttpResponse:
    """Put a term back into use."""
    concept = concept_of(request, key, concept_id)
    concepts.revive_concept(concept=concept, by=signed_in_person(request), at=clock.now())
    return redirect("tags:keep-concept", key, concept.pk)


@needs(KEEP_VOCABULARIES)
@_get_or_post
def import_file(request: HttpRequest) -> HttpResponse:
    """Read a file and lead to what it would change."""
    files = request.FILES if request.method == "POST" else None
    form = ImportForm(sent(request), files, initial={"key": request.GET.get("key", "")})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            laid_out = imports.lay_out(
                key=form.cleaned_data["key"],
                name=file.name,
                content=file.read(),
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("tags:import-preview", laid_out.draft.pk)
    context = {"form": form, "shipped": SHIPPED}
    return render(request, "tags/import.html", context, status=422 if form.errors else 200)


@needs(KEEP_VOCABULARIES)
@require_POST
def import_shipped(request: HttpRequest) -> HttpResponse:
    """Lead to what one of the vocabularies that come with the house would change."""
    key = request.POST.get("key", "")
    if key not in SHIPPED:
        raise Http404
    laid_out = imports.lay_out(
        key=key,
        name=f"{key}.ttl",
        content=content_of(key),
        by=signed_in_person(request),
        at=clock.now(),
    )
    return redirect("tags:import-preview", laid_out.draft.pk)


@needs(KEEP_VOCABULARIES)
@_get_or_post
def import_preview(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """What a file would change; saying yes changes it."""
    person = signed_in_person(request)
    draft = get_object_or_404(ImportDraft, pk=draft_id, made_by=person)
    if request.method == "POST":
        scheme = imports.take_in(draft=draft, by=person, at=clock.now())
        messages.success(
            request, _("The terms of the file are in “%(title)s” now.") % {"title": scheme.title}
        )
        return redirect("tags:keep-scheme", scheme.key)
    return render(request, "tags/import_preview.html", {"preview": imports.preview(draft)})


def _term_page(
    request: HttpRequest, form: TermForm, concept: Concept, title: str, submit: str
) -> HttpResponse:
    """A form that asks for another term, with the vocabulary's terms to choose from."""
    return _form_page(
        request,
        form,
        title,
        submit,
        scheme=concept.scheme,
        concept=concept,
        terms=[one.label for one in queries.offered(concept.scheme)],
    )


def _named_in_query(request: HttpRequest, scheme: Scheme) -> Concept | None:
    given = request.GET.get("below", "")
    try:
        key = uuid.UUID(given)
    except ValueError:
        return None
    return scheme.concepts.filter(pk=key).first()


def _said_of(concept: Concept) -> dict[str, str]:
    said = {name: getattr(concept, name, "") for name in ConceptForm.base_fields}
    for language in ("de", "en"):
        rows = concept.alt_labels.filter(language=language).order_by("text")
        said[f"alt_labels_{language}"] = "\n".join(rows.values_list("text", flat=True))
    return said
