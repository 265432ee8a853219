# Where a Debian package would put things: cmake --install BUILD --prefix /usr
include(GNUInstallDirs)
# In everybody's PATH: members of the group kaido use it, and polkit decides.
install(TARGETS kaido RUNTIME DESTINATION bin)
install(TARGETS kaidod kaido-reflector kaido-portal RUNTIME DESTINATION sbin)
install(FILES systemd/kaidod.service systemd/kaido-guard.service systemd/kaido-reflector.service
  systemd/kaido-reflector.socket systemd/kaido-portal.service systemd/kaido-portal.socket
  systemd/kaido-portal-kaidod.socket
  DESTINATION lib/systemd/system)
install(FILES configs/dbus/org.kaido.Gateway1.conf DESTINATION share/dbus-1/system.d)
install(FILES configs/polkit/org.kaido.gateway.policy DESTINATION share/polkit-1/actions)
install(FILES configs/polkit/org.kaido.gateway.rules DESTINATION share/polkit-1/rules.d
  RENAME 50-org.kaido.gateway.rules)
install(FILES configs/strongswan/kaido.conf DESTINATION /etc/strongswan.d)
# Where the README's links lead to.
install(FILES README.md LICENSE DESTINATION share/doc/kaido)
install(DIRECTORY docs DESTINATION share/doc/kaido)
install(FILES cli/README.md DESTINATION share/doc/kaido/cli)
install(FILES systemd/README.md DESTINATION share/doc/kaido/systemd)
install(FILES configs/README.md configs/branch.toml configs/hub.toml configs/bird.conf
  DESTINATION share/doc/kaido/configs)
install(FILES configs/networkd/kaido.conf DESTINATION share/doc/kaido/configs/networkd)
