"""A company repository: read with positions, validated, versioned by git."""
