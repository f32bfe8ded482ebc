# Helpers of the tests and fuzz targets, from tests/support/*.cc: #include "support/x.h".
#
# inquest_test_support_base: temporary folders, golden files, running the program, servers; no module but base. The tests of a
# self-contained library link only this, so that they are built without the rest.
# inquest_test_support: builders of synthetic evidence, the laws of a format and the like; every module.

find_package(GTest REQUIRED QUIET)
list(TRANSFORM INQUEST_MODULES PREPEND inquest:: OUTPUT_VARIABLE all_modules)

set(base_support golden journal_remote netconsole_capture process recorder_process server tcp_client temp_folder)
list(TRANSFORM base_support REPLACE "(.+)" "${CMAKE_SOURCE_DIR}/tests/support/\\1.cc")
file(GLOB support CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/support/*.cc")
list(REMOVE_ITEM support ${base_support})

add_library(inquest_test_support_base STATIC ${base_support})
target_include_directories(inquest_test_support_base PUBLIC "${CMAKE_SOURCE_DIR}/tests")
target_link_libraries(inquest_test_support_base PUBLIC inquest::base inquest_options GTest::gmock GTest::gtest)
target_compile_definitions(inquest_test_support_base PUBLIC "INQUEST_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"")
if(TARGET inquest)
  target_compile_definitions(inquest_test_support_base PUBLIC "INQUEST_BINARY=\"$<TARGET_FILE:inquest>\"")
endif()

add_library(inquest_test_support STATIC ${support})
target_link_libraries(inquest_test_support PUBLIC inquest_test_support_base ${all_modules})
if(TARGET LibArchive::LibArchive)
  target_link_libraries(inquest_test_support PRIVATE LibArchive::LibArchive)  # makes archives
endif()

# inquest_test_support_of(MODULE RESULT): which of the two the tests of MODULE link.
function(inquest_test_support_of module result)
  set(${result} inquest_test_support PARENT_SCOPE)
  if(module MATCHES "^(base|vmcore|crashtext|rules|journal|experiment|store|query|record)$")
    set(${result} inquest_test_support_base PARENT_SCOPE)
  endif()
endfunction()
