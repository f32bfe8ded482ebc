# inquest_test_support: builders of synthetic evidence, the laws of a format and the like, from tests/support/*.cc,
# for tests and fuzz targets: #include "support/x.h". It may use every module.

find_package(GTest REQUIRED QUIET)
list(TRANSFORM INQUEST_MODULES PREPEND inquest:: OUTPUT_VARIABLE all_modules)

file(GLOB support CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/support/*.cc")
if(support)
  add_library(inquest_test_support STATIC ${support})
  set(scope PUBLIC)
else()
  add_library(inquest_test_support INTERFACE)
  set(scope INTERFACE)
endif()
target_include_directories(inquest_test_support ${scope} "${CMAKE_SOURCE_DIR}/tests")
target_link_libraries(inquest_test_support ${scope} ${all_modules} inquest_options GTest::gmock GTest::gtest)
target_compile_definitions(inquest_test_support ${scope} "INQUEST_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"")
if(TARGET inquest)
  target_compile_definitions(inquest_test_support ${scope} "INQUEST_BINARY=\"$<TARGET_FILE:inquest>\"")
endif()
