"""The icon a browser asks for by itself where no page names one: beside a record, a document."""

from django.templatetags.static import static
from django.urls import path
from django.utils.functional import lazy
from django.views.generic import RedirectView

# lazy: the name of a static file is known only once they are collected
favicon = path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("img/mark.svg")))
