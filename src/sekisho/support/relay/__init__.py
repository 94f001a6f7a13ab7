"""A member's question goes to the owner, and from there to people: on behalf of the member, answered, or declined."""
