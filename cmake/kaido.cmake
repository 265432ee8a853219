# Helpers, compiler settings and the system's libraries, each found once.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(fmt REQUIRED)
find_package(sdbus-c++ REQUIRED)
pkg_check_modules(MNL REQUIRED IMPORTED_TARGET libmnl)
pkg_check_modules(NFTABLES REQUIRED IMPORTED_TARGET libnftables)
pkg_check_modules(OATH REQUIRED IMPORTED_TARGET liboath)
pkg_check_modules(QRENCODE REQUIRED IMPORTED_TARGET libqrencode)
find_package(SQLiteCpp REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

add_library(kaido_flags INTERFACE)
target_compile_options(kaido_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of GCC 12 around std::optional, std::variant and std::expected at -O2.
  target_compile_options(kaido_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict
    -Wno-array-bounds -Wno-stringop-overflow)
else()
  target_compile_options(kaido_flags INTERFACE -Wno-missing-designated-field-initializers)
endif()
target_compile_definitions(kaido_flags INTERFACE KAIDO_VERSION="${PROJECT_VERSION}"
  $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
if(KAIDO_SANITIZE)
  target_compile_options(kaido_flags INTERFACE -fsanitize=${KAIDO_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(kaido_flags INTERFACE -fsanitize=${KAIDO_SANITIZE})
else()
  target_compile_options(kaido_flags INTERFACE -fstack-protector-strong)
  target_link_options(kaido_flags INTERFACE -Wl,-z,relro,-z,now)
endif()
if(KAIDO_FUZZ)
  target_compile_options(kaido_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Asio is compiled once, here; every user sees declarations only.
add_library(kaido_asio STATIC cmake/asio.cpp)
target_compile_definitions(kaido_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)
target_link_libraries(kaido_asio PUBLIC Boost::headers Threads::Threads kaido_flags)

# kaido_library(NAME LIBS…): a static library of all .cpp files of this folder, warnings as errors.
function(kaido_library name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC ${ARGN} kaido_flags)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARGN})
  endif()
endfunction()

# kaido_test(NAME LIBS…): a GoogleTest program of all .cpp files of this folder.
function(kaido_test name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARGN} GTest::gtest GTest::gtest_main kaido_flags)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
