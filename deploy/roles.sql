-- The runtime role serves and works; the owner (POSTGRES_USER) migrates and may act as runtime.
CREATE ROLE laadboek_runtime LOGIN;
GRANT laadboek_runtime TO laadboek_owner;
