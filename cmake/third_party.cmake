# Which module uses which library: the one table. docs/dependencies.md says why each is here.
#
# A library is PRIVATE to its module, because its types stay inside it; PUBLIC means that the module's headers
# may name them. HEADERS is for a library that the module loads by itself when it is first needed
# (base/shared_library.h); package.cmake names it among what the package needs. A package is looked for only when one
# of its modules exists: by CMake's find_package, or, as `pkg:NAME`, by pkg-config.

find_package(Threads REQUIRED)  # date's targets name it without looking for it

set(INQUEST_THIRD_PARTY
  # module    visibility  target                        package
  "base       PUBLIC      fmt::fmt                      fmt"
  "base       PRIVATE     date::date-tz                 date"
  "base       PRIVATE     OpenSSL::Crypto               OpenSSL"
  "base       PUBLIC      Threads::Threads              Threads"
  "vmcore     PRIVATE     PkgConfig::libdw              pkg:libdw"
  "vmcore     PRIVATE     PkgConfig::capstone           pkg:capstone"
  "vmcore     PRIVATE     PkgConfig::lzo2               pkg:lzo2"
  "vmcore     PRIVATE     Snappy::snappy                Snappy"
  "vmcore     PRIVATE     zstd::libzstd_shared          zstd"
  "vmcore     PRIVATE     PkgConfig::libdeflate         pkg:libdeflate"
  "crashtext  PRIVATE     PkgConfig::libhs              pkg:libhs"
  "crashtext  PRIVATE     PkgConfig::re2                pkg:re2"
  "crashtext  PRIVATE     PkgConfig::capstone           pkg:capstone"
  "crashtext  PRIVATE     OpenSSL::Crypto               OpenSSL"
  "rules      PRIVATE     PkgConfig::libhs              pkg:libhs"
  "rules      PRIVATE     PkgConfig::re2                pkg:re2"
  "rules      PRIVATE     tomlplusplus::tomlplusplus    tomlplusplus"
  "journal    PRIVATE     LZ4::LZ4                      LZ4"
  "journal    PRIVATE     LibLZMA::LibLZMA              LibLZMA"
  "journal    PRIVATE     zstd::libzstd_shared          zstd"
  "journal    PRIVATE     PkgConfig::libpcre2-8         pkg:libpcre2-8"
  "experiment PRIVATE     Boost::headers                Boost"
  "evidence   HEADERS     LibArchive::LibArchive        LibArchive"
  "evidence   PRIVATE     ZLIB::ZLIB                    ZLIB"
  "evidence   PRIVATE     LibLZMA::LibLZMA              LibLZMA"
  "evidence   PRIVATE     BZip2::BZip2                  BZip2"
  "evidence   PRIVATE     zstd::libzstd_shared          zstd"
  "evidence   PRIVATE     LZ4::LZ4                      LZ4"
  "evidence   HEADERS     CURL::libcurl                 CURL"
  "evidence   PRIVATE     nlohmann_json::nlohmann_json  nlohmann_json"
  "decode     PRIVATE     tomlplusplus::tomlplusplus    tomlplusplus"
  "decode     PRIVATE     simdjson::simdjson            simdjson"
  "store      PRIVATE     SQLite::SQLite3               SQLite3"
  "store      PRIVATE     zstd::libzstd_shared          zstd"
  "store      PRIVATE     PkgConfig::re2                pkg:re2"
  "query      PRIVATE     PkgConfig::re2                pkg:re2"
  "query      PRIVATE     nlohmann_json::nlohmann_json  nlohmann_json"
  "query      PRIVATE     OpenSSL::Crypto               OpenSSL"
  "reason     PRIVATE     tomlplusplus::tomlplusplus    tomlplusplus"
  "review     PRIVATE     PkgConfig::re2                pkg:re2"
  "review     PRIVATE     tomlplusplus::tomlplusplus    tomlplusplus"
  "record     PUBLIC      Boost::headers                Boost"
  "record     PRIVATE     OpenSSL::SSL                  OpenSSL"
  "record     PRIVATE     Snappy::snappy                Snappy"
  "record     PRIVATE     ZLIB::ZLIB                    ZLIB"
  "record     PRIVATE     tomlplusplus::tomlplusplus    tomlplusplus"
  "record     PRIVATE     nlohmann_json::nlohmann_json  nlohmann_json"
  "report     PRIVATE     nlohmann_json::nlohmann_json  nlohmann_json"
  "app        PRIVATE     nlohmann_json::nlohmann_json  nlohmann_json"
  "app        PRIVATE     CLI11::CLI11                  CLI11"
  "app        PRIVATE     PkgConfig::libedit            pkg:libedit"
)

# inquest_link_third_party(MODULE): links inquest_MODULE to its libraries.
function(inquest_link_third_party module)
  foreach(row IN LISTS INQUEST_THIRD_PARTY)
    separate_arguments(row UNIX_COMMAND "${row}")
    list(GET row 0 user)
    if(NOT user STREQUAL module)
      continue()
    endif()
    list(GET row 1 visibility)
    list(GET row 2 target)
    list(GET row 3 package)
    if(package MATCHES "^pkg:(.+)$")
      find_package(PkgConfig REQUIRED QUIET)
      pkg_check_modules(${CMAKE_MATCH_1} REQUIRED QUIET IMPORTED_TARGET GLOBAL ${CMAKE_MATCH_1})
    else()
      find_package(${package} REQUIRED QUIET)
    endif()
    if(visibility STREQUAL "HEADERS")
      target_include_directories(inquest_${module} SYSTEM PRIVATE
        $<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>)
      continue()
    endif()
    get_target_property(type inquest_${module} TYPE)
    if(type STREQUAL "INTERFACE_LIBRARY")
      set(visibility INTERFACE)
    endif()
    target_link_libraries(inquest_${module} ${visibility} ${target})
  endforeach()
endfunction()
