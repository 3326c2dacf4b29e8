"""Addresses of the entrance."""

from django.urls import path

from apps.dashboard.entrance import views

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("account/", views.account, name="account"),
    path("account/password/", views.password, name="password"),
]
