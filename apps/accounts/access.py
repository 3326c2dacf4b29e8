"""Who may do what: roles in a tenant, levels on a site (pure).

An empty set of rights shows nothing: there is no "no filter".
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Level(IntEnum):
    """What a person sees of a site; each level holds the ones below it."""

    BASIC = 1  # status
    SENSITIVE = 2  # cards, sessions, logs
    OPERATE = 3  # commands, configuration
    FINANCE = 4  # money


ROLES = ("administrator", "installer", "operator", "finance", "employee", "auditor")
# What a role sees of every site of its tenant.
ROLE_LEVEL: Mapping[str, Level] = {
    "administrator": Level.FINANCE,
    "installer": Level.OPERATE,
    "operator": Level.OPERATE,
    "auditor": Level.SENSITIVE,
}
# Which areas of the dashboard a role opens.
ROLE_AREAS: Mapping[str, frozenset[str]] = {
    "administrator": frozenset({"installers", "finance"}),
    "installer": frozenset({"installers"}),
    "operator": frozenset({"installers"}),
    "finance": frozenset({"finance"}),
    "employee": frozenset({"employees"}),
    "auditor": frozenset({"installers", "finance"}),
}
ROLES_THAT_CHANGE_MONEY = frozenset({"administrator", "finance"})


@dataclass(frozen=True, slots=True)
class Access:
    """One person's rights in one tenant at one moment."""

    user_id: int
    roles: frozenset[str] = frozenset()
    owned: frozenset[uuid.UUID] = frozenset()
    granted: Mapping[uuid.UUID, Level] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether this person has nothing at all here."""
        return not (self.roles or self.owned or self.granted)

    @property
    def areas(self) -> frozenset[str]:
        """The areas of the dashboard this person may open."""
        found = {area for role in self.roles for area in ROLE_AREAS.get(role, frozenset())}
        if self.owned:
            found.add("owners")
        if self.granted:
            found.add("installers")
        return frozenset(found)

    @property
    def tenant_level(self) -> Level | None:
        """The level on every site of the tenant, by role; None when roles give no site at all."""
        return max((ROLE_LEVEL[r] for r in self.roles if r in ROLE_LEVEL), default=None)

    @property
    def changes_money(self) -> bool:
        """Whether this person may close a month or decide on an exception."""
        return bool(self.roles & ROLES_THAT_CHANGE_MONEY)

    def level_on(self, site_uid: uuid.UUID) -> Level | None:
        """Return the level on one site, or None."""
        levels = [self.tenant_level, self.granted.get(site_uid)]
        if site_uid in self.owned:
            levels.append(Level.SENSITIVE)
        return max((level for level in levels if level is not None), default=None)

    def may(self, needed: Level, site_uid: uuid.UUID) -> bool:
        """Whether this person reaches a level on a site."""
        level = self.level_on(site_uid)
        return level is not None and level >= needed

    def sites_at(self, needed: Level) -> frozenset[uuid.UUID] | None:
        """Return the sites visible at a level; None means every site of the tenant."""
        if self.tenant_level is not None and self.tenant_level >= needed:
            return None
        owned = self.owned if needed <= Level.SENSITIVE else frozenset()
        return owned | {uid for uid, level in self.granted.items() if level >= needed}
