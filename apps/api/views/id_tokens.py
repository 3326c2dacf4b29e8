"""Id tokens: list them masked, create, block and unblock."""

from functools import partial

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.constants import OPERATE, READ
from apps.api.door import Door, checked
from apps.api.operations import block_card, issue_card
from apps.api.paging import PageQuery, StrictSerializer, page_of
from apps.api.queries.cards import get_card, list_cards
from apps.api.schema import KEY, describes
from apps.api.serializers import IdTokenSerializer


class IdTokenBody(StrictSerializer):
    """A new card; it may charge at every station of the tenant."""

    token = serializers.CharField(max_length=36, help_text="What the card carries.")
    label = serializers.CharField(  # type: ignore[assignment]
        max_length=80, required=False, default="", allow_blank=True
    )
    email = serializers.CharField(
        max_length=254, required=False, default="", allow_blank=True, help_text="Its owner."
    )
    valid_from = serializers.DateTimeField(required=False, default=None, allow_null=True)
    valid_until = serializers.DateTimeField(required=False, default=None, allow_null=True)


class NoBody(StrictSerializer):
    """Nothing to say."""


class IdTokens(Door):
    """The tenant's cards."""

    scopes = {"GET": READ, "POST": OPERATE}
    query_class = PageQuery

    @describes(IdTokenSerializer, many=True, query=PageQuery, summary="List id tokens")
    def get(self, request: Request) -> Response:
        """List cards, masked, oldest first."""
        page = page_of(self.query)
        rows = list_cards(page=page)
        return self.page(request, rows=rows, page=page, serializer=IdTokenSerializer)

    @describes(
        IdTokenSerializer,
        summary="Create an id token",
        body=IdTokenBody,
        statuses=(201,),
        parameters=(KEY,),
    )
    def post(self, request: Request) -> Response:
        """Let a card charge at every station of the tenant."""
        body = checked(IdTokenBody, request.data)
        result, _ = self.once(request, partial(issue_card, **body))
        row = get_card(card_id=result["id"])
        headers = {"Location": f"{request.path}/{row.id}"}
        return self.one(request, row=row, serializer=IdTokenSerializer, status=201, headers=headers)


class IdToken(Door):
    """One card."""

    scopes = {"GET": READ}

    @describes(IdTokenSerializer, summary="Read an id token")
    def get(self, request: Request, card_id: int) -> Response:
        """Return a card, masked."""
        return self.one(request, row=get_card(card_id=card_id), serializer=IdTokenSerializer)


class _Blocking(Door):
    scopes = {"POST": OPERATE}
    blocked = True

    def answer(self, request: Request, card_id: int) -> Response:
        """Change the card's block."""
        checked(NoBody, request.data)
        self.once(request, partial(block_card, card_id=card_id, blocked=self.blocked))
        return self.one(request, row=get_card(card_id=card_id), serializer=IdTokenSerializer)


class BlockIdToken(_Blocking):
    """Block a card."""

    @describes(IdTokenSerializer, summary="Block an id token", parameters=(KEY,))
    def post(self, request: Request, card_id: int) -> Response:
        """Block a card at once, here and wherever this tenant pays."""
        return self.answer(request, card_id)


class UnblockIdToken(_Blocking):
    """Let a card charge again."""

    blocked = False

    @describes(IdTokenSerializer, summary="Unblock an id token", parameters=(KEY,))
    def post(self, request: Request, card_id: int) -> Response:
        """Let a card charge again."""
        return self.answer(request, card_id)
