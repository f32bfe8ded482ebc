# test_<module> from src/<module>/**/*_test.cc, test_integration from tests/*.cc, and the check of the layers.

include(GoogleTest)

# inquest_add_test(NAME SUPPORT SOURCES... ): an executable whose every TEST is one ctest test, called NAME.Suite.Case.
function(inquest_add_test name support)
  add_executable(test_${name} ${ARGN})
  target_link_libraries(test_${name} PRIVATE ${support} GTest::gtest_main)
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  gtest_discover_tests(test_${name}
    TEST_PREFIX "${name}."
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

file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/*.cc")
if(sources)
  inquest_add_test(integration inquest_test_support ${sources})
  if(TARGET inquest)
    add_dependencies(test_integration inquest)  # which these tests run
  endif()
endif()

add_test(NAME layers COMMAND "${CMAKE_SOURCE_DIR}/cmake/check_layers.sh" "${CMAKE_SOURCE_DIR}")
add_test(NAME layers_selftest COMMAND "${CMAKE_SOURCE_DIR}/cmake/check_layers_selftest.sh")
set_tests_properties(layers layers_selftest PROPERTIES LABELS "tree" TIMEOUT 60)
