"""The dataset's setting: a folder or a URL."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from app.dataset.bucket import Bucket, s3_filesystem
from app.dataset.dataset_errors import DatasetError
from app.dataset.dataset_store import DatasetStore
from app.dataset.local_folder import LocalFolder

SETTING = "FOREWARN_DATASET"
EXPECTED = "a folder, or s3://bucket/prefix[?endpoint_override=host:port&scheme=http&region=...]"

_S3_OPTIONS = {"endpoint_override", "scheme", "region"}


def store_of(dataset: str) -> DatasetStore:
    """The store that a setting names. Raises DatasetError; touches neither disk nor network."""
    if "://" not in dataset:
        return LocalFolder(Path(dataset))
    try:
        parts = urlsplit(dataset)
    except ValueError:
        raise _refusal(dataset) from None
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return LocalFolder(Path(unquote(parts.path)))
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc:
        raise _refusal(dataset)
    options = dict(parse_qsl(parts.query))
    if unknown := sorted(options.keys() - _S3_OPTIONS):
        raise _refusal(dataset, f" with the unknown option {unknown[0]!r}")
    endpoint = options.get("endpoint_override") or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get(
        "AWS_ENDPOINT_URL"
    )  # fmt: skip
    return Bucket(s3_filesystem(options, endpoint), f"{parts.netloc}{parts.path}".rstrip("/"), endpoint)


def _refusal(dataset: str, why: str = "") -> DatasetError:
    scheme = dataset.partition("://")[0]
    return DatasetError(f"{SETTING}: a {scheme}:// URL that cannot be used{why}; expected {EXPECTED}")
