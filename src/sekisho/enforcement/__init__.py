"""From verdicts to consequences: decisions, strikes, standing, restrictions."""
