"""Finding the person: landmarks, their spread, the silhouette and the view."""
