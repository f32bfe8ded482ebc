# bench_<name> from bench/<name>.cc, linked to every module. Built only on demand: `bench_all`.

list(TRANSFORM INQUEST_MODULES PREPEND inquest:: OUTPUT_VARIABLE all_modules)
add_custom_target(bench_all)

file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/bench/*.cc")
foreach(source IN LISTS sources)
  cmake_path(GET source STEM name)
  add_executable(bench_${name} EXCLUDE_FROM_ALL "${source}")
  target_link_libraries(bench_${name} PRIVATE ${all_modules} inquest_options)
  target_compile_definitions(bench_${name} PRIVATE "INQUEST_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"")
  set_target_properties(bench_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bench")
  add_dependencies(bench_all bench_${name})
endforeach()
if(TARGET inquest)
  add_dependencies(bench_all inquest)
endif()
