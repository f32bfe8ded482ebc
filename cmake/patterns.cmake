# The patterns of crashes, src/crashtext/patterns/*.toml, compiled to constant data by a program of our own.

file(GLOB patterns CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/crashtext/patterns/*.toml")
list(SORT patterns)
find_package(tomlplusplus REQUIRED QUIET)
find_package(PkgConfig REQUIRED QUIET)
pkg_check_modules(re2 REQUIRED QUIET IMPORTED_TARGET GLOBAL re2)

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
