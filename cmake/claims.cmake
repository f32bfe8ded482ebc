# What reviews know to be wrong, src/review/claims/*.toml, compiled into the module `review` as they are.

file(GLOB review_claims CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/review/claims/*.toml")
list(SORT review_claims)
set(review_claims_source "${CMAKE_BINARY_DIR}/generated/review/rule_files.cc")
add_custom_command(
  OUTPUT "${review_claims_source}"
  COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${review_claims_source}" -P "${CMAKE_SOURCE_DIR}/cmake/embed_claims.cmake" -- ${review_claims}
  DEPENDS ${review_claims} "${CMAKE_SOURCE_DIR}/cmake/embed_claims.cmake"
  COMMENT "Embedding the claims that reviews know"
  VERBATIM)
set_property(GLOBAL APPEND PROPERTY INQUEST_GENERATED_review "${review_claims_source}")
