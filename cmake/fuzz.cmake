# fuzz_<name> from src/**/<name>_fuzz.cc, and fuzz_decoder_<name> for each decoder. `fuzz_all` builds them.

add_custom_target(fuzz_all)

function(inquest_add_fuzz name module source)
  add_executable(fuzz_${name} "${source}")
  target_link_libraries(fuzz_${name} PRIVATE inquest::${module} inquest_test_support)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
  add_dependencies(fuzz_all fuzz_${name})
endfunction()

foreach(module IN LISTS INQUEST_MODULES)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${module}/*_fuzz.cc")
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    string(REGEX REPLACE "_fuzz$" "" name "${name}")
    if("${module}/${name}" STREQUAL "decode/decoder")
      # One driver for all decoders; the definition says which one the target is about.
      get_property(decoders GLOBAL PROPERTY INQUEST_TABLE_decoder)
      foreach(decoder IN LISTS decoders)
        inquest_add_fuzz(decoder_${decoder} decode "${source}")
        target_compile_definitions(fuzz_decoder_${decoder} PRIVATE "INQUEST_FUZZ_DECODER=\"${decoder}\"")
      endforeach()
    else()
      inquest_add_fuzz(${name} ${module} "${source}")
    endif()
  endforeach()
endforeach()
