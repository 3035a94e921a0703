"""One running service for what the documents say."""

from collections.abc import Iterator

import pytest

from tests.deployment import Deployment, running_service


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The fixture's rules, one worker."""
    with running_service(tmp_path_factory.mktemp("docs")) as deployment:
        yield deployment
