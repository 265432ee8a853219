// Certificates that several tests read.
#pragma once

namespace kaido::test {

/// Of CN=mika laptop, without alternative names.
inline constexpr char kMika[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBgjCCASmgAwIBAgIUbgRYthKzz8MRb9r96hW141RUurcwCgYIKoZIzj0EAwIw\n"
    "FjEUMBIGA1UEAwwLbWlrYSBsYXB0b3AwIBcNMjYxMTI4MTQ0ODU4WhgPMjEyNjEx\n"
    "MDQxNDQ4NThaMBYxFDASBgNVBAMMC21pa2EgbGFwdG9wMFkwEwYHKoZIzj0CAQYI\n"
    "KoZIzj0DAQcDQgAEZSvZqQ9bxl8kPWHkmXmM83RfK3jFSAf93702pZPBWFhbdfK/\n"
    "lBBtRtQ8WuYnHwSHSx3mMtOu6QdSMI/ZdrnlUaNTMFEwHQYDVR0OBBYEFCUHE9jE\n"
    "eXO5xcSeGd4OFYNHyrMLMB8GA1UdIwQYMBaAFCUHE9jEeXO5xcSeGd4OFYNHyrML\n"
    "MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgMtfxQQL1lJKHY1Km\n"
    "L0ku/rduDoBrS8RnsRjp9MdnV1QCIFFdA2gOBc6EqQzcmUAo8YkVfOf2FiBxKI6I\n"
    "HkYg4q5Q\n"
    "-----END CERTIFICATE-----\n";

}  // namespace kaido::test
