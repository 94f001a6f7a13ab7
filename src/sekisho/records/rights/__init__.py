"""What people may ask for: access, export, deletion, and who read what."""
