"""What programs ask: named endpoints, the form of their arguments and answers, and the Model Context Protocol."""
