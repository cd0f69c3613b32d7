"""How true the numbers are: features of rendered people, the fit, and the accuracy table."""
