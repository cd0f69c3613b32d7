"""Pictures in: photo files, folders and arrays become upright, unmirrored `Frame` values.

Nothing below this package knows of file formats, EXIF, colour profiles or mirrors.
"""

from levelback.capture.arrays import frame_from_array
from levelback.capture.frame import Frame
from levelback.capture.photo import frame_from_bytes, read_photo
from levelback.capture.sources import list_photos

__all__ = ["Frame", "frame_from_array", "frame_from_bytes", "list_photos", "read_photo"]
