"""What the pictures of the exercises are made of: poses, equipment, a studio."""
