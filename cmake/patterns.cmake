# The patterns of crashes, src/crashtext/patterns/*.toml, compiled to constant data by a program of our own.

file(GLOB patterns CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/crashtext/patterns/*.toml")
list(SORT patterns)
find_package(tomlplusplus REQUIRED QUIET)
find_package(PkgConfig REQUIRED QUIET)
pkg_check_modules(re2 REQUIRED QUIET IMPORTED_TARGET GLOBAL re2)
pkg_check_modules(libhs REQUIRED QUIET IMPORTED_TARGET GLOBAL libhs)

add_executable(compile_patterns src/crashtext/compile_patterns/main.cc)
target_link_libraries(compile_patterns PRIVATE inquest_options fmt::fmt tomlplusplus::tomlplusplus PkgConfig::re2)

set(patterns_source "${CMAKE_BINARY_DIR}/generated/crashtext/patterns.cc")
add_custom_command(
  OUTPUT "${patterns_source}"
  COMMAND compile_patterns "${patterns_source}" ${patterns}
  DEPENDS ${patterns} compile_patterns
  COMMENT "Compiling the patterns of crashes"
  VERBATIM)
set_property(GLOBAL APPEND PROPERTY INQUEST_GENERATED_crashtext "${patterns_source}")

# The words that reports begin with, compiled to vectorscan's automaton: 30 ms that no run of the program has to wait for.
add_executable(compile_headers src/crashtext/compile_headers/main.cc src/crashtext/header_database.cc "${patterns_source}")
target_link_libraries(compile_headers PRIVATE inquest::base inquest_options PkgConfig::libhs)
set(headers "${CMAKE_BINARY_DIR}/generated/crashtext/headers.bin")
add_custom_command(
  OUTPUT "${headers}"
  COMMAND compile_headers "${headers}"
  DEPENDS compile_headers
  COMMENT "Compiling the words that crash reports begin with"
  VERBATIM)
inquest_embed(crashtext builtin_headers "${headers}")
