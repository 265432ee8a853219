# Where a Debian package would put things.
include(GNUInstallDirs)
install(TARGETS kaidod kaido RUNTIME DESTINATION sbin)
