"""Do the summaries that were kept say what the record says?"""

from app.services import summarising
from app.store.database import Database
from tests.builders import LIBRARY


def assert_told(database: Database) -> None:
    """Every cycle has a summary, and it is the one that follows from the record alone."""
    with database.reading() as tx:
        assert [one for one in summarising.look_again(tx, LIBRARY) if one.differed] == []
