"""Keys of content, in a database apart from the content.

    root key (setting or file) ──wraps──▶ subject key ──wraps──▶ conversation key ──encrypts──▶ content
    (elsewhere)

Destroying 32 bytes here makes a conversation unreadable wherever copies of its ciphertext lie, backups
included (R-DATA-113). That holds only while keys and content are stored and backed up apart.
"""
