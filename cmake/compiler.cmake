# inquest_options: how every target is compiled and linked. Language, warnings, hardening, sanitizers, ccache.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# ccache only saves time: nothing depends on it.
find_program(INQUEST_CCACHE ccache)
mark_as_advanced(INQUEST_CCACHE)
if(INQUEST_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${INQUEST_CCACHE}")
endif()

add_library(inquest_options INTERFACE)
target_include_directories(inquest_options INTERFACE "${CMAKE_SOURCE_DIR}/src" "${CMAKE_BINARY_DIR}/include")

target_compile_options(inquest_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wcast-qual
  -Wextra-semi -Wimplicit-fallthrough -Wundef -Wvla
  # The field's own habit: designated initialisers that leave out what keeps its default.
  -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond>
  $<$<CXX_COMPILER_ID:GNU>:-Wredundant-tags>)
if(INQUEST_WERROR)
  # What the optimiser guesses about data flow is worth reading, but is wrong too often to break a build.
  target_compile_options(inquest_options INTERFACE
    -Werror -Wno-error=deprecated-declarations
    $<$<CXX_COMPILER_ID:GNU>:-Wno-error=maybe-uninitialized>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-error=array-bounds>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-error=stringop-overflow>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-error=stringop-overread>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-error=restrict>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-error=dangling-pointer>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-error=free-nonheap-object>)
endif()

# Evidence is hostile input: a slip in our code should end in an abort, not in somebody else's code.
target_compile_options(inquest_options INTERFACE
  -fPIE -fstack-protector-strong "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")
target_compile_definitions(inquest_options INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(inquest_options INTERFACE -pie -Wl,-z,relro,-z,now -Wl,--as-needed)

set(instrumented FALSE)
if(INQUEST_SANITIZE OR INQUEST_TSAN OR INQUEST_FUZZ)
  set(instrumented TRUE)
endif()
if(NOT instrumented)
  target_compile_options(inquest_options INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE>
    $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()

# inquest_instrument(flags...): compile and link everything with these sanitizers.
function(inquest_instrument)
  target_compile_options(inquest_options INTERFACE ${ARGN} -fno-omit-frame-pointer)
  target_link_options(inquest_options INTERFACE ${ARGN})
endfunction()

if(INQUEST_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "INQUEST_FUZZ needs clang: use `cmake --preset fuzz`")
  endif()
  inquest_instrument(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
elseif(INQUEST_SANITIZE)
  inquest_instrument(-fsanitize=address,undefined -fno-sanitize-recover=all)
elseif(INQUEST_TSAN)
  inquest_instrument(-fsanitize=thread)
endif()
