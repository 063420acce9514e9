"""What can go wrong between a folder of files and a list of passages.

IndexingError
├── SourceError                 a path that was given cannot be used
│   ├── SourceMissing           nothing is there
│   └── SourceUnreadable        no right to read it
├── LoadError                   one file cannot be turned into a document; it is reported, the rest is kept
├── ReaderError                 the processes that read files do not start
├── StoreError                  the index folder cannot be used
│   ├── IndexMissing            no index was made there yet
│   ├── IndexCorrupt            the truth (SQLite) is damaged
│   ├── IndexTooNew             made by a newer version
│   ├── IndexLocked             another process is writing
│   └── DiskFull                no room to finish; nothing was half-written
├── EmbedderMismatch            the index was made with another embedder
├── DimensionMismatch           vectors are not as wide as the index
├── WeightsError                model weights are missing or damaged
└── QueryError                  a query that cannot be searched

Every message says what was found, what was expected and what to do next, in one line.
"""


class IndexingError(Exception):
    """The base class of every error of this package."""


class SourceError(IndexingError):
    """A path that was given cannot be used."""


class SourceMissing(SourceError):
    """Nothing is at the path."""


class SourceUnreadable(SourceError):
    """The path may not be read."""


class LoadError(IndexingError):
    """One file cannot be turned into a document."""


class ReaderError(IndexingError):
    """The processes that read files do not start."""


class StoreError(IndexingError):
    """The index folder cannot be used."""


class IndexMissing(StoreError):
    """No index was made there yet."""


class IndexCorrupt(StoreError):
    """The SQLite file is damaged."""


class IndexTooNew(StoreError):
    """The index was made by a newer version."""


class IndexLocked(StoreError):
    """Another process is writing to the index."""


class DiskFull(StoreError):
    """There is no room left; nothing was half-written."""


class EmbedderMismatch(IndexingError):
    """The index was made with another embedder."""


class DimensionMismatch(IndexingError):
    """Vectors are not as wide as the index."""


class WeightsError(IndexingError):
    """Model weights are missing or damaged."""


class QueryError(IndexingError):
    """A query cannot be searched."""
