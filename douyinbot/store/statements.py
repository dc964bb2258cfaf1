"""The store's SQL, built once; SQLite (3.35 or later) and PostgreSQL understand every word of it.

An entry is there while its expires_at is NULL or after :now; `GET` and `DELETE` leave that to the caller.
"""

import re
from typing import Any, Final

from sqlalchemy import BigInteger, Double, Integer, TextClause, bindparam, text
from sqlalchemy.types import Text, TypeEngine

__all__ = [
    "ADOPT",
    "CLEAR",
    "COPY",
    "DELETE",
    "EXPIRE",
    "GET",
    "INCREMENT_FLOAT",
    "INCREMENT_INT",
    "KEYS",
    "PUT",
    "REMOVE_EXPIRED",
    "SWEEP",
    "TOP",
]

# asyncpg wants to know each type beforehand, NULL or not.
_TYPES: Final[dict[str, type[TypeEngine[Any]]]] = {
    "namespace": Text,
    "key": Text,
    "first": Text,
    "last": Text,
    "json": Text,
    "int": BigInteger,
    "float": Double,
    "now": BigInteger,
    "expires": BigInteger,
    "int_low": BigInteger,
    "int_high": BigInteger,
    "float_low": Double,
    "float_high": Double,
    "n": Integer,
}


def _statement(sql: str) -> TextClause:
    names = dict.fromkeys(re.findall(r":(\w+)", sql))
    return text(sql).bindparams(*(bindparam(name, type_=_TYPES[name]()) for name in names))


GET: Final = _statement("""
    SELECT json_value, int_value, float_value, expires_at FROM entries
    WHERE namespace = :namespace AND key = :key
""")

PUT: Final = _statement("""
    INSERT INTO entries (namespace, key, json_value, int_value, float_value, expires_at)
    VALUES (:namespace, :key, :json, :int, :float, :expires)
    ON CONFLICT (namespace, key) DO UPDATE SET
        json_value = excluded.json_value,
        int_value = excluded.int_value,
        float_value = excluded.float_value,
        expires_at = excluded.expires_at
""")

# Of a rehearsal: what is copied never replaces what is there.
ADOPT: Final = _statement("""
    INSERT INTO entries (namespace, key, json_value, int_value, float_value, expires_at)
    VALUES (:namespace, :key, :json, :int, :float, :expires)
    ON CONFLICT (namespace, key) DO NOTHING
""")

COPY: Final = _statement("""
    SELECT key, json_value, int_value, float_value, expires_at FROM entries
    WHERE namespace = :namespace AND key BETWEEN :first AND :last
        AND (expires_at IS NULL OR expires_at > :now)
""")

CLEAR: Final = _statement("DELETE FROM entries")

# Adding to NULL gives NULL, so that a whole number stays whole and the other column stays empty. No row comes
# back where the entry is not a number, or where the sum would be too large: SQLite would make it inexact.
INCREMENT_INT: Final = _statement("""
    INSERT INTO entries (namespace, key, int_value, expires_at) VALUES (:namespace, :key, :int, :expires)
    ON CONFLICT (namespace, key) DO UPDATE SET
        json_value = NULL,
        int_value = CASE WHEN entries.expires_at <= :now THEN :int ELSE entries.int_value + :int END,
        float_value = CASE WHEN entries.expires_at <= :now THEN NULL ELSE entries.float_value + :int END,
        expires_at = CASE WHEN entries.expires_at <= :now THEN :expires ELSE entries.expires_at END
    WHERE entries.expires_at <= :now
        OR entries.float_value IS NOT NULL
        OR entries.int_value BETWEEN :int_low AND :int_high
    RETURNING int_value, float_value
""")

INCREMENT_FLOAT: Final = _statement("""
    INSERT INTO entries (namespace, key, float_value, expires_at) VALUES (:namespace, :key, :float, :expires)
    ON CONFLICT (namespace, key) DO UPDATE SET
        json_value = NULL,
        int_value = NULL,
        float_value = CASE
            WHEN entries.expires_at <= :now THEN :float
            ELSE coalesce(entries.float_value, entries.int_value) + :float
        END,
        expires_at = CASE WHEN entries.expires_at <= :now THEN :expires ELSE entries.expires_at END
    WHERE entries.expires_at <= :now
        OR coalesce(entries.float_value, entries.int_value) BETWEEN :float_low AND :float_high
    RETURNING int_value, float_value
""")

DELETE: Final = _statement("""
    DELETE FROM entries WHERE namespace = :namespace AND key = :key RETURNING expires_at
""")

EXPIRE: Final = _statement("""
    UPDATE entries SET expires_at = :expires
    WHERE namespace = :namespace AND key = :key AND (expires_at IS NULL OR expires_at > :now)
    RETURNING key
""")

# A prefix is a range from itself to itself and the last character there is: no LIKE, no wildcards, one index.
KEYS: Final = _statement("""
    SELECT key FROM entries
    WHERE namespace = :namespace AND key BETWEEN :first AND :last
        AND (expires_at IS NULL OR expires_at > :now)
    ORDER BY key
""")

TOP: Final = _statement("""
    SELECT key, int_value, float_value FROM entries
    WHERE namespace = :namespace AND key BETWEEN :first AND :last
        AND (expires_at IS NULL OR expires_at > :now)
        AND json_value IS NULL
    ORDER BY coalesce(float_value, int_value) DESC, key
    LIMIT :n
""")

REMOVE_EXPIRED: Final = _statement("""
    DELETE FROM entries WHERE namespace = :namespace AND key = :key AND expires_at <= :now
""")

SWEEP: Final = _statement("DELETE FROM entries WHERE expires_at <= :now RETURNING key")
