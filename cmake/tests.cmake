# test_<module> from src/<module>/**/*_test.cc, test_integration from tests/*.cc, the laws by the shard, and the check of the layers.

include(GoogleTest)

# inquest_add_test(NAME SUPPORT SOURCES... [EXCEPT FILTER]): an executable whose every TEST, but for those that gtest's FILTER
# names, is one ctest test, called NAME.Suite.Case.
function(inquest_add_test name support)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "EXCEPT" "")
  set(chosen)
  if(arg_EXCEPT)
    set(chosen TEST_FILTER "-${arg_EXCEPT}")
  endif()
  add_executable(test_${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(test_${name} PRIVATE ${support} GTest::gtest_main)
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  gtest_discover_tests(test_${name}
    TEST_PREFIX "${name}."
    ${chosen}
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${name}" TIMEOUT 120)
endfunction()

foreach(module IN LISTS INQUEST_MODULES)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${module}/*_test.cc")
  if(sources)
    inquest_test_support_of(${module} support)
    inquest_add_test(${module} ${support} ${sources})
    target_link_libraries(test_${module} PRIVATE inquest::${module})
    if(module STREQUAL "crashtext")  # its tests look at the pattern files and at compiled patterns
      target_link_libraries(test_crashtext PRIVATE tomlplusplus::tomlplusplus PkgConfig::re2)
    endif()
  endif()
endforeach()

# The laws are thousands of short cases in the largest program, whose start alone takes longer than most of them, and ten times
# as long under the sanitizers. So they run by the shard, and all other cases one by one, which names those that are skipped.
set(laws "*Laws.*:*Verdicts.*")
set(law_shards 16)
file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/*.cc")
if(sources)
  inquest_add_test(integration inquest_test_support ${sources} EXCEPT ${laws})
  math(EXPR last_shard "${law_shards} - 1")
  foreach(shard RANGE ${last_shard})
    add_test(NAME integration.laws.${shard} COMMAND test_integration "--gtest_filter=${laws}" --gtest_brief=1)
    set_tests_properties(integration.laws.${shard} PROPERTIES LABELS "integration;laws" TIMEOUT 1200
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${law_shards};GTEST_SHARD_INDEX=${shard}")
  endforeach()
  if(TARGET inquest)
    add_dependencies(test_integration inquest)  # which these tests run
  endif()
endif()

add_test(NAME layers COMMAND "${CMAKE_SOURCE_DIR}/cmake/check_layers.sh" "${CMAKE_SOURCE_DIR}")
add_test(NAME layers_selftest COMMAND "${CMAKE_SOURCE_DIR}/cmake/check_layers_selftest.sh")
set_tests_properties(layers layers_selftest PROPERTIES LABELS "tree" TIMEOUT 60)
