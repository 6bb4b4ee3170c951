"""Which database does a test of what runs by itself work on?"""

from tests.services.conftest import database, ward

__all__ = ["database", "ward"]
