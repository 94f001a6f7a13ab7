"""What passed the gate: turns, their content (encrypted), and the inventory of all data that Sekisho
keeps."""
