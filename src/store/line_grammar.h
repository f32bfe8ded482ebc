// The grammar of one line of line protocol, byte by byte, as influxdb 1.x reads it (models/points.go): what it accepts,
// and what it says about the rest. line_protocol.cc asks here only about lines that are out of the ordinary.
#pragma once

#include <string>
#include <string_view>

#include "store/line_protocol.h"

namespace inquest::store {

// The end of a number that begins at `at`: behind its last character. `error` says what is wrong with it, if anything.
size_t scan_number(std::string_view text, size_t at, std::string& error);
// A float's value: zero where it is too small to be told from it, nothing where it is too large or no number.
bool parse_float(std::string_view text, double& out);
inline bool is_space(char c) { return c == ' ' || c == '\t' || c == '\0'; }

}  // namespace inquest::store
