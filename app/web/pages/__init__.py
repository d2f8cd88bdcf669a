"""One frozen dataclass per template: what the page shows, and nothing else."""
