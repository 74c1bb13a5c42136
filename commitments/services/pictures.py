"""Keeping a picture that somebody chose."""

from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext

from commitments.domain.pictures import AT_MOST_BYTES, AT_MOST_PIXELS, Frame, NoPicture, look_at
from commitments.models import Picture
from commitments.services.refusals import Refused


def check_picture(*, contents: bytes) -> Frame:
    """Read a PNG, JPEG or WebP picture's frame. Raises Refused (too large, or something else)."""
    if len(contents) > AT_MOST_BYTES:
        raise Refused(
            gettext("The picture is larger than %(size)s kB. Make it smaller first.")
            % {"size": AT_MOST_BYTES // 1_000},
            field="logo",
        )
    try:
        frame = look_at(contents)
    except NoPicture as error:
        raise Refused(gettext("This is no PNG, JPEG or WebP picture. Choose another file."), field="logo") from error
    if max(frame.width, frame.height) > AT_MOST_PIXELS:
        raise Refused(
            gettext(
                "The picture is %(width)s × %(height)s pixels large; the most is %(number)s either way. "
                "Make it smaller first."
            )
            % {"width": frame.width, "height": frame.height, "number": AT_MOST_PIXELS},
            field="logo",
        )
    return frame


def keep_picture(*, contents: bytes, now: datetime) -> Picture:
    """Keep a picture; the same one twice is kept once. Raises Refused."""
    frame = check_picture(contents=contents)
    picture, _ = Picture.objects.get_or_create(
        digest=sha256(contents).hexdigest()[:32],
        defaults={"media_type": frame.format.value, "contents": contents, "kept_at": now},
    )
    return picture
