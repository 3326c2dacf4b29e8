"""Who and what exists in the demo: plain data, no database."""

from dataclasses import dataclass, field

INSTALLER, EMPLOYER = "duinmeer", "zilverberk"
TENANTS = (
    (INSTALLER, "Duinmeer Installatie", "installer"),
    (EMPLOYER, "Zilverberk Logistiek", "employer"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a login; `tenant` is where they log in."""

    name: str
    email: str
    role: str  # as in demo.json
    tenant: str
    is_told: bool = False  # printed and in demo.json


ANNA = Person("Anna Duin", "anna@duinmeer.example", "installer", INSTALLER, is_told=True)
BAS = Person("Bas Vermeer", "bas@zilverberk.example", "employee", EMPLOYER, is_told=True)
CARLA = Person("Carla Zilver", "carla@zilverberk.example", "finance", EMPLOYER, is_told=True)
DIRK = Person("Dirk Hagen", "dirk@hagen.example", "site_owner", INSTALLER, is_told=True)
EVA = Person("Eva de Wit", "eva@zilverberk.example", "employee", EMPLOYER)
FENNA = Person("Fenna Bos", "fenna@zilverberk.example", "employee", EMPLOYER)
GIJS = Person("Gijs Mulder", "gijs@zilverberk.example", "employee", EMPLOYER)
HANNA = Person("Hanna Kroon", "hanna@kroonpand.example", "site_owner", INSTALLER)
PEOPLE = (ANNA, BAS, CARLA, DIRK, EVA, FENNA, GIJS, HANNA)


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter as the installer recorded it."""

    make: str
    serial: str
    mid_marking: str = ""
    mid_year: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A charging station: what the simulator plays and what the installer recorded."""

    identity: str
    meter: Meter
    profile: str = "home"
    connectors: int = 1
    max_w: int = 11_000
    vendor: str = "Laadboek"
    model: str = "Sim 11"
    habit: str = ""
    register_wh: int = 0
    chance_percent: int = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A site, who owns it, whose cards charge there."""

    name: str
    street: str
    postal_code: str
    city: str
    region: str
    ean: str
    owner: Person
    boxes: tuple[Box, ...]
    employee: Person | None = None  # paid for by the employer
    token: str = ""
    local_tokens: tuple[tuple[str, str], ...] = field(default=())  # (card, label) of the installer


def _mid(serial: str, year: int = 2025) -> Meter:
    return Meter("Iskra WM3M4", serial, f"CE M{year % 100} 0122", year)


PLACES = (
    Place(
        "Duinweg 12",
        "Duinweg 12",
        "2041 AB",
        "Zandvoort",
        "Noord-Holland",
        "871685900000012342",
        DIRK,
        (Box("NL-DUIN-0012", _mid("WM-77120412"), register_wh=1_284_310),),
        BAS,
        "04A1B2C3D4E580",
    ),
    Place(
        "Lindelaan 4",
        "Lindelaan 4",
        "2015 KL",
        "Haarlem",
        "Noord-Holland",
        "871685900000012359",
        EVA,
        (
            Box(
                "NL-LIND-0004",
                Meter("Eastron SDM72", "SDM-0042917"),  # no conformity evidence: grade C
                max_w=7_400,
                model="Sim 7",
                register_wh=402_118,
            ),
        ),
        EVA,
        "0466D1A2905F84",
    ),
    Place(
        "Molenstraat 31",
        "Molenstraat 31",
        "2161 HP",
        "Lisse",
        "Zuid-Holland",
        "871685900000012366",
        FENNA,
        (
            Box(
                "NL-MOLE-0031",
                _mid("WM-77120733"),
                habit="forgets_stop",  # grade D
                register_wh=2_740_902,
            ),
        ),
        FENNA,
        "049C7711EE3A81",
    ),
    Place(
        "Kerkpad 9",
        "Kerkpad 9",
        "2211 XZ",
        "Noordwijkerhout",
        "Zuid-Holland",
        "871685900000012373",
        GIJS,
        (
            Box(
                "NL-KERK-0009",
                _mid("WM-77120988", 2024),
                habit="register_resets",  # grade E
                register_wh=3_118_450,
            ),
        ),
        GIJS,
        "04B20F6C1D7782",
    ),
    Place(
        "Kantoor Kroonpand",
        "Havenkade 200",
        "2031 EC",
        "Haarlem",
        "Noord-Holland",
        "871685900000012380",
        HANNA,
        tuple(
            Box(
                f"NL-KROON-{number:02}",
                _mid(f"WM-8021{number:04}"),
                profile="office",
                connectors=2,
                max_w=22_000,
                model="Sim 22",
                register_wh=700_000 + 91_250 * number,
                chance_percent=25,
            )
            for number in range(1, 5)
        ),
        local_tokens=tuple(
            (f"0477AA10B0C1{number:02}", f"Kantoorpas {number}") for number in range(1, 9)
        ),
    ),
)
