"""Files that come with a form, kept in memory and bounded: what we accept never lies readable on a disk.

The setting `FILE_UPLOAD_MAX_MEMORY_SIZE` lets the server keep the whole request in memory too.
"""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class BoundedUpload(FileUploadHandler):
    """Takes files up to `limit` bytes together. What goes beyond is dropped as it comes in, and `is_over` says so;
    the other fields of the form stay, so that nobody types anything twice."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.is_over = False
        self._left = limit
        self._chunks: list[bytes] = []

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self._chunks = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._left -= len(raw_data)
        if self._left < 0:
            self.is_over = True
            raise SkipFile
        self._chunks.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        content = b"".join(self._chunks)
        return InMemoryUploadedFile(
            BytesIO(content),
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            len(content),
            self.charset,
            self.content_type_extra,
        )
