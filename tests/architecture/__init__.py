"""What holds for the repository as a whole: arrows, pins, layout and public names."""
