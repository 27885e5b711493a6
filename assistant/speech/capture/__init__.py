"""Sound in: the microphone, files and pipes as frames, and how loud they are."""
