"""What is decided about webhooks: where they may go, how they are signed, when they are sent again."""
