"""Envelopes: who a mail goes to and from, under which names, and what machines read on it."""

from commitments.models.links import reply_address_of, unsubscribe_url_of
from notifications import rendering
from notifications.domain.kinds import ONLY_NEWS_STOPS
from notifications.domain.letter import Envelope, StaffList
from notifications.selectors.material import Material
from notifications.services.planning import message_id_domain


def envelope_of(material: Material) -> Envelope:
    """Address a mail: a person's under their name, automatic mail under the team's."""
    letter = material.letter
    about = "lists" if isinstance(letter, StaffList) else f"promise-{letter.reference.lower()}"
    whose = f"-user-{material.recipient}" if not material.to_customer else ""
    if material.is_copy:
        whose = f"-customer-{material.customer}"
    to_name = letter.reader if isinstance(letter, StaffList) or not material.to_customer else letter.customer
    return Envelope(
        to_name=to_name,
        to_address=material.facts.address,
        from_name=rendering.sender_name(letter),
        message_id=material.message_id,
        mail_id=str(material.id),
        is_repeat=material.possible_duplicate,
        thread=f"<{about}{whose}@{message_id_domain()}>",
        is_automatic=material.is_automatic or not material.to_customer,
        reply_to=reply_address_of(material.link) if material.link else "",
        unsubscribe_url=unsubscribe_url_of(material.link) if material.link and material.kind in ONLY_NEWS_STOPS else "",
    )
