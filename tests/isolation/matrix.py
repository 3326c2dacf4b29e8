"""Who may do what at every address: a table. A route without a row here fails the test.

A row's key is the route as Django spells it. Each row holds one or more cases:

    "stations/<text:identity>/": (Page(INSTALLERS, identity="identity"),)

A `Page` names the people who may open it; the others with a right here get 403, people without
any right 404, nobody is sent to the login. An `Api` names the scopes. The keywords say which
value of `cast.Estate` stands for which parameter. Every case is tried with the own tenant's
things, with another tenant's (404) and, for who sees one site only, with another site's (404).
"""

from dataclasses import dataclass, field
from typing import Any

INSTALLERS = frozenset({"administrator", "installer", "operator", "auditor", "guest"})
TENANT_INSTALLERS = INSTALLERS - {"guest"}
OPERATORS = INSTALLERS - {"auditor"}
TENANT_OPERATORS = OPERATORS - {"guest"}
FINANCE = frozenset({"administrator", "finance", "auditor"})
MONEY = FINANCE - {"auditor"}
EMPLOYEES = frozenset({"employee"})
OWNERS = frozenset({"owner"})
ROLES = frozenset({"administrator", "installer", "operator", "finance", "employee", "auditor"})
MEMBERS = ROLES | {"owner", "guest"}
PEOPLE = MEMBERS | {"outsider", "nobody", "foreigner"}
TOKENS = frozenset({"read-token", "operate-token", "finance-token", "foreign-token"})
SEES_PART = frozenset({"owner", "guest", "employee"})  # one site, or the own money
SEES_SITES = INSTALLERS | OWNERS
NEUTRAL = {"month", "kind", "position", "command_kind"}  # the same word in every tenant


@dataclass(frozen=True)
class Case:
    """One thing that can be done at an address."""

    opens: frozenset[str]
    method: str = "GET"
    answer: frozenset[int] = frozenset({200})
    body: Any = None
    path: str = ""  # for a route that is no plain one
    args: dict[str, str] = field(default_factory=dict)
    is_api: bool = False
    is_open: bool = False

    @property
    def places(self) -> tuple[str, ...]:
        """Whose things are asked for; what changes something comes last."""
        has_things = set(self.args.values()) - NEUTRAL
        return ("foreign", "elsewhere", "own") if has_things else ("own",)


def _case(opens: frozenset[str], args: dict[str, str], **facts: Any) -> Case:
    answer = facts.pop("answer", 200)
    answers = frozenset({answer} if isinstance(answer, int) else answer)
    return Case(opens, answer=answers, args=args, **facts)


def Page(  # noqa: N802 - reads as a kind of row
    opens: frozenset[str],
    *,
    method: str = "GET",
    answer: Any = 200,
    body: Any = None,
    **args: str,
) -> Case:
    """Describe a page of the dashboard."""
    return _case(opens, args, method=method, answer=answer, body=body)


def Api(  # noqa: N802
    scope: str, *, method: str = "GET", answer: int = 200, body: Any = None, **args: str
) -> Case:
    """Describe a REST endpoint."""
    opens = frozenset({f"{scope}-token"})
    return _case(opens, args, method=method, answer=answer, body=body, is_api=True)


def Open(  # noqa: N802
    *, method: str = "GET", answer: Any = 200, path: str = "", body: Any = None
) -> Case:
    """Describe what anybody may ask; it shows nothing of a tenant."""
    return _case(frozenset(), {}, method=method, answer=answer, path=path, body=body, is_open=True)


