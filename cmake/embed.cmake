# Files that the build made, as bytes that the program carries.

# inquest_embed(MODULE FUNCTION FILE): the module gets `std::string_view inquest::MODULE::FUNCTION()`, which it declares itself,
# with what is in FILE when it is built.
function(inquest_embed module function file)
  set(source "${CMAKE_BINARY_DIR}/generated/${module}/${function}.cc")
  configure_file(cmake/embedded.cc.in "${source}" @ONLY)
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${file}")
  set_property(GLOBAL APPEND PROPERTY INQUEST_GENERATED_${module} "${source}")
endfunction()
