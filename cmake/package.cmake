# (man page, install, package)