# the entrance, and what a station's page is made of
STATION_PAGE = "stations/<text:identity>/"
SITE = "own/<uuid:site_uid>/"
LINES = "statements/<text:number>/lines/<int:position>/"
DOWNLOAD = "statements/<text:number>/<text:kind>/download/"
ONE_LINE = {"number": "statement", "position": "position"}
ONE_FILE = {"number": "statement", "kind": "kind"}
MAY_SAY = {200, 302}
PAGES: dict[str, tuple[Case, ...]] = {
    "": (Page(MEMBERS, answer=302),),  # to the first page that is theirs
    "favicon.ico": (Open(answer=302),),
    "login/": (Open(answer=MAY_SAY), Open(method="POST", answer=MAY_SAY)),
    "logout/": (Open(method="POST", answer=302),),
    "account/": (Page(MEMBERS), Page(MEMBERS, method="POST", answer=302)),
    "account/password/": (Page(MEMBERS), Page(MEMBERS, method="POST")),
    # the installer
    "stations/": (Page(INSTALLERS),),
    "stations/export.csv": (Page(INSTALLERS),),
    "add-station/": (Page(TENANT_OPERATORS), Page(TENANT_OPERATORS, method="POST")),
    "add-station/import/": (Page(TENANT_OPERATORS), Page(TENANT_OPERATORS, method="POST")),
    "add-station/import/<uuid:uid>/": (Page(TENANT_OPERATORS, uid="import"),),
    "add-station/import/<uuid:uid>/apply/": (
        Page(TENANT_OPERATORS, method="POST", answer=302, uid="import"),
    ),
    "add-station/import/<uuid:uid>/undo/": (
        Page(TENANT_OPERATORS, method="POST", answer=302, uid="import"),
    ),
    STATION_PAGE: (Page(SEES_SITES, identity="identity"),),
    f"{STATION_PAGE}settings/": (Page(SEES_SITES, identity="identity"),),
    **{
        f"{STATION_PAGE}settings/{door}/": (
            Page(OPERATORS, method="POST", answer=302, identity="identity"),
        )
        for door in ("read", "change", "ready")
    },
    f"{STATION_PAGE}connections/": (Page(SEES_SITES, identity="identity"),),
    f"{STATION_PAGE}sessions/": (Page(SEES_SITES, identity="identity"),),
    f"{STATION_PAGE}log/": (Page(SEES_SITES, identity="identity"),),
    f"{STATION_PAGE}commands/": (Page(SEES_SITES, identity="identity"),),
    f"{STATION_PAGE}power.json": (Page(SEES_SITES, identity="identity"),),
    f"{STATION_PAGE}commands/<slug:kind>/": (
        Page(OPERATORS, method="POST", answer=302, identity="identity", kind="command_kind"),
    ),
    f"{STATION_PAGE}meter/": (
        Page(OPERATORS, identity="identity"),
        Page(OPERATORS, method="POST", identity="identity"),
    ),
    "sessions/<uuid:uid>/": (Page(SEES_SITES, uid="session"),),
    "sites/": (Page(INSTALLERS),),
    "sites/<uuid:uid>/": (Page(SEES_SITES, uid="site"),),
    "sites/<uuid:uid>/change/": (
        Page(OPERATORS, uid="site"),
        Page(OPERATORS, method="POST", uid="site"),
    ),
    "cards/": (Page(TENANT_INSTALLERS),),
    "cards/add/": (Page(TENANT_OPERATORS), Page(TENANT_OPERATORS, method="POST")),
    "cards/<int:card_id>/block/": (
        Page(TENANT_OPERATORS, method="POST", body={"blocked": "yes"}, answer=302, card_id="card"),
    ),
    # finance
    "finance/": (Page(FINANCE, answer=302),),
    "finance/months/<month:month>/": (Page(FINANCE, month="month"),),
    "finance/months/<month:month>/close/": (
        Page(MONEY, month="month"),
        Page(MONEY, method="POST", answer=302, month="month"),
    ),
    "finance/exceptions/": (Page(FINANCE, answer=302),),
    "finance/exceptions/<int:cdr_pk>/": (
        Page(FINANCE, cdr_pk="waiting_cdr"),
        Page(MONEY, method="POST", cdr_pk="waiting_cdr"),
    ),
    "finance/statements/": (Page(FINANCE),),
    "finance/statements/<text:number>/": (Page(FINANCE, number="statement"),),
    f"finance/{DOWNLOAD}": (Page(FINANCE, **ONE_FILE),),
    f"finance/{LINES}": (Page(FINANCE, **ONE_LINE),),
    f"finance/{LINES}record.json": (Page(FINANCE, **ONE_LINE),),
    "finance/agreements/": (Page(FINANCE),),
    "finance/agreements/new/<uuid:link_uid>/": (
        Page(MONEY, link_uid="fresh_link"),
        Page(MONEY, method="POST", link_uid="fresh_link"),
    ),
    "finance/agreements/<int:agreement_id>/": (Page(FINANCE, agreement_id="agreement"),),
    "finance/agreements/<int:agreement_id>/rates/new/": (
        Page(MONEY, agreement_id="agreement"),
        Page(MONEY, method="POST", agreement_id="agreement"),
    ),
    "finance/invite/": (Page(MONEY), Page(MONEY, method="POST")),
    # the employee
    "my/": (Page(EMPLOYEES, answer=302),),
    "my/months/<month:month>/": (Page(EMPLOYEES, month="month"),),
    "my/sessions/<int:cdr_pk>/": (Page(EMPLOYEES, cdr_pk="waiting_cdr"),),
    f"my/{DOWNLOAD}": (Page(EMPLOYEES, **ONE_FILE),),
    f"my/{LINES}": (Page(EMPLOYEES, **ONE_LINE),),
    f"my/{LINES}record.json": (Page(EMPLOYEES, **ONE_LINE),),
    # the site owner
    "own/": (Page(OWNERS, answer=MAY_SAY),),
    SITE: (Page(OWNERS, site_uid="site"),),
    f"{SITE}admit/": (
        Page(OWNERS, site_uid="site"),
        Page(OWNERS, method="POST", site_uid="site"),
    ),
    f"{SITE}payers/<uuid:link_uid>/end/": (
        Page(OWNERS, site_uid="site", link_uid="link"),
        Page(OWNERS, method="POST", answer=302, site_uid="site", link_uid="link"),
    ),
    f"{SITE}access/new/": (
        Page(OWNERS, site_uid="site"),
        Page(OWNERS, method="POST", site_uid="site"),
    ),
    f"{SITE}access/<int:grant_id>/revoke/": (
        Page(OWNERS, site_uid="site", grant_id="grant"),
        Page(OWNERS, method="POST", answer=302, site_uid="site", grant_id="grant"),
    ),
}
STATION = "api/v1/stations/<text:identity>"
CARD = "api/v1/id-tokens/<key:card_id>"
STATEMENT = "api/v1/statements/<text:number>"
ROUTES: dict[str, tuple[Case, ...]] = {
    **PAGES,
    # REST
    "api/schema/": (Open(),),
    "api/docs/": (Open(),),
    "api/v1/stations": (Api("read"),),
    STATION: (Api("read", identity="identity"),),
    f"{STATION}/commands/<text:kind>": (
        Api(
            "operate",
            method="POST",
            body={"type": "soft"},
            answer=202,
            identity="identity",
            kind="command_kind",
        ),
    ),
    "api/v1/commands/<uuid:uid>": (Api("read", uid="command"),),
    "api/v1/sessions": (Api("read"),),
    "api/v1/sessions/<uuid:uid>": (Api("read", uid="session"),),
    "api/v1/sessions/<uuid:uid>/readings": (Api("read", uid="session"),),
    "api/v1/id-tokens": (
        Api("read"),
        Api("operate", method="POST", body={"token": "0A0B0C0D"}, answer=201),
    ),
    CARD: (Api("read", card_id="card"),),
    f"{CARD}/block": (Api("operate", method="POST", card_id="card"),),
    f"{CARD}/unblock": (Api("operate", method="POST", card_id="card"),),
    "api/v1/cdrs": (Api("read"),),
    "api/v1/cdrs/<text:cdr_id>": (Api("read", cdr_id="issued_cdr"),),
    "api/v1/cdrs/received": (Api("finance"),),
    "api/v1/cdrs/received/<text:issuer>/<text:cdr_id>": (
        Api("finance", issuer="issuer", cdr_id="received_cdr"),
    ),
    "api/v1/statements": (Api("finance"),),
    STATEMENT: (Api("finance", number="statement"),),
    f"{STATEMENT}/pdf": (Api("finance", number="statement"),),
    f"{STATEMENT}/csv": (Api("finance", number="statement"),),
    "api/^v1(?:/.*)?$": (
        Case(
            TOKENS - {"foreign-token"},
            path="api/v1/nowhere",
            answer=frozenset({404}),
            is_api=True,
        ),
    ),
}
# On the bare domain: everybody may, and nothing of a tenant's inside is shown.
PUBLIC_ROUTES = {"": 200, "favicon.ico": 302}
