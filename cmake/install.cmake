# Where a Debian package would put things: cmake --install BUILD --prefix /usr
include(GNUInstallDirs)
install(TARGETS kaidod kaido kaido-reflector RUNTIME DESTINATION sbin)
install(FILES systemd/kaidod.service systemd/kaido-reflector.service systemd/kaido-reflector.socket
  DESTINATION lib/systemd/system)
install(FILES configs/dbus/org.kaido.Gateway1.conf DESTINATION share/dbus-1/system.d)
install(FILES configs/polkit/org.kaido.gateway.policy DESTINATION share/polkit-1/actions)
install(FILES configs/polkit/org.kaido.gateway.rules DESTINATION share/polkit-1/rules.d
  RENAME 50-org.kaido.gateway.rules)
install(FILES configs/strongswan/kaido.conf DESTINATION /etc/strongswan.d)
install(FILES README.md LICENSE DESTINATION share/doc/kaido)
install(FILES configs/branch.toml configs/hub.toml DESTINATION share/doc/kaido/examples)
