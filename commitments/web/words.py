"""What a page says: words as they are, or marked ones that wait to be shown to know their language."""

from django.utils.functional import Promise

Words = str | Promise
