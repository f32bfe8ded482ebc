# The knowledge base, rules/**.toml, compiled by a program of our own to bytes that the program carries.

file(GLOB_RECURSE rule_files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/rules/*.toml")

# The module without what it carries: the compiler cannot wait for its own output.
file(GLOB compiler_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/rules/*.cc")
list(FILTER compiler_sources EXCLUDE REGEX "(_test|_fuzz|/builtin)\\.cc$")
find_package(PkgConfig REQUIRED QUIET)
pkg_check_modules(libhs REQUIRED QUIET IMPORTED_TARGET GLOBAL libhs)
pkg_check_modules(re2 REQUIRED QUIET IMPORTED_TARGET GLOBAL re2)
find_package(tomlplusplus REQUIRED QUIET)
add_executable(compile_rules src/rules/compile_rules/main.cc ${compiler_sources})
target_link_libraries(compile_rules PRIVATE
  inquest::base inquest_options PkgConfig::libhs PkgConfig::re2 tomlplusplus::tomlplusplus)

set(knowledge "${CMAKE_BINARY_DIR}/generated/rules/knowledge.bin")
set(patterns "${CMAKE_BINARY_DIR}/generated/rules/patterns.bin")
add_custom_command(
  OUTPUT "${knowledge}" "${patterns}"
  COMMAND compile_rules "${knowledge}" "${patterns}" "${CMAKE_SOURCE_DIR}/rules"
  DEPENDS ${rule_files} compile_rules
  COMMENT "Compiling the knowledge base"
  VERBATIM)

inquest_embed(rules builtin_knowledge "${knowledge}")
inquest_embed(rules builtin_patterns "${patterns}")
