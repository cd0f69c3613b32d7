"""From landmarks and picture to measures with intervals."""
