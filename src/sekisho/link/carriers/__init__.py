"""Ways to carry snapshots down and journals up. `local` uses files on one machine; none of them imports
Django."""
