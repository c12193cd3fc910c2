from hypothesis import settings

# no example is judged by the clock of a busy machine, and a failure found once can be found again
settings.register_profile("house", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("house")
