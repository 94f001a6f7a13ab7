"""The control plane's JSON API: what needs the database, for whoever holds an API key. One module a topic."""
