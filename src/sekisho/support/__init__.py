"""How somebody gets help: who may ask whom, articles, search, the messenger, the bot, and those who are locked out."""
